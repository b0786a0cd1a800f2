import { readPosition } from '@gnomon/store';
import { fixedRules, type Signal } from '@gnomon/subgraph-kit';
import { afterEach, describe, expect, test } from 'vitest';
import { decide } from '../src/decide.ts';
import { actorsOf, supervisingTier } from '../src/life/actors.ts';
import { escalateCard } from '../src/life/oversee.ts';
import { perform } from '../src/life/perform.ts';
import { FOLLOWER, takeOver } from '../src/take-over.ts';
import {
  ABOVE,
  AGENCY,
  BODY,
  CHIEF,
  chinaTime,
  type DutyWorld,
  openDutyWorld,
  PLAN,
  RESULT,
  SUPERVISOR,
} from './duties-world.ts';
import { at, publishedRules } from './matters.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, requestOf, viewerOf } from './world.ts';

let world: DutyWorld;
/** A signal as `issue` tells it, but for its subject. */
const SIGNAL_OF_YELLOW = { kind: 'ROSE', level: 'YELLOW', agency: AGENCY } as const;
afterEach(() => world?.close());

/** Rises to a level, without those of rules that the test is not about. */
const rises = async (rules: string, of: DutyWorld = world) =>
  (await of.told())
    .filter(([rule, level, , , kind]) => kind === 'ROSE' && level !== 'UNKNOWN' && rules.includes(rule))
    .map(([rule, level, , occurrence, , when]) =>
      [rule, occurrence, level, when].filter((part) => part !== '').join(' '),
    );
const acts = async (card: string, of: DutyWorld = world) =>
  (await of.history(card)).map(({ kind, at: when, by }) => `${kind} ${chinaTime(when)} ${by}`);
/** Signs, accepts, plans and has the plan approved, all at this instant. */
async function begin(card: string, plan = PLAN): Promise<void> {
  await world.act('STAFF', card, 'SIGNED');
  await world.act('CHIEF', card, 'ACCEPTED');
  await world.act('CHIEF', card, 'PLAN_SUBMITTED', plan);
  await world.act('SUPERVISOR', card, 'PLAN_APPROVED');
}
/** A database that ends the process at the end of each transaction. */
function dyingBeforeCommit(database: DutyWorld['ports']['database']): DutyWorld['ports']['database'] {
  return {
    ...database,
    transaction: (work) =>
      database.transaction(async (tx) => {
        await work(tx);
        throw new Error('the process ends here');
      }),
  };
}
const loopCards = async (of: DutyWorld = world) =>
  (
    await of.ask<{
      cards: {
        nodes: {
          level: string;
          state: string;
          indicator: { id: string };
          occurrence: string;
          subject: { id: string };
        }[];
      };
    }>(
      AUDITOR,
      '{ cards(filter: { domain: [LOOP] }, first: 100) { nodes { level state occurrence indicator { id } subject { id } } } }',
    )
  ).cards.nodes
    .filter(({ subject }) => !subject.id.startsWith('report:'))
    .map(({ indicator, occurrence, level, state }) => `${indicator.id} ${occurrence} ${level} ${state}`)
    .sort();

