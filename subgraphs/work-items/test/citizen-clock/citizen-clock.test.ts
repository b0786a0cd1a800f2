import { createCapabilities, type Viewer } from '@gnomon/identity';
import { openFeed, relayOnce } from '@gnomon/store';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AGENCY,
  acceptRow,
  OTHER_AGENCY,
  openWorld,
  resultRow,
  row,
  SOURCE,
  SUPERVISOR,
  type TestWorld,
  viewer,
} from '../world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld('2026-03-02T10:00:00+08:00');
});
afterAll(() => world?.close());

/** Nobody signed in. */
const NOBODY = null as unknown as Viewer;
const CLERK = viewer('AGENCY', { agency: AGENCY, id: 'agency-1' });
const CLOCK = `query ($link: String!) { citizenClock(link: $link) { itemName { zh } agencyName { zh } state acceptedAt finishedAt
  promise { dueAt unit limit used left isOver isProvisional } statutory { dueAt limit used left }
  pauses { kind name { zh } legalReason { zh } from to workdays stopsClock } asOf dataAsOf expiresAt } }`;
const ISSUE = `mutation ($input: IssueCitizenClockInput!) { issueCitizenClock(input: $input) {
  __typename ... on IssueCitizenClockPayload { link path expiresAt } ... on CitizenClockProblem { message { zh en } } } }`;
const REVOKE = `mutation ($input: RevokeCitizenClocksInput!) { revokeCitizenClocks(input: $input) {
  __typename ... on RevokeCitizenClocksPayload { revoked } ... on CitizenClockProblem { message { zh en } } } }`;

interface Result {
  readonly __typename: string;
  readonly link: string;
  readonly path: string;
  readonly message?: { readonly zh: string; readonly en: string };
}
interface Clock {
  readonly promise: Readonly<Record<string, unknown>> | null;
  readonly pauses: readonly Readonly<Record<string, unknown>>[];
}
const issue = async (workItemId: string, who = SOURCE, days = 30): Promise<Result> =>
  (await world.ask<{ issueCitizenClock: Result }>(who, ISSUE, { input: { workItemId, days } })).issueCitizenClock;
const clock = async (link: string, who: Viewer = NOBODY): Promise<Clock | null> =>
  (await world.ask<{ citizenClock: Clock | null }>(who, CLOCK, { link })).citizenClock;
const accept = (no: string, columns: Record<string, unknown> = {}) =>
  acceptRow(
    no,
    { apply_date: '2026-03-02 08:40:00', accept_date: '2026-03-02 09:00:00', ...columns },
    { cd_time: '2026-03-02 09:00:00' },
  );
const special = (no: string, kind: string, from: string, to: string) =>
  row(
    'up_pro_special_procedure',
    no,
    {
      special_type: '2',
      special_kind: kind,
      special_name: kind,
      special_reason: '申请人张三的材料',
      special_time: from,
      end_time: to,
      approver: '王五',
      notice_no: 'T-1',
    },
    { cd_time: from },
  );

test('whoever has the link sees dates, days used and left, and each pause with its law; and nothing of a person', async () => {
  world.time.set('2026-03-02T10:00:00+08:00');
  await world.push([accept('C1')]);
  const { link, path } = await issue('115:C1');
  expect(link).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(path).toBe(`/clock/${link}`);
  world.time.set('2026-03-04T10:00:00+08:00');
  expect(await clock(link)).toMatchObject({
    itemName: { zh: '测试事项' },
    agencyName: { zh: '测试机构' },
    state: 'ACCEPTED',
    promise: {
      dueAt: '2026-03-09T15:59:59.999Z',
      unit: 'WORKDAY',
      limit: 5,
      used: 2,
      left: 3,
      isOver: false,
      isProvisional: false,
    },
    statutory: { limit: 20, used: 2, left: 18 },
    pauses: [],
    asOf: '2026-03-04T02:00:00.000Z',
    dataAsOf: '2026-03-02T02:00:00.000Z',
  });
  world.time.set('2026-03-05T10:00:00+08:00');
  const hearing = special('C1', 'HEARING', '2026-03-05 09:00:00', '');
  await world.push([hearing], { batchId: 'p1' });
  world.time.set('2026-03-10T10:00:00+08:00');
  const paused = await clock(link);
  expect(paused).toMatchObject({
    state: 'SPECIAL_PROCEDURE',
    promise: { used: 2, left: 3, isOver: false },
    pauses: [{ kind: 'HEARING', name: { zh: '听证' }, to: null, workdays: 4, stopsClock: true }],
  });
  expect(paused?.pauses[0]).toMatchObject({ legalReason: { zh: expect.stringContaining('第四十五条') } });
  // It ended on the 10th: the 5th, 6th and 9th were not counted, the 10th is.
  await world.push(
    [{ ...hearing, end_time: '2026-03-10 09:30:00', cd_time: '2026-03-10 09:30:00', result: '已听证' }],
    { batchId: 'p2' },
  );
  expect(await clock(link)).toMatchObject({
    promise: { dueAt: '2026-03-12T15:59:59.999Z', used: 3, left: 2 },
    pauses: [{ workdays: 3, to: '2026-03-10T01:30:00.000Z' }],
  });
  expect(JSON.stringify(paused)).not.toMatch(/张|李四|王五|材料|T-1|11010519491231002X|C1/);
});

