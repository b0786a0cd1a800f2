import type { Viewer } from '@gnomon/identity';
import { relayOnce } from '@gnomon/store';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FEED_KINDS } from '../../src/words.ts';
import { signalOf } from '../signals.ts';
import { AUDITOR, viewerOf } from '../world.ts';
import {
  AGENCY,
  CHIEF,
  HOHHOT,
  type NoticeWorld,
  OTHER_AGENCY,
  OTHER_CHIEF,
  openMailServer,
  openNoticeWorld,
  SAIHAN,
  STAFF,
} from './world.ts';

let server: Awaited<ReturnType<typeof openMailServer>>;
let world: NoticeWorld;
beforeAll(async () => {
  server = await openMailServer();
  world = await openNoticeWorld({ ...server.env, GNOMON_WEBHOOK_ORIGINS: 'https://oa.nmg.gov.cn' });
  await world.publish(
    { uscc: AGENCY, division: '150105', name: '赛罕区行政审批局', nameEn: null },
    { uscc: OTHER_AGENCY, division: '150121', name: '土左旗行政审批局', nameEn: null },
  );
});
afterAll(async () => {
  await world?.close();
  await server?.close();
});

interface Result {
  readonly __typename: string;
  readonly message?: { readonly zh: string; readonly en: string };
}
const RECIPIENTS = `mutation ($input: SetNoticeRecipientsInput!) { set: setNoticeRecipients(input: $input) {
  __typename ... on NoticeProblem { message { zh en } } ... on SetNoticeRecipientsPayload { recipients { id address } webhookSecrets { secret } } } }`;
const TEMPLATE = `mutation ($input: SetNoticeTemplateInput!) { set: setNoticeTemplate(input: $input) {
  __typename ... on NoticeProblem { message { zh en } } ... on SetNoticeTemplatePayload { template { kind isDefault subject { zh } } } } }`;
const SETTINGS = `query ($agency: ID, $division: ID) { noticeSettings(agency: $agency, division: $division) {
  recipients { id post channel address language } templates { kind subject { zh } } placeholders channels } }`;
const MAIL = { post: 'CONTACT', channel: 'EMAIL', address: 'lianluo@saihan.gov.cn' };

const setRecipients = async (viewer: Viewer | null, input: object): Promise<Result> =>
  (await world.ask<{ set: Result }>(viewer, RECIPIENTS, { input })).set;
const setTemplate = async (viewer: Viewer | null, input: object): Promise<Result> =>
  (await world.ask<{ set: Result }>(viewer, TEMPLATE, { input })).set;
const settings = async (viewer: Viewer, owner: object) =>
  (
    await world.ask<{ noticeSettings: { recipients: { id: string; address: string }[]; templates: object[] } | null }>(
      viewer,
      SETTINGS,
      owner,
    )
  ).noticeSettings;

test('a list is kept by the chief representative and by the supervision body of its level, and by nobody else', async () => {
  const input = { agency: AGENCY, recipients: [MAIL] };
  const region = viewerOf('SUPERVISOR', { tier: 'REGION', division: '15' });
  expect((await setRecipients(CHIEF, input)).__typename).toBe('SetNoticeRecipientsPayload');
  expect((await setRecipients(SAIHAN, input)).__typename).toBe('SetNoticeRecipientsPayload');
  for (const other of [STAFF, OTHER_CHIEF, HOHHOT, region])
    expect(await setRecipients(other, input)).toMatchObject({ __typename: 'NoticeNotYours' });
  expect(await setRecipients(CHIEF, { division: '150105', recipients: [] })).toMatchObject({
    __typename: 'NoticeNotYours',
  });
  expect(
    (await setRecipients(HOHHOT, { division: '1501', recipients: [{ ...MAIL, post: 'SUPERVISOR' }] })).__typename,
  ).toBe('SetNoticeRecipientsPayload');
  for (const role of ['AUDITOR', 'PARTNER', 'SOURCE', 'OPERATOR'] as const)
    await expect(setRecipients(viewerOf(role, { agency: AGENCY, division: '15' }), input)).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    });
  await expect(setRecipients(null, input)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
});