describe('a card that nobody answers', () => {
  test('is accepted by silence at the very instant at which the limit is over, across Mid-Autumn and National Day', async () => {
    world = await openDutyWorld('2026-09-22 10:00:00');
    const card = await world.issue('YELLOW');
    await world.goTo('2026-09-30 23:59:59.999');
    expect((await world.card(card)).state).toBe('ISSUED');
    await world.goTo('2026-10-14 09:00:00');
    expect(await rises('XX-01 XX-02')).toEqual([
      'XX-01 WARNING 2026-09-23 14:30:00.000',
      'XX-01 YELLOW 2026-09-24 00:00:00.000',
      'XX-01 RED 2026-09-25 00:00:00.000',
      'XX-01 ANSWER WARNING 2026-09-30 00:00:00.000',
      'XX-01 ANSWER YELLOW 2026-10-01 00:00:00.000',
      'XX-02 WARNING 2026-10-10 00:00:00.000',
      'XX-02 YELLOW 2026-10-11 00:00:00.000',
      'XX-01 ANSWER RED 2026-10-14 00:00:00.000',
    ]);
    expect(await acts(card)).toEqual([
      'ISSUED 2026-09-22 10:00:00.000 hub',
      'ACCEPTED_BY_SILENCE 2026-10-01 00:00:00.000 hub',
    ]);
    expect((await world.card(card)).state).toBe('ACCEPTED');
    // Red waits for a supervisor, as any red card does; no card is about one of these.
    expect(await loopCards()).toEqual([
      'XX-01  RED DRAFT',
      'XX-01  YELLOW SUPERSEDED',
      'XX-01 ANSWER RED DRAFT',
      'XX-01 ANSWER YELLOW SUPERSEDED',
      'XX-02  YELLOW ISSUED',
    ]);
    await world.goTo('2026-11-20 09:00:00');
    expect((await world.told()).filter(([, , kind]) => kind === 'card').length).toBe(9);
  });

  test('takes no appeal a millisecond too late, although no timer has run', async () => {
    world = await openDutyWorld('2026-09-22 10:00:00');
    const card = await world.issue('YELLOW');
    const other = await world.issue('YELLOW');
    for (const one of [card, other]) await world.act('STAFF', one, 'SIGNED');
    world.jumpTo('2026-09-30 23:59:59.999');
    const appeal = (of: string) => perform(world.ports, requestOf(CHIEF), { card: of, kind: 'APPEALED' });
    expect(await appeal(card)).toMatchObject({ __typename: 'CardPayload', card: { state: 'APPEALED' } });
    world.jumpTo('2026-10-01 00:00:00.000');
    expect(await appeal(other)).toMatchObject({ __typename: 'CardTransitionRefused', state: 'ACCEPTED' });
    expect(await acts(other)).toHaveLength(2);
    // What was refused has written nothing; the plan that is owed can be handed in, and the silence is entered with it.
    world.jumpTo('2026-10-08 09:00:00.000');
    expect(
      await perform(world.ports, requestOf(CHIEF), { card: other, kind: 'PLAN_SUBMITTED', content: PLAN }),
    ).toMatchObject({ card: { state: 'PLANNED' } });
    expect((await acts(other)).slice(2)).toEqual([
      'ACCEPTED_BY_SILENCE 2026-10-01 00:00:00.000 hub',
      `PLAN_SUBMITTED 2026-10-08 09:00:00.000 ${CHIEF.id}`,
    ]);
  });

  test('is red within four working hours to sign, three working days to answer, two to plan', async () => {
    world = await openDutyWorld('2026-09-21 09:00:00');
    await world.issue('RED');
    await world.goTo('2026-10-08 09:00:00');
    expect(await rises('XX-01 XX-02')).toEqual([
      'XX-01 WARNING 2026-09-21 14:42:00.000',
      'XX-01 YELLOW 2026-09-21 15:30:00.001',
      'XX-01 RED 2026-09-22 10:30:00.001',
      'XX-01 ANSWER WARNING 2026-09-24 14:30:00.000',
      'XX-01 ANSWER YELLOW 2026-09-25 00:00:00.000',
      'XX-02 WARNING 2026-09-29 00:00:00.000',
      'XX-02 YELLOW 2026-09-30 00:00:00.000',
      'XX-01 ANSWER RED 2026-10-01 00:00:00.000',
    ]);
  });
});