test('a procedure that does not stop the clock is shown as one, with no days taken out', async () => {
  world.time.set('2026-03-20T10:00:00+08:00');
  await world.push([accept('C2'), special('C2', 'AUCTION', '2026-03-18 09:00:00', '2026-03-19 09:00:00')], {
    batchId: 'c2',
  });
  const { link } = await issue('115:C2');
  expect(await clock(link)).toMatchObject({
    promise: { isOver: true, left: 0 },
    pauses: [
      { kind: 'AUCTION', workdays: 0, stopsClock: false, legalReason: { zh: expect.stringContaining('不停止计时') } },
    ],
  });
});

test('once it has ended the clock stands at the end', async () => {
  world.time.set('2026-03-06T17:00:00+08:00');
  await world.push([accept('C3'), resultRow('C3', '2026-03-05 16:00:00', {}, { cd_time: '2026-03-05 16:00:00' })], {
    batchId: 'c3',
  });
  const { link } = await issue('115:C3');
  const atOnce = await clock(link);
  world.time.set('2026-03-30T10:00:00+08:00');
  expect(await clock(link)).toMatchObject({ promise: { used: 3, left: 2, isOver: false } });
  expect((await clock(link))?.promise).toEqual(atOnce?.promise);
});

test('before acceptance nothing runs, and a date beyond the published calendar is marked as provisional', async () => {
  world.time.set('2026-03-02T12:00:00+08:00');
  await world.push([accept('C4', { accept_date: '' })], { batchId: 'c4' });
  expect(await clock((await issue('115:C4')).link)).toMatchObject({ acceptedAt: null, promise: null, statutory: null });
  world.time.set('2026-12-30T10:00:00+08:00');
  await world.push(
    [
      acceptRow(
        'C5',
        { apply_date: '2026-12-30 08:40:00', accept_date: '2026-12-30 09:00:00' },
        { cd_time: '2026-12-30 09:00:00' },
      ),
    ],
    { batchId: 'c5' },
  );
  expect(await clock((await issue('115:C5')).link)).toMatchObject({ promise: { isProvisional: true } });
});

test('wrong, foreign, malformed, revoked and expired links are all the same nothing', async () => {
  world.time.set('2026-03-02T10:00:00+08:00');
  await world.push([accept('L1')], { batchId: 'l1' });
  const expiring = await issue('115:L1', SOURCE, 1);
  const { link } = await issue('115:L1', CLERK);
  expect(await clock(link)).not.toBeNull();
  const near = (link[0] === 'A' ? 'B' : 'A') + link.slice(1);
  for (const wrong of [
    near,
    link.slice(1),
    `${link} `,
    link.toLowerCase(),
    '115:L1',
    '',
    'x'.repeat(100_000),
    '\u0000',
    '\ud800',
  ])
    expect(await clock(wrong)).toBeNull();
  world.time.set('2026-03-03T10:00:00+08:00');
  expect(await clock(expiring.link)).toBeNull();
  expect(await clock(link)).not.toBeNull();
  expect(await world.ask(SOURCE, REVOKE, { input: { workItemId: '115:L1' } })).toEqual({
    revokeCitizenClocks: { __typename: 'RevokeCitizenClocksPayload', revoked: 1 },
  });
  expect(await clock(link)).toBeNull();
});

test('a link of a classified or deleted work item shows nothing', async () => {
  world.time.set('2026-03-02T10:00:00+08:00');
  const rowOf = accept('D1');
  await world.push([rowOf], { batchId: 'd1' });
  const { link } = await issue('115:D1');
  expect(await clock(link)).not.toBeNull();
  await world.push([{ ...rowOf, cd_operation: 'D', cd_time: '2026-03-02 09:30:00' }], { batchId: 'd2' });
  expect(await clock(link)).toBeNull();
});

