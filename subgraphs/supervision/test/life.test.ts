import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenLink } from '../src/history.ts';
import { courseOf } from '../src/life/course.ts';
import { CARD_STATES, type CardState } from '../src/words.ts';
import {
  act,
  CHIEF,
  cardIn,
  HOHHOT,
  historyOf,
  INPUTS,
  issued,
  type MutationName,
  ONLOOKERS,
  PEOPLE,
  type Person,
  REGION,
  read,
  SAIHAN,
  STAFF,
} from './life-world.ts';
import { signalOf } from './signals.ts';
import { openWorld, viewerOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const OPEN_STATES = [
  'ISSUED',
  'SIGNED',
  'ACCEPTED',
  'APPEALED',
  'SUSTAINED',
  'PLANNED',
  'RECTIFYING',
  'RESULT_IN',
] as const;

/** Said by hand: who may do it, from which states, and where it leads (`=`: nowhere). */
interface Line {
  readonly who: readonly Person[];
  readonly from: readonly CardState[];
  readonly to: CardState | '=';
}
const LINES: Readonly<Record<MutationName, Line>> = {
  signCard: { who: ['STAFF', 'CHIEF'], from: ['ISSUED'], to: 'SIGNED' },
  acceptCard: { who: ['CHIEF'], from: ['SIGNED'], to: 'ACCEPTED' },
  submitPlan: { who: ['CHIEF'], from: ['ACCEPTED', 'SUSTAINED'], to: 'PLANNED' },
  approvePlan: { who: ['SAIHAN'], from: ['PLANNED'], to: 'RECTIFYING' },
  returnPlan: { who: ['SAIHAN'], from: ['PLANNED'], to: 'ACCEPTED' },
  reportProgress: { who: ['STAFF', 'CHIEF'], from: ['RECTIFYING'], to: '=' },
  askExtension: { who: ['CHIEF'], from: ['RECTIFYING'], to: '=' },
  decideExtension: { who: ['SAIHAN'], from: [], to: '=' },
  reportResult: { who: ['CHIEF'], from: ['RECTIFYING'], to: 'RESULT_IN' },
  sendBackResult: { who: ['SAIHAN'], from: ['RESULT_IN'], to: 'RECTIFYING' },
  closeCard: { who: ['SAIHAN'], from: ['RESULT_IN'], to: 'CLOSED' },
  reportFalseRectification: { who: ['SAIHAN', 'HOHHOT'], from: ['CLOSED'], to: '=' },
  orderCard: { who: ['SAIHAN', 'HOHHOT'], from: OPEN_STATES, to: '=' },
  escalateCard: { who: ['HOHHOT'], from: ['DRAFT', ...OPEN_STATES], to: '=' },
  cancelCard: { who: ['SAIHAN'], from: OPEN_STATES, to: 'CANCELLED' },
  exemptCard: { who: ['SAIHAN'], from: ['DRAFT', ...OPEN_STATES], to: 'EXEMPTED' },
};
const SEEN_BY: readonly Person[] = ['STAFF', 'CHIEF', 'SAIHAN', 'HOHHOT', 'REGION'];
const UNISSUED: readonly CardState[] = ['DRAFT', 'DECLINED'];
const OF_SUPERVISION: readonly Person[] = ['SAIHAN', 'HOHHOT', 'REGION'];
const NAMES = Object.keys(INPUTS) as MutationName[];

describe.each(CARD_STATES)('a card that is %s', (state) => {
  test('is moved by exactly those acts that the table allows, by exactly those people, and not at all by anybody else', async () => {
    let id = await cardIn(world, state);
    for (const name of NAMES)
      for (const [person, viewer] of Object.entries(PEOPLE) as [Person, (typeof PEOPLE)[Person]][]) {
        const before = await read(world, id);
        const answer = await act(world, viewer, name, id);
        const line = LINES[name];
        const what = `${person} ${name} ${state}`;
        const sees = (UNISSUED.includes(state) ? OF_SUPERVISION : SEEN_BY).includes(person);
        if (!sees) expect(answer.__typename, what).toBe('CardNotFound');
        else if (!line.who.includes(person)) expect(answer.__typename, what).toBe('CardNotYours');
        else if (!line.from.includes(state)) expect(answer.__typename, what).toBe('CardTransitionRefused');
        else {
          expect(answer, what).toMatchObject({
            __typename: 'CardPayload',
            card: { state: line.to === '=' ? state : line.to },
          });
          id = await cardIn(world, state);
          continue;
        }
        expect(answer.message!.zh.length, what).toBeGreaterThan(10);
        expect(await read(world, id), what).toEqual(before);
      }
  });
});

test.each(Object.entries(ONLOOKERS))('%s may do nothing with a card', async (who, viewer) => {
  const id = await issued(world);
  const expected = who === 'AUDITOR' || who === 'PARTNER' ? 'CardNotYours' : 'CardNotFound';
  for (const name of NAMES) expect((await act(world, viewer, name, id)).__typename, name).toBe(expected);
});

test('what is said of a card of others is what is said of none, but for its id', async () => {
  const id = await issued(world);
  const none = '0'.repeat(32);
  const [foreign, absent] = await Promise.all(
    [id, none].map((one) => act(world, PEOPLE.OTHER_CHIEF, 'acceptCard', one)),
  );
  expect(JSON.stringify(foreign).replaceAll(id, none)).toBe(JSON.stringify(absent));
});

test('the whole loop: signed, accepted, planned, returned, planned again, approved, reported on, extended, sent back, closed', async () => {
  const id = await issued(world);
  const steps: readonly [Parameters<typeof act>[1], MutationName, object?][] = [
    [STAFF, 'signCard'],
    [CHIEF, 'acceptCard'],
    [CHIEF, 'submitPlan'],
    [SAIHAN, 'returnPlan'],
    [CHIEF, 'submitPlan', { ...INPUTS.submitPlan, limitWorkdays: 7 }],
    [SAIHAN, 'approvePlan'],
    [STAFF, 'reportProgress'],
    [CHIEF, 'askExtension'],
    [SAIHAN, 'decideExtension'],
    [CHIEF, 'reportResult'],
    [SAIHAN, 'sendBackResult'],
    [CHIEF, 'reportResult'],
    [SAIHAN, 'closeCard'],
    [SAIHAN, 'reportFalseRectification'],
  ];
  for (const [viewer, name, input] of steps) {
    world.time.advance(3_600_000);
    expect(await act(world, viewer, name, id, input), name).toMatchObject({ __typename: 'CardPayload' });
  }
  const history = await historyOf(world, id);
  expect(history.map(({ kind, by }) => `${kind} ${by}`)).toEqual([
    'ISSUED hub',
    'SIGNED agency-1',
    'ACCEPTED chief-1',
    'PLAN_SUBMITTED chief-1',
    'PLAN_RETURNED supervisor-saihan',
    'PLAN_SUBMITTED chief-1',
    'PLAN_APPROVED supervisor-saihan',
    'PROGRESS_REPORTED agency-1',
    'EXTENSION_ASKED chief-1',
    'EXTENSION_GRANTED supervisor-saihan',
    'RESULT_REPORTED chief-1',
    'RESULT_SENT_BACK supervisor-saihan',
    'RESULT_REPORTED chief-1',
    'CLOSED supervisor-saihan',
    'FALSE_REPORT_FOUND supervisor-saihan',
  ]);
  expect(brokenLink(history)).toBeNull();
  const forged = history.map((event) =>
    event.kind === 'RESULT_REPORTED' ? { ...event, content: { ...event.content, text: '另一个结果' } } : event,
  );
  expect(brokenLink(forged)).toBe(11);
  const course = courseOf(history);
  expect(course).toMatchObject({ acceptedBySilence: false, plan: { limitWorkdays: 7, missing: [] }, sendBacks: 1 });
  expect(course.plans).toHaveLength(2);
  expect(course.results.map(({ sentBackAt }) => sentBackAt !== null)).toEqual([true, false]);
  expect(course.falseReportAt).toBe(history.at(-1)!.at);
});

test('an appeal that runs when another against a stronger card answers for the card is nobody’s to decide any more', () => {
  const kinds = ['ISSUED', 'SIGNED', 'APPEALED', 'SUPERSEDED', 'REINSTATED', 'ACCEPTED'] as const;
  const course = courseOf(kinds.map((kind, at) => ({ kind, at, by: 'hub', reason: null, content: null })));
  expect(course.appeals).toEqual([{ round: 1, at: 2, extendedAt: null, decidedAt: 5, decision: null }]);
});

test('the graph tells the rectification with its last day, moved by the extension and by the days of a review', async () => {
  world.time.set('2026-03-02T09:00:00.000+08:00');
  const id = await cardIn(world, 'RECTIFYING');
  const ask = async () => {
    const document = `query ($id: ID!) { card(id: $id) { rectification { limitWorkdays dueOn isProvisional plan { content limitWorkdays approvedAt }
      extension { granted } progress { text percent } results { text sentBackAt evidence { sha256 } } } orders { text to } } }`;
    return (
      await world.ask<{ card: { rectification: { dueOn: string; limitWorkdays: number }; orders: unknown[] } }>(
        SAIHAN,
        document,
        { id },
      )
    ).card;
  };
  expect(await ask()).toMatchObject({
    rectification: { limitWorkdays: 5, dueOn: '2026-03-09', isProvisional: false, plan: { content: '补办超期办件' } },
  });
  await act(world, CHIEF, 'askExtension', id);
  await act(world, SAIHAN, 'decideExtension', id);
  expect(await ask()).toMatchObject({
    rectification: { limitWorkdays: 8, dueOn: '2026-03-12', extension: { granted: true } },
  });
  world.time.set('2026-03-04T10:00:00.000+08:00');
  await act(world, CHIEF, 'reportResult', id);
  world.time.set('2026-03-06T10:00:00.000+08:00');
  await act(world, SAIHAN, 'sendBackResult', id);
  await act(world, HOHHOT, 'orderCard', id);
  expect(await ask()).toMatchObject({
    rectification: { dueOn: '2026-03-16', results: [{ text: '全部办结', evidence: [{ sha256: 'a'.repeat(64) }] }] },
    orders: [{ text: INPUTS.orderCard.text, to: 'AGENCY' }],
  });
  world.time.set('2026-03-02T09:00:00.000+08:00');
});

describe('a plan', () => {
  const LACKING = {
    content: ['CONTENT', '整改内容'],
    measures: ['MEASURES', '整改措施'],
    limitWorkdays: ['TIME_LIMIT', '整改时限'],
    responsible: ['RESPONSIBLE', '责任人'],
  } as const;
  test.each(Object.entries(LACKING))(
    'without its %s is returned by the hub at once, which names it',
    async (element, [code, zh]) => {
      const id = await cardIn(world, 'ACCEPTED');
      const { [element as keyof typeof LACKING]: _left, ...rest } = INPUTS.submitPlan;
      expect(await act(world, CHIEF, 'submitPlan', id, rest)).toMatchObject({ card: { state: 'ACCEPTED' } });
      const last = (await historyOf(world, id)).slice(-2);
      expect(last).toMatchObject([
        { kind: 'PLAN_SUBMITTED', by: 'chief-1' },
        { kind: 'PLAN_RETURNED', by: 'hub', content: { missing: [code] } },
      ]);
      expect(last[1]!.reason!.zh).toContain(zh);
    },
  );

  test('that was returned twice is not taken incomplete a third time, nor returned by the supervisor', async () => {
    const id = await cardIn(world, 'ACCEPTED');
    await act(world, CHIEF, 'submitPlan', id, { content: '补办超期办件' });
    await act(world, CHIEF, 'submitPlan', id);
    await act(world, SAIHAN, 'returnPlan', id);
    const third = await act(world, CHIEF, 'submitPlan', id, { content: '补办超期办件' });
    expect(third.__typename).toBe('CardInputRefused');
    expect(third.message!.zh).toContain('整改措施、整改时限、责任人');
    await act(world, CHIEF, 'submitPlan', id);
    expect(await act(world, SAIHAN, 'returnPlan', id)).toMatchObject({ __typename: 'CardTransitionRefused' });
    expect(await act(world, SAIHAN, 'approvePlan', id)).toMatchObject({ card: { state: 'RECTIFYING' } });
  });

  test.each([
    ['YELLOW', 10, 'CardPayload'],
    ['YELLOW', 11, 'CardInputRefused'],
    ['RED', 5, 'CardPayload'],
    ['RED', 6, 'CardInputRefused'],
    ['YELLOW', 0, 'CardInputRefused'],
    ['YELLOW', -1, 'CardInputRefused'],
  ] as const)('for a %s card of %i working days is answered by %s', async (level, limitWorkdays, expected) => {
    const id = await issued(world, { level });
    await act(world, STAFF, 'signCard', id);
    await act(world, CHIEF, 'acceptCard', id);
    const answer = await act(world, CHIEF, 'submitPlan', id, { ...INPUTS.submitPlan, limitWorkdays });
    expect(answer.__typename).toBe(expected);
  });
});

test('an extension is asked for once, and decided once', async () => {
  const id = await cardIn(world, 'RECTIFYING');
  await act(world, CHIEF, 'askExtension', id);
  expect(await act(world, SAIHAN, 'decideExtension', id, { grant: false })).toMatchObject({
    __typename: 'CardInputRefused',
  });
  await act(world, SAIHAN, 'decideExtension', id, { grant: false, reason: '理由不充分' });
  for (const [viewer, name] of [
    [SAIHAN, 'decideExtension'],
    [CHIEF, 'askExtension'],
  ] as const)
    expect(await act(world, viewer, name, id)).toMatchObject({ __typename: 'CardTransitionRefused' });
  expect(courseOf(await historyOf(world, id)).extension).toMatchObject({ granted: false, workdays: 3 });
});

test('a result that fails a third time takes the card one tier up, where it may be sent back again', async () => {
  const id = await cardIn(world, 'RESULT_IN');
  for (const _time of [1, 2]) {
    expect(await act(world, SAIHAN, 'sendBackResult', id)).toMatchObject({ card: { state: 'RECTIFYING' } });
    await act(world, CHIEF, 'reportResult', id);
  }
  expect(await act(world, SAIHAN, 'sendBackResult', id)).toMatchObject({ card: { state: 'RESULT_IN' } });
  expect((await historyOf(world, id)).at(-1)).toMatchObject({
    kind: 'ESCALATED',
    by: 'hub',
    reason: { zh: '佐证材料不足' },
    content: { to: 'LEAGUE', sentBackBy: 'supervisor-saihan' },
  });
  expect(await act(world, SAIHAN, 'closeCard', id)).toMatchObject({ __typename: 'CardNotYours' });
  expect(await act(world, HOHHOT, 'sendBackResult', id)).toMatchObject({ card: { state: 'RECTIFYING' } });
});

test('the region has nobody above it: no hand-over, and no third return of a result', async () => {
  const id = await cardIn(world, 'RESULT_IN');
  await act(world, HOHHOT, 'escalateCard', id);
  await act(world, REGION, 'escalateCard', id);
  expect(await act(world, REGION, 'escalateCard', id)).toMatchObject({ __typename: 'CardTransitionRefused' });
  for (const _time of [1, 2]) {
    await act(world, REGION, 'sendBackResult', id);
    await act(world, CHIEF, 'reportResult', id);
  }
  expect(await act(world, REGION, 'sendBackResult', id)).toMatchObject({ __typename: 'CardTransitionRefused' });
  expect(await act(world, REGION, 'closeCard', id)).toMatchObject({ card: { state: 'CLOSED' } });
});

test('only the body above orders the supervision body, and an order is due in time to come', async () => {
  const id = await issued(world);
  const toBody = { ...INPUTS.orderCard, to: 'SUPERVISION_BODY' };
  expect(await act(world, SAIHAN, 'orderCard', id, toBody)).toMatchObject({ __typename: 'CardInputRefused' });
  expect(await act(world, HOHHOT, 'orderCard', id, toBody)).toMatchObject({ __typename: 'CardPayload' });
  const past = { ...INPUTS.orderCard, dueAt: '2026-03-01T18:00:00.000+08:00' };
  expect(await act(world, HOHHOT, 'orderCard', id, past)).toMatchObject({ __typename: 'CardInputRefused' });
});

test('an exemption whose period does not hold the day of the card is refused with that day', async () => {
  const id = await issued(world);
  const answer = await act(world, SAIHAN, 'exemptCard', id, { ...INPUTS.exemptCard, to: '2026-03-01' });
  expect(answer.__typename).toBe('CardInputRefused');
  expect(answer.message!.zh).toContain('2026-03-02');
});

test('a red card that is cancelled leaves the yellow one standing again, in the state in which it was superseded', async () => {
  const id = await cardIn(world, 'RECTIFYING');
  const { subject } = await read(world, id);
  await world.post(signalOf({ kind: 'ROSE', level: 'RED', previousLevel: 'YELLOW', subject, knownAt: 3 }));
  const [red] = await world.ports.database.sql<
    { id: string }[]
  >`select id from card where subject = ${subject} and level = 'RED'`;
  expect(await read(world, id)).toMatchObject({ state: 'SUPERSEDED' });
  await act(world, SAIHAN, 'cancelCard', red!.id);
  expect(await read(world, id)).toMatchObject({ state: 'RECTIFYING' });
  expect(await act(world, STAFF, 'reportProgress', id)).toMatchObject({ __typename: 'CardPayload' });
});

test('late data withdraw a card in rectification, and no act moves it any more', async () => {
  const id = await cardIn(world, 'RECTIFYING');
  const { subject } = await read(world, id);
  await world.post(signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'YELLOW', subject, knownAt: 3 }));
  expect(await act(world, STAFF, 'reportProgress', id)).toMatchObject({ __typename: 'CardTransitionRefused' });
});

