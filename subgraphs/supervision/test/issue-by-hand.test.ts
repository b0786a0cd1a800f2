import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenLink } from '../src/history.ts';
import { perform } from '../src/life/perform.ts';
import { AGENCY, act, CHIEF, cardIn, HOHHOT, historyOf, issued, REGION, read, SAIHAN, STAFF } from './life-world.ts';
import { publishedRules } from './matters.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, openWorld, requestOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(publishedRules());
});
afterAll(() => world.close());

interface Issued {
  readonly issueCard: {
    readonly __typename: string;
    readonly message?: { readonly zh: string; readonly en: string };
    readonly card?: { readonly id: string; readonly number: string };
  };
}
const ISSUE = `mutation ($input: IssueCardInput!) { issueCard(input: $input) { __typename ... on CardProblem { message { zh en } }
  ... on CardPayload { card { id number state level issuedBy message { zh } receipt { hash } signal { id } history { kind by reason { zh } } } } } }`;
const UNKNOWN_PLACE = { agency: '11150105011500011X', division: '150105' };
const INPUT = {
  subjectType: 'WorkItem',
  subjectId: '115:by-hand',
  indicator: 'WI-16',
  level: 'YELLOW',
  messageZh: '现场抽查发现特别程序无依据',
  messageEn: 'A spot check found a special procedure without basis',
  reason: '来自群众投诉核查',
};
/** A supervisor of the neighbouring banner. */
const TUMOTE = { ...SAIHAN, id: 'supervisor-tumote', division: '150121' };
let count = 0;
const input = (parts: object = {}) => ({
  ...INPUT,
  subjectId: `115:by-hand-${(count += 1)}`,
  ...UNKNOWN_PLACE,
  ...parts,
});
const issue = async (viewer: typeof SAIHAN, parts: object = {}) =>
  (await world.ask<Issued>(viewer, ISSUE, { input: input(parts) })).issueCard;

/** An answer without what tells one card from another. */
const plain = ({ card, message, __typename }: Issued['issueCard']) => ({
  ...{ __typename, message: JSON.stringify(message)?.replaceAll(/JC-[-\d]+/g, '{number}') },
  card: card && { ...card, id: '', number: card.number.slice(0, -6), history: [] },
});

test('a supervisor issues a card by hand: it has a number and no receipt, names who issued it, and lives like any other', async () => {
  const answer = await issue(SAIHAN);
  expect(answer).toMatchObject({
    __typename: 'CardPayload',
    card: {
      ...{ state: 'ISSUED', level: 'YELLOW', issuedBy: 'supervisor-saihan', receipt: null, signal: null },
      history: [{ kind: 'ISSUED_BY_HAND', by: 'supervisor-saihan', reason: { zh: INPUT.reason } }],
    },
  });
  expect(answer.card!.number).toMatch(/^JC-150105000000-20260302-\d{6}$/);
  const chief = { ...CHIEF, agency: UNKNOWN_PLACE.agency };
  expect(await act(world, chief, 'signCard', answer.card!.id)).toMatchObject({ card: { state: 'SIGNED' } });
  expect(brokenLink(await historyOf(world, answer.card!.id))).toBeNull();
});

test('numbers of cards issued by hand and by rules are one series', async () => {
  const first = await issue(SAIHAN);
  const [other] = await world.ports.database.sql<{ number: string }[]>`
    select number from card where id = ${await issued(world)}`;
  const sequence = (number: string) => Number(number.slice(-6));
  expect(sequence(other!.number)).toBe(sequence(first.card!.number) + 1);
});

test('of a subject that supervision knows, agency and division need not be named, and must not be others', async () => {
  const id = await issued(world);
  const { subject } = await read(world, id);
  const known = { subjectId: subject, agency: null, division: null };
  expect(await issue(SAIHAN, { ...known, agency: UNKNOWN_PLACE.agency })).toMatchObject({
    __typename: 'CardInputRefused',
  });
  expect(await issue(SAIHAN, { ...known, division: '150121' })).toMatchObject({ __typename: 'CardInputRefused' });
  const answer = await issue(SAIHAN, known);
  const [row] = await world.ports.database.sql`select agency, division from card where id = ${answer.card!.id}`;
  expect(row).toEqual({ agency: AGENCY, division: '150105' });
});

