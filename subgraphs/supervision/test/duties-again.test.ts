import { relayOnce } from '@gnomon/store';
import { fixedRules } from '@gnomon/subgraph-kit';
import { afterEach, describe, expect, test } from 'vitest';
import { decide } from '../src/decide.ts';
import { catchUp } from '../src/follow.ts';
import { AGENCY, chinaTime, type DutyWorld, openDutyWorld, PLAN, RESULT, SUPERVISOR } from './duties-world.ts';
import { publishedRules } from './matters.ts';
import { signalOf } from './signals.ts';
import { requestOf } from './world.ts';

let world: DutyWorld;
afterEach(() => world?.close());

const acts = async (card: string) =>
  (await world.history(card)).map(({ kind, at: when }) => `${kind} ${chinaTime(when)}`);
const rises = async (wanted: string) =>
  (await world.told())
    .filter(([rule, level, , , kind]) => rule === wanted && kind === 'ROSE' && level !== 'UNKNOWN')
    .map(([, level, , occurrence, , at]) => [occurrence, level, at].filter((part) => part !== '').join(' '));
/** A held red card comes over a yellow one; nothing but the domain's signal is read. */
async function replace(subject: string): Promise<string> {
  const now = world.ports.time.now();
  const red = { kind: 'ROSE', level: 'RED', previousLevel: 'YELLOW', issue: 'CONFIRM', agency: AGENCY } as const;
  await world.tell(signalOf({ ...red, subject, turnedAt: now, knownAt: now }));
  await relayOnce(world.ports.database);
  await catchUp(world.ports, 'work-items');
  const [row] = await world.ports.database.sql<{ id: string }[]>`
    select id from card where subject = ${subject} and level = 'RED'`;
  return row!.id;
}
const decline = (card: string) =>
  decide(world.ports, requestOf(SUPERVISOR), { kind: 'DECLINE', card, reason: '证据不足，不予发牌' });

describe('a card whose time to answer was over before a stronger one took its place', () => {
  test('is accepted by silence as soon as it stands again, from the instant at which the time was over', async () => {
    world = await openDutyWorld('2026-09-22 10:00:00');
    const card = await world.issue('YELLOW');
    // Nothing runs for a while, so that the stronger card comes before the silence is noticed.
    world.jumpTo('2026-10-08 09:00:00');
    const red = await replace((await world.card(card)).subject);
    await world.settle();
    expect((await world.card(card)).state).toBe('SUPERSEDED');
    await world.goTo('2026-10-20 09:00:00');
    expect((await decline(red)).__typename).toBe('CardPayload');
    expect((await world.card(card)).state).toBe('ACCEPTED');
    expect((await acts(card)).slice(1)).toEqual([
      'SUPERSEDED 2026-10-08 09:00:00.000',
      'REINSTATED 2026-10-20 09:00:00.000',
      'ACCEPTED_BY_SILENCE 2026-10-01 00:00:00.000',
    ]);
  });

  test('stays late: days on which another card stood in its place make no time of a limit that was missed', async () => {
    world = await openDutyWorld('2026-09-22 10:00:00');
    const card = await world.issue('YELLOW');
    await world.goTo('2026-10-08 09:00:00');
    const red = await replace((await world.card(card)).subject);
    await world.goTo('2026-10-20 09:00:00');
    await decline(red);
    await world.settle();
    expect((await rises('XX-01')).filter((one) => one.startsWith('ANSWER'))).toEqual([
      'ANSWER WARNING 2026-09-30 00:00:00.000',
      'ANSWER YELLOW 2026-10-01 00:00:00.000',
      'ANSWER RED 2026-10-14 00:00:00.000',
    ]);
  });
});

test('a closed card is withdrawn by late data although a stronger one stood over it meanwhile and was declined', async () => {
  world = await openDutyWorld('2026-09-01 10:00:00');
  const card = await world.issue('YELLOW');
  await world.act('STAFF', card, 'SIGNED');
  await world.act('CHIEF', card, 'ACCEPTED');
  await world.act('CHIEF', card, 'PLAN_SUBMITTED', PLAN);
  await world.act('SUPERVISOR', card, 'PLAN_APPROVED');
  await world.act('CHIEF', card, 'RESULT_REPORTED', RESULT);
  await world.act('SUPERVISOR', card, 'CLOSED');
  const { subject, turnedAt } = await world.card(card);
  const red = await replace(subject);
  await decide(world.ports, requestOf(SUPERVISOR), { kind: 'CONFIRM', card: red, note: null });
  await world.act('SUPERVISOR', red, 'CANCELLED');
  const none = { kind: 'CORRECTED', level: 'NONE', previousLevel: 'RED', agency: AGENCY } as const;
  await world.tell(signalOf({ ...none, subject, turnedAt, knownAt: world.ports.time.now() }));
  await world.settle();
  expect([(await world.card(card)).state, (await world.card(red)).state]).toEqual(['WITHDRAWN', 'CANCELLED']);
});

test('a notice of holidays moves the limit of a held red card too, which is no subject of deadlines of its own yet', async () => {
  const rules = fixedRules(publishedRules({ noticesTo: 2025 }));
  world = await openDutyWorld('2025-12-31 16:30:00', rules);
  await world.issue('YELLOW', { subject: '115:other' });
  await replace('115:held');
  await world.goTo('2026-01-05 09:00:00');
  // Days of which no notice speaks are a warning at most.
  expect(await rises('XX-06')).toEqual(['WARNING 2026-01-02 10:30:00.000']);
  rules.swap(publishedRules());
  await world.settle();
  // An hour on the 31st; 1–3 January are off, Sunday the 4th is worked from half past eight on.
  expect(await rises('XX-06')).toEqual(['WARNING 2026-01-02 10:30:00.000', 'YELLOW 2026-01-04 11:30:00.001']);
});