describe('a rectification', () => {
  test('that stays out raises the yellow card to red, and five working days later hands it to the tier above', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    await begin(card);
    await world.goTo('2026-09-28 23:59:59.999');
    expect(await world.card(card)).toMatchObject({ level: 'YELLOW', state: 'RECTIFYING', escalatedTo: null });
    await world.goTo('2026-10-10 23:59:59.999');
    const raised = await world.card(card);
    expect(raised).toMatchObject({
      level: 'RED',
      state: 'RECTIFYING',
      raisedAt: at('2026-09-29 00:00:00'),
      escalatedTo: null,
    });
    await world.goTo('2026-10-12 09:00:00');
    const above = await world.card(card);
    expect(above).toMatchObject({ level: 'RED', escalatedTo: 'LEAGUE' });
    expect(supervisingTier(above)).toBe('LEAGUE');
    expect((await acts(card)).slice(-2)).toEqual([
      'RAISED 2026-09-29 00:00:00.000 hub',
      'ESCALATED 2026-10-11 00:00:00.000 hub',
    ]);
    expect(await rises('XX-03')).toEqual([
      'XX-03 WARNING 2026-09-21 00:00:00.000',
      // Progress was missing twice on the day on which the result was due, and the stronger verdict is told.
      'XX-03 RED 2026-09-29 00:00:00.000',
      'XX-03 HANDOVER WARNING 2026-10-11 00:00:00.000',
    ]);
    // The raised card stands for the verdict: there is no second one about it.
    expect((await loopCards()).filter((one) => one.startsWith('XX-03'))).toEqual([]);
    await world.act('CHIEF', card, 'RESULT_REPORTED', RESULT);
    expect(await world.act('SUPERVISOR', card, 'CLOSED')).toMatchObject({ __typename: 'CardNotYours' });
    expect(await world.act('ABOVE', card, 'CLOSED')).toMatchObject({ __typename: 'CardPayload' });
  });

  test('of a red card that stays out draws a card of its own, held for confirmation', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('RED');
    await begin(card, { ...PLAN, limitWorkdays: 5 });
    await world.goTo('2026-09-21 09:00:00');
    expect(await world.card(card)).toMatchObject({ level: 'RED', raisedAt: null });
    expect((await loopCards()).filter((one) => one.startsWith('XX-03'))).toEqual([
      'XX-03  RED DRAFT',
      'XX-03  YELLOW SUPERSEDED',
    ]);
  });

  test('stands still while its result is reviewed, and goes on when that is sent back', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    await begin(card, { ...PLAN, limitWorkdays: 5 });
    await world.goTo('2026-09-16 16:00:00');
    await world.act('CHIEF', card, 'RESULT_REPORTED', RESULT);
    await world.goTo('2026-09-18 09:00:00');
    await world.act('SUPERVISOR', card, 'RESULT_SENT_BACK');
    await world.goTo('2026-09-24 09:00:00');
    expect(await rises('XX-03')).toEqual([
      'XX-03 WARNING 2026-09-22 00:00:00.000',
      'XX-03 RED 2026-09-23 00:00:00.000',
    ]);
  });

  test('asks for progress every five working days; twice without is a yellow card', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    await begin(card);
    await world.act('CHIEF', card, 'EXTENSION_ASKED', { workdays: 10 });
    await world.act('SUPERVISOR', card, 'EXTENSION_GRANTED');
    await world.goTo('2026-09-21 09:00:00');
    await world.act('STAFF', card, 'PROGRESS_REPORTED', { text: '进行中', percent: 30 });
    await world.goTo('2026-09-30 09:00:00');
    expect(await rises('XX-03')).toEqual([
      'XX-03 WARNING 2026-09-21 00:00:00.000',
      'XX-03 YELLOW 2026-09-30 00:00:00.000',
    ]);
  });
});

test('a result that is sent back the moment it comes does not make reports that were missed before it undone', async () => {
  world = await openDutyWorld('2026-09-14 10:00:00');
  const card = await world.issue('YELLOW');
  await begin(card);
  await world.goTo('2026-09-29 10:00:00');
  await world.do('CHIEF', card, 'RESULT_REPORTED', RESULT);
  await world.do('SUPERVISOR', card, 'RESULT_SENT_BACK');
  await world.do('CHIEF', card, 'RESULT_REPORTED', RESULT);
  await world.settle();
  const fallen = (await world.told()).filter(([rule, , , , kind]) => rule === 'XX-03' && kind !== 'ROSE');
  expect(fallen).toEqual([]);
});

describe('a plan', () => {
  test('returned once and still incomplete is a yellow card, returned twice a red one', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    await world.act('STAFF', card, 'SIGNED');
    await world.act('CHIEF', card, 'ACCEPTED');
    const incomplete = { ...PLAN, responsible: null };
    await world.act('CHIEF', card, 'PLAN_SUBMITTED', incomplete);
    await world.act('SUPERVISOR', card, 'PLAN_RETURNED');
    expect(await rises('XX-02')).toEqual([]);
    await world.goTo('2026-09-15 10:00:00');
    await world.act('CHIEF', card, 'PLAN_SUBMITTED', incomplete);
    await world.goTo('2026-09-15 11:00:00');
    await world.act('SUPERVISOR', card, 'PLAN_RETURNED');
    expect(await rises('XX-02')).toEqual(['XX-02 YELLOW 2026-09-15 10:00:00.000', 'XX-02 RED 2026-09-15 11:00:00.000']);
  });
});