test('a subject with an open card of the indicator gets no second one', async () => {
  const { subject } = await read(world, await issued(world));
  const same = { subjectId: subject, indicator: 'WI-03', agency: null, division: null };
  expect(await issue(SAIHAN, same)).toMatchObject({ __typename: 'CardAlreadyOpen' });
  const twice = input();
  const answers = await Promise.all([1, 2].map(() => world.ask<Issued>(SAIHAN, ISSUE, { input: twice })));
  expect(answers.map(({ issueCard }) => issueCard.__typename).sort()).toEqual(['CardAlreadyOpen', 'CardPayload']);
});

test("a rule's signals leave a card issued by hand alone", async () => {
  const answer = await issue(SAIHAN, { subjectId: '115:both' });
  const about = { subject: '115:both', rule: 'WI-16' } as const;
  await world.post(signalOf({ kind: 'ROSE', level: 'RED', ...about, knownAt: 5 }));
  await world.post(signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'RED', ...about, knownAt: 6 }));
  expect(await read(world, answer.card!.id)).toMatchObject({ state: 'ISSUED', events: 1 });
});

test.each([
  ['the tier above', HOHHOT],
  ['the region', REGION],
  ['an auditor', AUDITOR],
  ['the agency itself', STAFF],
  ['its chief', CHIEF],
])('%s does not issue a card in place of the supervision body', async (_who, viewer) => {
  expect(await issue(viewer)).toMatchObject({ __typename: 'CardNotYours' });
});

test('a supervisor of another place learns nothing of whose subject it is: it is answered and written like one that nobody knows', async () => {
  const known = await issued(world);
  const { subject } = await read(world, known);
  const place = { agency: UNKNOWN_PLACE.agency, division: '150121' };
  // Under the rule by which it has a card already, and twice, so that what is open of others is not felt either.
  const about = (subjectId: string, parts: object) => issue(TUMOTE, { indicator: 'WI-03', subjectId, ...parts });
  for (const parts of [{ agency: null, division: null }, UNKNOWN_PLACE, place, place]) {
    const [foreign, unknown] = [await about(subject, parts), await about('115:nobody-has-it', parts)];
    expect(plain(foreign)).toEqual(plain(unknown));
  }
  const [first] = await world.ports.database.sql`select * from card where subject = ${subject} and division = '150121'`;
  const [other] = await world.ports.database.sql`select * from card where subject = '115:nobody-has-it'`;
  expect(first).toMatchObject({ occurrence: other!.occurrence, item: null, source: null, supersedes: null });
});

test('a card that another place issued by hand on a subject does not stand in the way of the own one', async () => {
  const { subject } = await read(world, await issued(world));
  const place = { agency: UNKNOWN_PLACE.agency, division: '150121' };
  expect(await issue(TUMOTE, { subjectId: subject, ...place })).toMatchObject({ __typename: 'CardPayload' });
  const known = { subjectId: subject, agency: null, division: null };
  expect(await issue(SAIHAN, known)).toMatchObject({ __typename: 'CardPayload' });
  expect(await issue(SAIHAN, known)).toMatchObject({ __typename: 'CardAlreadyOpen' });
});

test.each([
  ['a type of no subject', { subjectType: 'Nonsense' }],
  ['an indicator of no rule', { indicator: 'WI-99' }],
  ['an indicator that judges other subjects', { indicator: 'EL-01' }],
  ['no agency for an unknown subject', { agency: null }],
  ['an agency with a wrong check digit', { agency: '11150105011500011A' }],
  ['no division for an unknown subject', { division: null }],
  ['a division that is none', { division: '15x' }],
  ['an empty subject', { subjectId: '' }],
  ['a subject with half a character', { subjectId: '115:\ud800' }],
  ['too short a message', { messageZh: '无' }],
  ['a message with a mobile number', { messageZh: '请联系申请人 13812345678 核实' }],
  ['a message with a resident identity number', { messageEn: 'The applicant 11010519491231002X complained' }],
  ['no reason', { reason: '   ' }],
])('%s is refused by name', async (_what, parts) => {
  const answer = await issue(SAIHAN, parts);
  expect(answer.__typename).toBe('CardInputRefused');
  expect(answer.message!.zh.length).toBeGreaterThan(8);
});

async function possible(viewer: typeof SAIHAN, id: string): Promise<readonly string[]> {
  const { card } = await world.ask<{ card: { nextActs: { act: string; by: string[]; mine: boolean }[] } }>(
    viewer,
    'query ($id: ID!) { card(id: $id) { nextActs { act by mine } } }',
    { id },
  );
  return card.nextActs.filter(({ mine }) => mine).map(({ act: kind }) => kind);
}

