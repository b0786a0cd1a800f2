import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cancelCard } from '../src/life/oversee.ts';
import { CHIEF, chinaTime, type DutyWorld, openDutyWorld, PLAN, SUPERVISOR } from './duties-world.ts';
import { AUDITOR, requestOf } from './world.ts';

const RAISE = `mutation ($input: AppealCardInput!) { done: appealCard(input: $input) {
  __typename ... on CardProblem { message { en } } ... on AppealPayload { appeal { id decisionDueAt } } } }`;
const APPEAL = 'query ($id: ID!) { appeal(id: $id) { decisionDueAt } }';
const DUTIES = '{ duties { nodes { id dueAt } } }';
const BREACHES = `{ cards(filter: { indicator: ["XX-06"], domain: [LOOP], level: [YELLOW] }) { nodes { turnedAt subject { id } } } }`;

interface Raised {
  readonly done: {
    readonly __typename: string;
    readonly appeal: { readonly id: string; readonly decisionDueAt: string };
  };
}

describe('what a supervision body owes, while a stronger card stands in the place of the one that it is about,', () => {
  let world: DutyWorld;
  beforeEach(async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
  });
  afterEach(() => world.close());

  const owed = async () =>
    new Map(
      (await world.ask<{ duties: { nodes: { id: string; dueAt: string }[] } }>(SUPERVISOR, DUTIES)).duties.nodes.map(
        ({ id, dueAt }) => [id, chinaTime(dueAt)],
      ),
    );
  const dueOf = async (id: string) =>
    chinaTime((await world.ask<{ appeal: { decisionDueAt: string } }>(AUDITOR, APPEAL, { id })).appeal.decisionDueAt);
  const breaches = async () =>
    (
      await world.ask<{ cards: { nodes: { turnedAt: string; subject: { id: string } }[] } }>(AUDITOR, BREACHES)
    ).cards.nodes
      .map(({ turnedAt, subject }) => `${subject.id} ${chinaTime(turnedAt)}`)
      .sort();
  /** A yellow card that was appealed against, and one whose plan waits, both on the 14th. */
  async function waiting() {
    const [appealed, planned] = [await world.issue('YELLOW'), await world.issue('YELLOW')];
    await world.act('STAFF', appealed, 'SIGNED');
    const input = { cardId: appealed, grounds: ['OTHER'], statement: '所列情形与事实不符，请予核查。' };
    const { done } = await world.ask<Raised>(CHIEF, RAISE, { input });
    expect(done.__typename).toBe('AppealPayload');
    await world.act('STAFF', planned, 'SIGNED');
    await world.act('CHIEF', planned, 'ACCEPTED');
    await world.act('CHIEF', planned, 'PLAN_SUBMITTED', PLAN);
    return { appealed, planned, appeal: done.appeal };
  }
  const replace = async (card: string) =>
    world.issue('RED', { subject: (await world.card(card)).subject, previousLevel: 'YELLOW' });
  const cancel = (cardId: string) =>
    cancelCard(world.ports, requestOf(SUPERVISOR), { cardId, reason: '数据源重复推送所致' });

  test('is not owed; its limit goes on when the weaker card stands again, without the days between', async () => {
    const { appealed, planned, appeal } = await waiting();
    const [plan, decision] = [`plan-check:${planned}-1`, `appeal:${appealed}-1`];
    // Sunday the 20th is worked in exchange for a holiday.
    const before = { [plan]: '2026-09-17 00:00:00.000', [decision]: '2026-09-21 00:00:00.000' };
    expect(Object.fromEntries(await owed())).toEqual(before);
    expect(chinaTime(appeal.decisionDueAt)).toBe(before[decision]);
    await world.goTo('2026-09-16 10:00:00');
    const reds = [await replace(appealed), await replace(planned)];
    expect((await world.card(appealed)).state).toBe('SUPERSEDED');
    expect([...(await owed()).keys()].filter((id) => id === plan || id === decision)).toEqual([]);
    await world.goTo('2026-09-22 10:00:00');
    for (const red of reds) expect(await cancel(red)).toMatchObject({ __typename: 'CardPayload' });
    await world.settle();
    expect((await world.card(appealed)).state).toBe('APPEALED');
    expect((await world.card(planned)).state).toBe('PLANNED');
    // Left over: the 22nd for the plan; the 22nd, 23rd, 24th and 28th for the appeal, since Mid-Autumn is off from the 25th to the 27th.
    const after = { [plan]: '2026-09-23 00:00:00.000', [decision]: '2026-09-29 00:00:00.000' };
    expect(Object.fromEntries(await owed())).toEqual(after);
    expect(await dueOf(appeal.id)).toBe(after[decision]);
    await world.goTo('2026-09-29 09:00:00');
    expect(await breaches()).toEqual([`${decision} ${after[decision]}`, `${plan} ${after[plan]}`].sort());
  });

  test('that was over before stays over', async () => {
    const { planned } = await waiting();
    await world.goTo('2026-09-17 09:00:00');
    const red = await replace(planned);
    await world.goTo('2026-09-24 09:00:00');
    await cancel(red);
    await world.settle();
    expect((await breaches()).filter((one) => one.startsWith('plan-check'))).toEqual([
      `plan-check:${planned}-1 2026-09-17 00:00:00.000`,
    ]);
    expect((await owed()).get(`plan-check:${planned}-1`)).toBe('2026-09-17 00:00:00.000');
  });
});