describe('a supervision body', () => {
  test('is itself judged for appeals, plans and results, and the tier above has its cards', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const [appealed, planned, reported] = [
      await world.issue('YELLOW'),
      await world.issue('YELLOW'),
      await world.issue('RED'),
    ];
    await world.act('STAFF', appealed, 'SIGNED');
    await world.act('CHIEF', appealed, 'APPEALED');
    await world.act('STAFF', planned, 'SIGNED');
    await world.act('CHIEF', planned, 'ACCEPTED');
    await world.act('CHIEF', planned, 'PLAN_SUBMITTED', PLAN);
    await begin(reported, { ...PLAN, limitWorkdays: 5 });
    await world.act('CHIEF', reported, 'RESULT_REPORTED', RESULT);
    const DUTIES = `{ duties { nodes { id kind dueAt state body { uscc } division { code } card { id } } } }`;
    type Duties = { duties: { nodes: { id: string; kind: string; dueAt: string; state: string; body: object }[] } };
    const owed = (await world.ask<Duties>(SUPERVISOR, DUTIES)).duties.nodes;
    expect(owed.map(({ id, kind, dueAt, state }) => [id, kind, chinaTime(dueAt), state])).toEqual([
      [`plan-check:${planned}-1`, 'PLAN_CHECK', '2026-09-17 00:00:00.000', 'RUNNING'],
      [`appeal:${appealed}-1`, 'APPEAL', '2026-09-21 00:00:00.000', 'RUNNING'],
      [`review:${reported}-1`, 'REVIEW', '2026-09-21 00:00:00.000', 'RUNNING'],
    ]);
    expect(owed[0]).toMatchObject({ body: { uscc: BODY }, division: { code: '150105' }, card: { id: planned } });
    // The judged agency is not told what its supervisors owe.
    expect((await world.ask<Duties>(CHIEF, DUTIES)).duties.nodes).toEqual([]);
    await world.goTo('2026-09-18 09:00:00');
    await world.act('SUPERVISOR', appealed, 'APPEAL_EXTENDED', { workdays: 5 });
    await world.goTo('2026-09-29 09:00:00');
    expect(await rises('XX-06')).toEqual([
      'XX-06 WARNING 2026-09-16 00:00:00.000',
      'XX-06 YELLOW 2026-09-17 00:00:00.000',
      'XX-06 RED 2026-09-19 00:00:00.000',
      'XX-06 WARNING 2026-09-20 00:00:00.000',
      'XX-06 YELLOW 2026-09-21 00:00:00.000',
      'XX-06 WARNING 2026-09-28 00:00:00.000',
      'XX-06 RED 2026-09-29 00:00:00.000',
      'XX-06 YELLOW 2026-09-29 00:00:00.000',
    ]);
    const { cards } = await world.ask<{ cards: { nodes: { agency: object; subject: { id: string } }[] } }>(
      AUDITOR,
      '{ cards(filter: { indicator: ["XX-06"], state: [ISSUED] }) { nodes { agency { uscc } subject { id } } } }',
    );
    // The appeal's yellow card; those of the plan and the result were superseded by red ones, which wait for confirmation.
    expect(cards.nodes).toEqual([{ agency: { uscc: BODY }, subject: { id: `appeal:${appealed}-1` } }]);
    const found = (
      await world.ask<{ cards: { nodes: { id: string }[] } }>(
        AUDITOR,
        '{ cards(filter: { indicator: ["XX-06"], state: [ISSUED] }) { nodes { id } } }',
      )
    ).cards.nodes[0]!;
    expect(supervisingTier(await world.card(found.id))).toBe('LEAGUE');
    // The body's own people sign it and its chief accepts it; they neither check nor close it.
    expect(actorsOf(SUPERVISOR, await world.card(found.id))).toEqual(['AGENCY']);
    expect(actorsOf({ ...SUPERVISOR, post: 'CHIEF' }, await world.card(found.id))).toEqual(['AGENCY', 'CHIEF']);
    expect(actorsOf(ABOVE, await world.card(found.id))).toEqual(['SUPERVISOR']);
  });
});