test('of two who act at once one is second, and is told so; nothing is lost', async () => {
  const id = await cardIn(world, 'RESULT_IN');
  const answers = await Promise.all([
    act(world, SAIHAN, 'closeCard', id),
    act(world, SAIHAN, 'sendBackResult', id),
    act(world, SAIHAN, 'closeCard', id),
  ]);
  expect(answers.filter(({ __typename }) => __typename === 'CardPayload')).toHaveLength(1);
  expect(answers.filter(({ __typename }) => __typename === 'CardTransitionRefused')).toHaveLength(2);
  const history = await historyOf(world, id);
  expect(history).toHaveLength((await read(world, id)).events);
  expect(brokenLink(history)).toBeNull();
});

test('a crash in the middle of an act leaves nothing of it: no entry, no change, nothing in the feed', async () => {
  const id = await cardIn(world, 'ACCEPTED');
  await world.settle();
  const head = await world.ports.feed.head('supervision');
  const before = await read(world, id);
  const { database } = world.ports;
  await database.sql`create function break_history() returns trigger language plpgsql as $$ begin
    if new.kind = 'PLAN_RETURNED' then raise exception 'the machine stops here'; end if; return new; end $$`;
  await database.sql`create trigger break_history before insert on card_event for each row execute function break_history()`;
  const { errors } = await world.answer(
    CHIEF,
    'mutation ($id: ID!) { submitPlan(input: { cardId: $id }) { __typename } }',
    { id },
  );
  expect(errors).toHaveLength(1);
  await database.sql`drop trigger break_history on card_event`;
  await database.sql`drop function break_history`;
  await world.settle();
  expect(await read(world, id)).toEqual(before);
  expect(await world.ports.feed.read('supervision', head, 10)).toEqual([]);
  expect(await act(world, CHIEF, 'submitPlan', id)).toMatchObject({ card: { state: 'PLANNED' } });
});

