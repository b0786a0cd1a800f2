import { afterEach, describe, expect, test } from 'vitest';
import { AGENCY, type DutyWorld, openDutyWorld, PLAN, RESULT } from './duties-world.ts';
import { signalOf } from './signals.ts';
import { AUDITOR } from './world.ts';

let world: DutyWorld;
afterEach(() => world?.close());

/** Warnings of the loop as the graph has them: rule, occurrence, state. */
const loopWarnings = async () => {
  const { warnings } = await world.ask<{
    warnings: { nodes: { indicator: { id: string }; occurrence: string; state: string }[] };
  }>(AUDITOR, '{ warnings(filter: { domain: [LOOP] }, first: 100) { nodes { indicator { id } occurrence state } } }');
  return warnings.nodes.map(({ indicator, occurrence, state }) => `${indicator.id} ${occurrence} ${state}`).sort();
};
/** What ended of a rule: how it was told and of when. */
const ends = async (wanted: string) =>
  (await world.told())
    .filter(([rule, level, , , kind]) => rule === wanted && kind !== 'ROSE' && level !== 'UNKNOWN')
    .map(([, level, , occurrence, kind, at]) => [occurrence, kind, level, at].filter((part) => part !== '').join(' '));

describe('a warning before a deadline', () => {
  test('that is heeded in time is resolved by what was done, at the instant at which it was done', async () => {
    world = await openDutyWorld('2026-09-21 10:00:00');
    const card = await world.issue('YELLOW');
    await world.goTo('2026-09-22 15:00:00');
    await world.act('STAFF', card, 'SIGNED');
    expect(await ends('XX-01')).toEqual(['FELL NONE 2026-09-22 15:00:00.000']);
    await world.goTo('2026-09-29 09:00:00');
    await world.act('CHIEF', card, 'ACCEPTED');
    expect(await ends('XX-01')).toContain('ANSWER FELL NONE 2026-09-29 09:00:00.000');
    await world.goTo('2026-10-09 09:00:00');
    await world.act('CHIEF', card, 'PLAN_SUBMITTED', PLAN);
    expect(await ends('XX-02')).toEqual(['FELL NONE 2026-10-09 09:00:00.000']);
    // The plan is to be checked within two working days, and the body is warned on the second.
    await world.goTo('2026-10-12 10:00:00');
    await world.act('SUPERVISOR', card, 'PLAN_APPROVED');
    expect(await ends('XX-06')).toEqual(['FELL NONE 2026-10-12 10:00:00.000']);
    expect(await loopWarnings()).toEqual([
      'XX-01  RESOLVED',
      'XX-01 ANSWER RESOLVED',
      'XX-02  RESOLVED',
      'XX-06  RESOLVED',
    ]);
  });

  test('of a card that was not due is withdrawn with it', async () => {
    world = await openDutyWorld('2026-09-21 10:00:00');
    const card = await world.issue('YELLOW');
    await world.goTo('2026-09-22 15:00:00');
    await world.act('SUPERVISOR', card, 'CANCELLED');
    expect(await ends('XX-01')).toEqual(['CORRECTED NONE 2026-09-22 14:30:00.000']);
    expect(await loopWarnings()).toEqual(['XX-01  WITHDRAWN']);
  });

  test('had never been when an extension is granted that was asked for before it, and was right when it was asked for later', async () => {
    world = await openDutyWorld('2026-09-01 10:00:00');
    const [early, late] = [await world.issue('YELLOW'), await world.issue('YELLOW')];
    for (const card of [early, late]) {
      await world.act('STAFF', card, 'SIGNED');
      await world.act('CHIEF', card, 'ACCEPTED');
      await world.act('CHIEF', card, 'PLAN_SUBMITTED', PLAN);
      await world.act('SUPERVISOR', card, 'PLAN_APPROVED');
      await world.act('STAFF', card, 'PROGRESS_REPORTED', { text: '已办理一半' });
    }
    await world.goTo('2026-09-08 10:00:00');
    for (const card of [early, late]) await world.act('STAFF', card, 'PROGRESS_REPORTED', { text: '继续办理' });
    await world.act('CHIEF', early, 'EXTENSION_ASKED', { workdays: 5 });
    await world.goTo('2026-09-14 10:00:00');
    await world.act('CHIEF', late, 'EXTENSION_ASKED', { workdays: 5 });
    for (const card of [early, late]) await world.act('SUPERVISOR', card, 'EXTENSION_GRANTED');
    expect((await ends('XX-03')).toSorted()).toEqual([
      'CORRECTED NONE 2026-09-14 00:00:00.000',
      'FELL NONE 2026-09-14 10:00:00.000',
    ]);
  });
});

test('a review that was done stays done when late data withdraw the card long after it was closed', async () => {
  world = await openDutyWorld('2026-09-01 10:00:00');
  const card = await world.issue('YELLOW');
  await world.act('STAFF', card, 'SIGNED');
  await world.act('CHIEF', card, 'ACCEPTED');
  await world.act('CHIEF', card, 'PLAN_SUBMITTED', PLAN);
  await world.act('SUPERVISOR', card, 'PLAN_APPROVED');
  await world.act('CHIEF', card, 'RESULT_REPORTED', RESULT);
  await world.act('SUPERVISOR', card, 'CLOSED');
  await world.goTo('2026-10-20 10:00:00');
  const { subject, turnedAt } = await world.card(card);
  const disproved = {
    kind: 'CORRECTED',
    level: 'NONE',
    previousLevel: 'YELLOW',
    subject,
    agency: AGENCY,
    turnedAt,
  } as const;
  await world.tell(signalOf({ ...disproved, knownAt: world.ports.time.now() }));
  await world.settle();
  expect((await world.card(card)).state).toBe('WITHDRAWN');
  expect((await world.told()).filter(([rule]) => rule === 'XX-06')).toEqual([]);
});