describe('a red card that is held', () => {
  const held = async () => world.issue('RED', { issue: 'CONFIRM' });
  const XX06 = async () => (await rises('XX-06')).map((one) => one.replace('XX-06 ', ''));
  const owed = async () =>
    (
      await world.ask<{ duties: { nodes: { id: string; dueAt: string; division: { code: string } }[] } }>(
        viewerOf('SUPERVISOR', { tier: 'REGION', division: '15' }),
        '{ duties(filter: { kind: [CONFIRM] }) { nodes { id dueAt division { code } } } }',
      )
    ).duties.nodes.map(({ id, dueAt, division }) => `${id} ${division.code} ${chinaTime(dueAt)}`);

  test('is to be confirmed or declined within four working hours; else its supervision body draws a card, at the exact instant', async () => {
    world = await openDutyWorld('2026-09-21 10:30:00');
    const card = await held();
    expect(await owed()).toEqual([`confirm:${card}-1 150105 2026-09-21 17:00:00.001`]);
    await world.goTo('2026-09-21 17:00:00.000');
    expect(await XX06()).toEqual(['WARNING 2026-09-21 16:00:00.000']);
    await world.goTo('2026-09-22 14:30:00.001');
    expect((await XX06()).slice(1)).toEqual(['YELLOW 2026-09-21 17:00:00.001', 'RED 2026-09-22 14:30:00.001']);
    expect((await loopCards()).filter((one) => one.startsWith('XX-06'))).toEqual([
      'XX-06  RED DRAFT',
      'XX-06  YELLOW SUPERSEDED',
    ]);
    // A card about a card that is held has no limit of its own: it would never end.
    expect((await owed()).filter((one) => !one.includes(card))).toEqual([]);
  });

  test('that is confirmed or declined at the very end of its limit is nothing', async () => {
    world = await openDutyWorld('2026-09-21 10:30:00');
    const [confirmed, declined] = [await held(), await held()];
    await world.goTo('2026-09-21 17:00:00.000');
    await decide(world.ports, requestOf(SUPERVISOR), { kind: 'CONFIRM', card: confirmed, note: null });
    await decide(world.ports, requestOf(SUPERVISOR), { kind: 'DECLINE', card: declined, reason: '证据不足' });
    await world.goTo('2026-09-23 09:00:00');
    expect((await XX06()).filter((one) => !one.startsWith('WARNING'))).toEqual([]);
    expect(await owed()).toEqual([]);
  });

  test('that goes one tier up is the tier above’s to confirm, with a limit of its own', async () => {
    world = await openDutyWorld('2026-09-21 10:30:00');
    const card = await held();
    await world.goTo('2026-09-21 16:30:00');
    await escalateCard(world.ports, requestOf(ABOVE), { cardId: card, reason: '久拖不决' });
    await world.settle();
    expect(await owed()).toEqual([`confirm:${card}-2 1501 2026-09-22 11:30:00.001`]);
    const confirm = { kind: 'CONFIRM', card, note: null } as const;
    expect(await decide(world.ports, requestOf(SUPERVISOR), confirm)).toMatchObject({ __typename: 'CardNotYours' });
    await decide(world.ports, requestOf(ABOVE), confirm);
    const facts = await world.ports.database.sql<{ id: string; division: string; done: boolean }[]>`
      select id, division, (facts ->> 'done')::boolean as done from duty_subject where id like 'confirm:%' order by id`;
    expect(facts).toEqual([
      { id: `confirm:${card}-1`, division: '150105', done: true },
      { id: `confirm:${card}-2`, division: '1501', done: true },
    ]);
  });

  test('yellow has no such limit', async () => {
    world = await openDutyWorld('2026-09-21 10:30:00');
    await world.issue('YELLOW', { issue: 'CONFIRM' });
    expect(await owed()).toEqual([]);
  });
});

test('a feedback report is owed by the fifth working day of the month, also when it is made only then', async () => {
  world = await openDutyWorld('2026-09-22 10:00:00');
  await world.issue('YELLOW');
  await world.goTo('2026-10-09 09:00:00');
  const { duties } = await world.ask<{ duties: { nodes: { id: string; dueAt: string }[] } }>(
    SUPERVISOR,
    '{ duties(filter: { kind: [REPORT] }) { nodes { id dueAt } } }',
  );
  const report = `report:${AGENCY}:2026-09`;
  expect(duties.nodes.map(({ id, dueAt }) => [id, chinaTime(dueAt)])).toContainEqual([
    report,
    '2026-10-14 00:00:00.000',
  ]);
  await world.goTo('2026-10-21 09:00:00');
  const told = (await world.ports.feed.read('loop', null, 1_000)).map(({ payload }) => payload as Signal);
  expect(
    told.filter(({ subject }) => subject === report).map(({ level, turnedAt }) => `${level} ${chinaTime(turnedAt)}`),
  ).toEqual(['WARNING 2026-10-13 00:00:00.000', 'YELLOW 2026-10-14 00:00:00.000', 'RED 2026-10-21 00:00:00.000']);
});