test('an act is one entry of the feed, with what was handed in; two acts of one step are two', async () => {
  const id = await cardIn(world, 'ACCEPTED');
  await world.settle();
  const head = await world.ports.feed.head('supervision');
  await act(world, CHIEF, 'submitPlan', id, { content: '补办超期办件' });
  await world.settle();
  const { supervisionChanges } = await world.ask<{ supervisionChanges: { nodes: object[] } }>(
    SAIHAN,
    'query ($after: String) { supervisionChanges(after: $after) { nodes { kind content card { state } } } }',
    { after: head },
  );
  expect(supervisionChanges.nodes).toEqual([
    {
      kind: 'PLAN_SUBMITTED',
      content: { content: '补办超期办件', measures: null, limitWorkdays: null, responsible: null },
      card: { state: 'PLANNED' },
    },
    {
      kind: 'PLAN_RETURNED',
      content: { missing: ['MEASURES', 'TIME_LIMIT', 'RESPONSIBLE'] },
      card: { state: 'ACCEPTED' },
    },
  ]);
});

test('what is possible next is what is then allowed, for each of the people', async () => {
  for (const state of CARD_STATES) {
    const id = await cardIn(world, state);
    for (const viewer of [STAFF, CHIEF, SAIHAN, HOHHOT]) {
      const { card } = await world.ask<{ card: { nextActs: { act: string; mine: boolean }[] } | null }>(
        viewer,
        'query ($id: ID!) { card(id: $id) { nextActs { act by mine } } }',
        { id },
      );
      if (card === null) continue;
      const possible = new Set(card.nextActs.map(({ act: kind }) => kind));
      for (const [name, kind] of Object.entries(KINDS) as [MutationName, string][])
        expect(possible.has(kind), `${kind} ${state}`).toBe(LINES[name].from.includes(state));
      const mine = card.nextActs.filter((one) => one.mine).map(({ act: kind }) => kind);
      const person = { [STAFF.id]: 'STAFF', [CHIEF.id]: 'CHIEF', [SAIHAN.id]: 'SAIHAN', [HOHHOT.id]: 'HOHHOT' }[
        viewer.id
      ] as Person;
      for (const [name, kind] of Object.entries(KINDS) as [MutationName, string][])
        expect(mine.includes(kind), `${person} ${kind} ${state}`).toBe(
          LINES[name].who.includes(person) && possible.has(kind),
        );
    }
  }
});

const KINDS: Readonly<Record<MutationName, string>> = {
  signCard: 'SIGNED',
  acceptCard: 'ACCEPTED',
  submitPlan: 'PLAN_SUBMITTED',
  approvePlan: 'PLAN_APPROVED',
  returnPlan: 'PLAN_RETURNED',
  reportProgress: 'PROGRESS_REPORTED',
  askExtension: 'EXTENSION_ASKED',
  decideExtension: 'EXTENSION_GRANTED',
  reportResult: 'RESULT_REPORTED',
  sendBackResult: 'RESULT_SENT_BACK',
  closeCard: 'CLOSED',
  reportFalseRectification: 'FALSE_REPORT_FOUND',
  orderCard: 'ORDERED',
  escalateCard: 'ESCALATED',
  cancelCard: 'CANCELLED',
  exemptCard: 'EXEMPTED',
};

test('an operator is turned away at the door, and nobody signed in as well', async () => {
  const document = 'mutation { signCard(input: { cardId: "x" }) { __typename } }';
  const refused = await world.answer(viewerOf('OPERATOR'), document);
  expect(refused.errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' });
  const anonymous = await world.answer(null, document);
  expect(anonymous.errors![0]!.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
});