test('who set a list or a template is on record, without an address and without the text', async () => {
  await setRecipients(CHIEF, { agency: AGENCY, recipients: [MAIL] });
  await setTemplate(CHIEF, {
    agency: AGENCY,
    kind: 'CLOSED',
    subject: { zh: '一', en: 'a' },
    body: { zh: '一', en: 'a' },
  });
  await relayOnce(world.ports.database);
  const acts = (await world.ports.feed.read('acts', null, 1_000)).map(({ payload }) => payload as { kind: string });
  const [list, template] = ['NOTICE_RECIPIENTS_SET', 'NOTICE_TEMPLATE_SET'].map((kind) =>
    acts.filter((act) => act.kind === kind).at(-1),
  );
  expect(list).toMatchObject({
    by: 'chief-1',
    about: AGENCY,
    detail: { recipients: [expect.stringMatching(/^[0-9a-f]{32} CONTACT EMAIL$/)] },
  });
  expect(template).toMatchObject({
    by: 'chief-1',
    detail: { kind: 'CLOSED', textSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(JSON.stringify(acts)).not.toContain('lianluo');
  await setTemplate(CHIEF, { agency: AGENCY, kind: 'CLOSED' });
});

test('an agency that is not there and one that is another’s are refused in the same words', async () => {
  const absent = '11150999MB0000009Z';
  const [foreign, unknown] = await Promise.all(
    [OTHER_AGENCY, absent].map((agency) => setRecipients(SAIHAN, { agency, recipients: [] })),
  );
  expect(JSON.stringify(unknown).replaceAll(absent, OTHER_AGENCY)).toBe(JSON.stringify(foreign));
  expect(await settings(CHIEF, { agency: OTHER_AGENCY })).toBeNull();
  expect(await settings(CHIEF, { agency: absent })).toBeNull();
});

test('who keeps the list reads whole addresses; who only reads it sees them masked', async () => {
  await setRecipients(CHIEF, { agency: AGENCY, recipients: [MAIL] });
  const addressFor = async (viewer: Viewer) => (await settings(viewer, { agency: AGENCY }))?.recipients[0]?.address;
  expect(await addressFor(CHIEF)).toBe('lianluo@saihan.gov.cn');
  expect(await addressFor(SAIHAN)).toBe('lianluo@saihan.gov.cn');
  expect(await addressFor(STAFF)).toBe('l***@saihan.gov.cn');
  expect(await addressFor(AUDITOR)).toBe('l***@saihan.gov.cn');
  const elsewhere = viewerOf('AUDITOR', { tier: 'LEAGUE', division: '1502' });
  expect(await addressFor(elsewhere)).toBeUndefined();
});

test('who stays on the list keeps identifier and webhook key; a webhook goes only where the operator allows', async () => {
  const hook = { post: 'CHIEF', channel: 'WEBHOOK', address: 'https://oa.nmg.gov.cn/hook' };
  type Payload = { recipients: { id: string }[]; webhookSecrets: { secret: string }[] };
  const first = (await setRecipients(CHIEF, { agency: AGENCY, recipients: [MAIL, hook] })) as unknown as Payload;
  const second = (await setRecipients(CHIEF, { agency: AGENCY, recipients: [hook] })) as unknown as Payload;
  expect(second.recipients[0]?.id).toBe(first.recipients[1]?.id);
  expect(second.webhookSecrets).toEqual(first.webhookSecrets);
  for (const address of [
    'https://other.gov.cn/hook',
    'http://oa.nmg.gov.cn/hook',
    'https://oa.nmg.gov.cn.evil.cn/',
    'https://user:word@oa.nmg.gov.cn/hook',
    'https://oa.nmg.gov.cn@127.0.0.1/',
    'file:///etc/passwd',
  ])
    expect(await setRecipients(CHIEF, { agency: AGENCY, recipients: [{ ...hook, address }] })).toMatchObject({
      __typename: 'NoticeInputRefused',
      message: { zh: expect.stringContaining('GNOMON_WEBHOOK_ORIGINS') },
    });
});

test('a template is filled with what happened; a placeholder that is none is refused by name, and so are personal numbers', async () => {
  const input = { agency: AGENCY, kind: 'ISSUED' };
  const text = (zh: string) => ({ ...input, subject: { zh, en: zh }, body: { zh, en: zh } });
  expect(await setTemplate(CHIEF, text('{card.applicant}'))).toMatchObject({
    __typename: 'NoticeInputRefused',
    message: { zh: expect.stringContaining('{card.applicant}'), en: expect.stringContaining('{card.number}') },
  });
  for (const wrong of [
    '{',
    'x}',
    '{}',
    '{{card.number}',
    '{constructor}',
    '{card.toString}',
    '联系 13812345678',
    '',
    ' ',
    'a\u0007',
  ])
    expect((await setTemplate(CHIEF, text(wrong))).__typename).toBe('NoticeInputRefused');
  expect(await setTemplate(CHIEF, { ...text('x'), kind: 'SIGNED' })).toMatchObject({
    __typename: 'NoticeInputRefused',
  });
  expect(await setTemplate(OTHER_CHIEF, text('x'))).toMatchObject({ __typename: 'NoticeNotYours' });
  expect((await setTemplate(CHIEF, text('【{card.level}】{card.number} {card.indicator}'))).__typename).toBe(
    'SetNoticeTemplatePayload',
  );
  await setRecipients(CHIEF, { agency: AGENCY, recipients: [MAIL] });
  await world.post(signalOf({ kind: 'ROSE', level: 'YELLOW', subject: '115:t1' }));
  const { notices } = await world.ask<{ notices: { nodes: { subject: string }[] } }>(
    CHIEF,
    '{ notices(first: 1) { nodes { subject } } }',
  );
  expect(notices.nodes[0]?.subject).toBe('【黄牌】JC-150105000000-20260302-000001 WI-03');
  expect(await setTemplate(CHIEF, input)).toMatchObject({ template: { isDefault: true } });
  expect((await settings(CHIEF, { agency: AGENCY }))?.templates).toEqual([]);
});

test('a notice is seen by its agency, by supervisors and auditors of its place, and by nobody else, also through the card', async () => {
  await setRecipients(CHIEF, { agency: AGENCY, recipients: [MAIL] });
  await world.post(signalOf({ kind: 'ROSE', level: 'YELLOW', subject: '115:s1' }));
  const cards = '{ cards(first: 1) { nodes { number notices { id } } } }';
  const notices = '{ notices { nodes { id } } }';
  type Seen = { notices: { nodes: unknown[] } };
  type Cards = { cards: { nodes: { notices: unknown[] | null }[] } };
  for (const viewer of [CHIEF, STAFF, SAIHAN, HOHHOT, AUDITOR]) {
    expect((await world.ask<Seen>(viewer, notices)).notices.nodes.length).toBeGreaterThan(0);
    expect((await world.ask<Cards>(viewer, cards)).cards.nodes[0]?.notices).toHaveLength(1);
  }
  const elsewhere = viewerOf('SUPERVISOR', { tier: 'BANNER', division: '150121' });
  for (const viewer of [OTHER_CHIEF, elsewhere])
    expect((await world.ask<Seen>(viewer, notices)).notices.nodes).toEqual([]);
  const partner = viewerOf('PARTNER', { agency: AGENCY });
  await expect(world.ask(partner, notices)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  expect((await world.ask<Cards>(partner, cards)).cards.nodes[0]?.notices).toBeNull();
});

/** Texts that break programs: empty, huge, control characters, lone surrogates, other alphabets. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    'x'.repeat(5_000),
    '-1',
    "'; drop table notice; --",
    '{card.number}',
    AGENCY,
    '150105',
  ),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

test('whatever is handed in, the answer is a result or a refusal by name in both languages', async () => {
  const viewers = fc.constantFrom(CHIEF, STAFF, SAIHAN, HOHHOT);
  const recipient = fc.record({
    post: fc.constantFrom('CONTACT', 'CHIEF', 'LEADER', 'SUPERVISOR'),
    channel: fc.constantFrom('EMAIL', 'WEBHOOK', 'SMS', 'GOV_MESSAGE'),
    address: fc.oneof(hostile, fc.emailAddress(), fc.webUrl()),
  });
  const text = fc.record({ zh: hostile, en: hostile });
  const input = fc.record({ agency: maybe(hostile), division: maybe(hostile) });
  const expectNamed = ({ __typename, message }: Result): void => {
    expect(__typename).toMatch(/^(SetNotice\w+Payload|NoticeInputRefused|NoticeNotYours)$/);
    if (message !== undefined)
      expect([message.zh, message.en].every((said) => said.length > 10 && said.isWellFormed())).toBe(true);
  };
  await fc.assert(
    fc.asyncProperty(viewers, input, fc.array(recipient, { maxLength: 25 }), async (viewer, owner, recipients) => {
      expectNamed(await setRecipients(viewer, { ...owner, recipients }));
    }),
    {
      numRuns: 150,
      examples: [
        [CHIEF, { agency: AGENCY, division: undefined }, [{ post: 'CONTACT', channel: 'EMAIL', address: 'a@b.cn' }]],
      ],
    },
  );
  await fc.assert(
    fc.asyncProperty(
      viewers,
      input,
      fc.constantFrom(...FEED_KINDS),
      maybe(text),
      maybe(text),
      async (viewer, owner, kind, subject, body) => {
        expectNamed(await setTemplate(viewer, { ...owner, kind, subject, body }));
      },
    ),
    {
      numRuns: 150,
      examples: [
        [
          CHIEF,
          { agency: AGENCY, division: undefined },
          'ISSUED',
          { zh: '\ud800', en: 'x' },
          { zh: '\u0000', en: 'x' },
        ],
      ],
    },
  );
});

test('a filter with any text in it gives a page or is refused by name', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (card, agency, division) => {
      const asked = world.ask(CHIEF, 'query ($filter: NoticeFilter) { notices(filter: $filter) { nodes { id } } }', {
        filter: { card, agency, division },
      });
      const answer = await asked.catch((error: { extensions?: { code?: string } }) => error.extensions?.code);
      expect(answer === 'BAD_INPUT' || typeof answer === 'object').toBe(true);
    }),
    { numRuns: 100 },
  );
});