describe('the same problem again', () => {
  const accept = async (day: string) => {
    await world.goTo(`${day} 09:00:00`);
    const card = await world.issue('YELLOW');
    await world.act('STAFF', card, 'SIGNED');
    await world.act('CHIEF', card, 'ACCEPTED');
    return card;
  };

  test('three yellow cards of one indicator within 90 days are a red card of the agency, five a notice one tier up', async () => {
    world = await openDutyWorld('2026-09-01 09:00:00');
    await accept('2026-09-01');
    // A second card of the same day is the same incident.
    await accept('2026-09-01');
    expect(await rises('XX-04')).toEqual([]);
    await accept('2026-09-02');
    await accept('2026-09-03');
    await accept('2026-09-04');
    expect(await rises('XX-04')).toEqual([
      'XX-04 WARNING 2026-09-02 09:00:00.000',
      'XX-04 RED 2026-09-03 09:00:00.000',
    ]);
    const { cards } = await world.ask<{ cards: { nodes: { id: string; subject: object }[] } }>(
      AUDITOR,
      '{ cards(filter: { indicator: ["XX-04"] }) { nodes { id subject { __typename id ... on AgencyIndicator { agency { uscc } indicator { id } } } } } }',
    );
    const [red] = cards.nodes;
    expect(red!.subject).toEqual({
      ...{ __typename: 'AgencyIndicator', id: `${AGENCY}:WI-03` },
      ...{ agency: { uscc: AGENCY }, indicator: { id: 'WI-03' } },
    });
    await decide(world.ports, requestOf(SUPERVISOR), { kind: 'CONFIRM', card: red!.id, note: null });
    await accept('2026-09-07');
    expect((await rises('XX-04')).at(-1)).toBe('XX-04 NOTICE WARNING 2026-09-07 09:00:00.000');
    expect(await world.card(red!.id)).toMatchObject({ escalatedTo: 'LEAGUE' });
  });

  test('is dated by the silence that made it a repetition, however late that is noticed', async () => {
    world = await openDutyWorld('2026-09-01 09:00:00');
    await world.issue('YELLOW');
    await world.goTo('2026-09-02 09:00:00');
    await world.issue('YELLOW');
    await world.goTo('2026-09-12 17:30:00');
    expect(await rises('XX-04')).toEqual(['XX-04 WARNING 2026-09-10 00:00:00.000']);
  });

  test('the fifth while the red card is still held: it goes one tier up, which then decides whether it is issued', async () => {
    world = await openDutyWorld('2026-09-01 09:00:00');
    for (const day of ['2026-09-01', '2026-09-02', '2026-09-03', '2026-09-04', '2026-09-07']) await accept(day);
    const [red] = await world.ports.database.sql<{ id: string; state: string; escalated: string }[]>`
      select id, state, escalated_to as escalated from card where rule = 'XX-04'`;
    expect(red).toMatchObject({ state: 'DRAFT', escalated: 'LEAGUE' });
    expect((await world.history(red!.id)).map(({ kind }) => kind)).toEqual(['HELD', 'ESCALATED']);
    const confirm = { kind: 'CONFIRM', card: red!.id, note: null } as const;
    expect(await decide(world.ports, requestOf(SUPERVISOR), confirm)).toMatchObject({ __typename: 'CardNotYours' });
    expect(await decide(world.ports, requestOf(ABOVE), confirm)).toMatchObject({ card: { state: 'ISSUED' } });
  });

  test('a card that is withdrawn for wrong data counts no more, and what was said of its deadlines is withdrawn with it', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    await world.issue('YELLOW', { turnedAt: at('2026-09-13 00:00:00') });
    await world.goTo('2026-09-22 09:00:00');
    expect(await loopCards()).toContain('XX-01  RED DRAFT');
    const { subject } = await world.card(card);
    const correction = {
      ...SIGNAL_OF_YELLOW,
      kind: 'CORRECTED',
      level: 'NONE',
      previousLevel: 'YELLOW',
      subject,
    } as const;
    await world.post(
      signalOf({ ...correction, turnedAt: at('2026-09-14 10:00:00'), knownAt: at('2026-09-22 09:00:00') }),
    );
    await world.settle();
    expect(await world.card(card)).toMatchObject({ state: 'WITHDRAWN' });
    const told = (await world.told()).filter(([, , , , kind]) => kind === 'CORRECTED');
    expect(told.map(([rule, level, , occurrence]) => `${rule} ${occurrence} ${level}`).sort()).toEqual([
      'XX-01  NONE',
      'XX-01 ANSWER NONE',
      'XX-04  NONE',
    ]);
    const states = await loopCards();
    expect(states.filter((one) => one.endsWith('WITHDRAWN'))).toHaveLength(3);
  });
});