test('a made-up reference to a clock is not signed', async () => {
  await world.push([accept('E1')], { batchId: 'e1' });
  const representations = [{ __typename: 'CitizenClock', capability: 'x', workItem: '115:E1' }];
  const ask = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on CitizenClock { capability } } }`;
  expect(await world.ask(NOBODY, ask, { representations })).toEqual({ _entities: [null] });
});

test('the database holds no link, only a hash that no link can be told from', async () => {
  await world.push([accept('H1')], { batchId: 'h1' });
  const links = await Promise.all([1, 2, 3].map(() => issue('115:H1')));
  expect(new Set(links.map(({ link }) => link)).size).toBe(3);
  const rows = await world.database.sql<{ text: string }[]>`select clock_link::text as text from clock_link`;
  const all = rows.map(({ text }) => text).join('\n');
  for (const { link } of links) expect(all).not.toContain(link);
});

test('who issued and revoked links is on record, without the link', async () => {
  await world.push([accept('R1')], { batchId: 'r1' });
  const { link } = await issue('115:R1');
  await world.ask(SOURCE, REVOKE, { input: { workItemId: '115:R1' } });
  await relayOnce(world.database);
  const acts = (await openFeed(world.database).read('acts', null, 1_000)).filter(({ key }) => key === '115:R1');
  expect(acts.map(({ payload }) => payload)).toMatchObject([
    { kind: 'CITIZEN_CLOCK_ISSUED', by: 'source-115' },
    { kind: 'CITIZEN_CLOCKS_REVOKED', by: 'source-115', detail: { revoked: 1 } },
  ]);
  expect(JSON.stringify(acts)).not.toContain(link);
});

test('links are issued and revoked by the item’s source and agency; what is not theirs is as if it were not there', async () => {
  await world.push([accept('P1')], { batchId: 'q1' });
  const stranger = viewer('AGENCY', { agency: OTHER_AGENCY });
  const [foreign, absent] = await Promise.all([issue('115:P1', stranger), issue('115:NO', stranger)]);
  expect(foreign.__typename).toBe('CitizenClockNotFound');
  expect(JSON.stringify(absent).replaceAll('115:NO', '115:P1')).toBe(JSON.stringify(foreign));
  for (const who of [
    SUPERVISOR,
    viewer('AUDITOR', { division: '15' }),
    viewer('PARTNER', { agency: AGENCY }),
    viewer('OPERATOR'),
  ])
    await expect(issue('115:P1', who)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  await expect(issue('115:P1', NOBODY)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  for (let n = 0; n < 20; n += 1) expect((await issue('115:P1')).__typename).toBe('IssueCitizenClockPayload');
  expect(await issue('115:P1')).toMatchObject({
    __typename: 'CitizenClockInputRefused',
    message: { en: expect.stringContaining('20') },
  });
});

test('whatever is handed in, the answer is a result or a refusal by name in both languages', async () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('', '115:P1', '\u0000', '\ud800', '115:'.repeat(2_000), "' or 1=1 --"),
  );
  const days = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(0, 1, 730, 731));
  const expectNamed = ({ __typename, message }: Result): void => {
    expect(__typename).toMatch(
      /^(IssueCitizenClockPayload|RevokeCitizenClocksPayload|CitizenClockNotFound|CitizenClockInputRefused)$/,
    );
    if (message !== undefined)
      expect([message.zh, message.en].every((said) => said.length > 8 && said.isWellFormed())).toBe(true);
  };
  await fc.assert(
    fc.asyncProperty(hostile, days, async (id, count) => {
      expectNamed(await issue(id, SOURCE, count));
      const { revokeCitizenClocks } = await world.ask<{ revokeCitizenClocks: Result }>(SOURCE, REVOKE, {
        input: { workItemId: id },
      });
      expectNamed(revokeCitizenClocks);
      expect(await clock(id)).toBeNull();
    }),
    { numRuns: 120 },
  );
});

test('a signed name speaks of one thing, for one purpose, for its time', () => {
  const { sign, read } = createCapabilities('key', 'clock');
  const name = sign('115:C1', 1_000);
  expect(read(name, 1_000)).toBe('115:C1');
  expect(read(name, 1_001)).toBeNull();
  expect(createCapabilities('key', 'other').read(name, 0)).toBeNull();
  expect(createCapabilities('other', 'clock').read(name, 0)).toBeNull();
  const [until, mac] = name.split('.');
  expect(read([until, mac, Buffer.from('115:C2').toString('base64url')].join('.'), 0)).toBeNull();
  expect(read(['9999', mac, name.split('.')[2]].join('.'), 0)).toBeNull();
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => read(text, 0) === null));
});