test('a second appeal is open for three working days and then not; it is judged one tier up', async () => {
  world.time.set('2026-03-02T09:00:00.000+08:00');
  const id = await cardIn(world, 'SUSTAINED');
  world.time.set('2026-03-05T23:59:59.999+08:00');
  expect(await possible(CHIEF, id)).toContain('APPEALED');
  world.time.set('2026-03-06T00:00:00.000+08:00');
  expect(await possible(CHIEF, id)).not.toContain('APPEALED');
  world.time.set('2026-03-02T10:00:00.000+08:00');
  const again = { card: id, kind: 'APPEALED', content: null } as const;
  expect(await perform(world.ports, requestOf(CHIEF), again)).toMatchObject({ __typename: 'CardPayload' });
  expect(await possible(SAIHAN, id)).not.toContain('APPEAL_SUSTAINED');
  expect(await possible(HOHHOT, id)).toContain('APPEAL_SUSTAINED');
  world.time.set('2026-03-02T09:00:00.000+08:00');
});

test('whoever issued a card by hand is not shown its appeal as a step of his own, and a colleague is', async () => {
  const answer = await issue(SAIHAN);
  const chief = { ...CHIEF, agency: UNKNOWN_PLACE.agency };
  await act(world, chief, 'signCard', answer.card!.id);
  await perform(world.ports, requestOf(chief), { card: answer.card!.id, kind: 'APPEALED', content: null });
  expect(await possible(SAIHAN, answer.card!.id)).not.toContain('APPEAL_REVOKED');
  expect(await possible({ ...SAIHAN, id: 'supervisor-saihan-2' }, answer.card!.id)).toContain('APPEAL_REVOKED');
});

const ACKNOWLEDGE = `mutation ($id: ID!) { acknowledgeWarning(input: { warningId: $id }) { __typename ... on WarningProblem { message { zh } }
  ... on WarningTransitionRefused { state } ... on WarningPayload { warning { state acknowledgedAt acknowledgedBy } } } }`;
async function warned(): Promise<{ id: string; subject: string }> {
  const subject = `115:warned-${(count += 1)}`;
  await world.post(signalOf({ kind: 'ROSE', level: 'WARNING', subject }));
  const [row] = await world.ports.database.sql<{ id: string }[]>`select id from warning where subject = ${subject}`;
  return { id: row!.id, subject };
}

test('an agency acknowledges a warning once; it goes on as it does, and the feed says so', async () => {
  const { id, subject } = await warned();
  const head = await world.ports.feed.head('supervision');
  expect(await world.ask(STAFF, ACKNOWLEDGE, { id })).toMatchObject({
    acknowledgeWarning: { __typename: 'WarningPayload', warning: { state: 'ISSUED', acknowledgedBy: 'agency-1' } },
  });
  expect(await world.ask(STAFF, ACKNOWLEDGE, { id })).toMatchObject({
    acknowledgeWarning: { __typename: 'WarningTransitionRefused', state: 'ISSUED' },
  });
  await world.post(signalOf({ kind: 'FELL', level: 'NONE', previousLevel: 'WARNING', reason: 'RULE_ENDED', subject }));
  const kinds = (await world.ports.feed.read('supervision', head, 10)).map(
    ({ payload }) => (payload as { kind: string }).kind,
  );
  expect(kinds).toEqual(['WARNING_ACKNOWLEDGED', 'WARNING_EXPIRED']);
  const [row] = await world.ports.database.sql`select state, acknowledged_by from warning where id = ${id}`;
  expect(row).toEqual({ state: 'EXPIRED', acknowledged_by: 'agency-1' });
});

test('a warning is acknowledged by its own agency alone, and not once it has ended', async () => {
  const { id, subject } = await warned();
  expect(await world.ask(SAIHAN, ACKNOWLEDGE, { id })).toMatchObject({
    acknowledgeWarning: { __typename: 'WarningNotYours' },
  });
  const other = { ...STAFF, agency: UNKNOWN_PLACE.agency };
  expect(await world.ask(other, ACKNOWLEDGE, { id })).toMatchObject({
    acknowledgeWarning: { __typename: 'WarningNotFound' },
  });
  await world.post(signalOf({ kind: 'FELL', level: 'NONE', previousLevel: 'WARNING', subject }));
  expect(await world.ask(STAFF, ACKNOWLEDGE, { id })).toMatchObject({
    acknowledgeWarning: { __typename: 'WarningTransitionRefused', state: 'RESOLVED' },
  });
});