describe('after a card was closed', () => {
  const close = async () => {
    const card = await world.issue('YELLOW');
    await begin(card);
    await world.act('CHIEF', card, 'RESULT_REPORTED', RESULT);
    await world.act('SUPERVISOR', card, 'CLOSED');
    return card;
  };
  const again = async (card: string, parts: object) => {
    const { subject } = await world.card(card);
    await world.post(signalOf({ ...SIGNAL_OF_YELLOW, subject, occurrence: 's2', ...parts }));
    await world.settle();
  };

  test('the same subject that breaks the same rule within ten working days put nothing right', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const [soon, late] = [await close(), await close()];
    await world.goTo('2026-09-28 23:59:59.999');
    await again(soon, { turnedAt: at('2026-09-28 23:59:59.999'), knownAt: at('2026-09-28 23:59:59.999') });
    await world.goTo('2026-09-29 09:00:00');
    await again(late, { turnedAt: at('2026-09-29 00:00:00'), knownAt: at('2026-09-29 09:00:00') });
    expect(await rises('XX-05')).toEqual(['XX-05 YELLOW 2026-09-28 23:59:59.999']);
  });

  test('a proved false report is a red card', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await close();
    await world.goTo('2026-12-14 10:00:00');
    await world.act('SUPERVISOR', card, 'FALSE_REPORT_FOUND');
    expect(await rises('XX-05')).toEqual(['XX-05 RED 2026-12-14 10:00:00.000']);
  });

  test('a false report that is proved after a relapse is dated by the proof', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await close();
    await world.goTo('2026-09-17 10:00:00');
    await again(card, { turnedAt: at('2026-09-17 10:00:00'), knownAt: at('2026-09-17 10:00:00') });
    await world.goTo('2026-10-20 10:00:00');
    await world.act('SUPERVISOR', card, 'FALSE_REPORT_FOUND');
    expect(await rises('XX-05')).toEqual(['XX-05 YELLOW 2026-09-17 10:00:00.000', 'XX-05 RED 2026-10-20 10:00:00.000']);
  });
});

describe('the record of deadlines', () => {
  const story = async (of: DutyWorld, step: (instant: string) => Promise<void>) => {
    const card = await of.issue('YELLOW');
    const other = await of.issue('RED');
    const does = (
      who: Parameters<DutyWorld['do']>[0],
      kind: Parameters<DutyWorld['do']>[2],
      content: object | null = null,
    ) => of.do(who, card, kind, content as never);
    await step('2026-09-16 10:00:00');
    await does('STAFF', 'SIGNED');
    await step('2026-09-23 10:00:00');
    await does('CHIEF', 'PLAN_SUBMITTED', PLAN);
    await step('2026-09-24 10:00:00');
    await does('SUPERVISOR', 'PLAN_APPROVED');
    await step('2026-10-30 10:00:00');
    await does('CHIEF', 'RESULT_REPORTED', RESULT);
    await step('2026-11-20 10:00:00');
    await of.settle();
    return [card, other];
  };
  const days = (from: string, to: string): readonly string[] => {
    const found: string[] = [];
    for (let day = at(from); day < at(to); day += 3 * 86_400_000) found.push(chinaTime(day));
    return found;
  };

  test('is the same whether timers run every few days or only after ten weeks', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const late = await openDutyWorld('2026-09-14 10:00:00');
    try {
      let now = '2026-09-14 10:00:00';
      const [card] = await story(world, async (instant) => {
        for (const day of days(now, instant)) await world.goTo(day);
        now = instant;
        await world.goTo(instant);
      });
      const [same] = await story(late, async (instant) => late.jumpTo(instant));
      const sorted = (all: readonly (readonly string[])[]) => all.map((one) => one.join(' ')).sort();
      expect(sorted(await late.told())).toEqual(sorted(await world.told()));
      expect(sorted(await world.told()).length).toBeGreaterThan(15);
      const dated = async (of: DutyWorld, id: string) =>
        (await acts(id, of)).filter((one) => !/^(SUPERSEDED|CONDITION)/.test(one)).sort();
      expect(await dated(late, same!)).toEqual(await dated(world, card!));
    } finally {
      await late.close();
    }
  });

  test('read twice changes nothing', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    await begin(card);
    await world.goTo('2026-10-12 09:00:00');
    const before = await acts(card);
    const entries = await world.ports.feed.read('loop', null, 1_000);
    const position = await world.ports.database.transaction((tx) => readPosition(tx, FOLLOWER, 'loop'));
    await takeOver(world.ports, 'loop', position, entries);
    await world.settle();
    expect(before.slice(-2).map((one) => one.split(' ')[0])).toEqual(['RAISED', 'ESCALATED']);
    expect(await acts(card)).toEqual(before);
  });

  test('a process that ends within an act leaves neither the act nor a verdict behind', async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    const told = await world.told();
    await world.goTo('2026-09-15 10:00:00');
    const dying = { ...world.ports, database: dyingBeforeCommit(world.ports.database) };
    await expect(perform(dying, requestOf(CHIEF), { card, kind: 'SIGNED' })).rejects.toThrow('the process ends here');
    await world.goTo('2026-09-16 00:00:00');
    expect(await acts(card)).toHaveLength(1);
    expect((await world.told()).length).toBe(told.length + 2);
  });
});

test("a card's deadlines are those of its clocks: step, party, due, state", async () => {
  world = await openDutyWorld('2026-09-14 10:00:00');
  const card = await world.issue('YELLOW');
  const DEADLINES = `query ($id: ID!) { card(id: $id) { deadlines { step party tier startedAt dueAt isProvisional state } } }`;
  const read = async () =>
    (
      await world.ask<{ card: { deadlines: { step: string; party: string; dueAt: string; state: string }[] } }>(
        CHIEF,
        DEADLINES,
        { id: card },
      )
    ).card.deadlines.map(({ step, party, dueAt, state }) => `${step} ${party} ${chinaTime(dueAt)} ${state}`);
  expect(await read()).toEqual(
    ['SIGN AGENCY 2026-09-16 00:00:00.000 RUNNING', 'ANSWER AGENCY 2026-09-20 00:00:00.000 RUNNING'].map((one) =>
      one.replace('ANSWER AGENCY 2026-09-20', 'ANSWER AGENCY 2026-09-21'),
    ),
  );
  await world.goTo('2026-09-17 09:00:00');
  await begin(card);
  await world.goTo('2026-10-16 09:00:00');
  expect(await read()).toEqual([
    'SIGN AGENCY 2026-09-16 00:00:00.000 MISSED',
    'ANSWER AGENCY 2026-09-21 00:00:00.000 MET',
    'PLAN AGENCY 2026-09-22 00:00:00.000 MET',
    'PROGRESS AGENCY 2026-09-24 00:00:00.000 OVERDUE',
    'RESULT AGENCY 2026-10-09 00:00:00.000 OVERDUE',
    'PLAN_CHECK SUPERVISION_BODY 2026-09-21 00:00:00.000 MET',
  ]);
});

test('a notice of holidays that is published later moves what was provisional, and only then is anybody late', async () => {
  const without = publishedRules({ noticesTo: 2025 });
  const rules = fixedRules(without);
  world = await openDutyWorld('2025-12-30 10:00:00', rules);
  const card = await world.issue('YELLOW');
  await world.goTo('2026-01-20 09:00:00');
  // Without the notice of 2026 nobody gets a card from its days, and nothing is silent.
  expect((await rises('XX-01')).filter((one) => !one.includes('WARNING'))).toEqual([]);
  expect((await world.card(card)).state).toBe('ISSUED');
  rules.swap(publishedRules());
  await world.settle();
  expect((await world.card(card)).state).toBe('ACCEPTED');
  // 1–3 January are off, Sunday 4 January is worked: 31 December, 4, 5, 6 and 7 January.
  expect((await acts(card)).at(-1)).toBe('ACCEPTED_BY_SILENCE 2026-01-08 00:00:00.000 hub');
});
