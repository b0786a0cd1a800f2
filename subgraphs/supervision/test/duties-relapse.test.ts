import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AGENCY, chinaTime, type DutyWorld, openDutyWorld, PLAN, RESULT } from './duties-world.ts';
import { at } from './matters.ts';
import { signalOf } from './signals.ts';
import { AUDITOR } from './world.ts';

describe('a relapse (XX-05) by a card that turns out not to have been due', () => {
  let world: DutyWorld;
  let subject: string;
  beforeEach(async () => {
    world = await openDutyWorld('2026-09-14 10:00:00');
    const card = await world.issue('YELLOW');
    await world.act('STAFF', card, 'SIGNED');
    await world.act('CHIEF', card, 'ACCEPTED');
    await world.act('CHIEF', card, 'PLAN_SUBMITTED', PLAN);
    await world.act('SUPERVISOR', card, 'PLAN_APPROVED');
    await world.act('CHIEF', card, 'RESULT_REPORTED', RESULT);
    await world.act('SUPERVISOR', card, 'CLOSED');
    subject = (await world.card(card)).subject;
  });
  afterEach(() => world.close());

  async function say(instant: string, occurrence: string, parts: Parameters<typeof signalOf>[0]) {
    await world.goTo(instant);
    const when = { turnedAt: at(instant), knownAt: at(instant) };
    await world.post(signalOf({ agency: AGENCY, subject, occurrence, ...when, ...parts }));
    await world.settle();
  }
  const breaks = (instant: string, occurrence: string) => say(instant, occurrence, { kind: 'ROSE', level: 'YELLOW' });
  const disproves = (instant: string, occurrence: string) =>
    say(instant, occurrence, { kind: 'CORRECTED', level: 'NONE', previousLevel: 'YELLOW' });
  const told = async () =>
    (await world.told())
      .filter(([rule]) => rule === 'XX-05')
      .map(([, level, , , kind, when]) => `${kind} ${level} ${when}`);
  const cards = async () =>
    (
      await world.ask<{ cards: { nodes: { state: string; turnedAt: string }[] } }>(
        AUDITOR,
        '{ cards(filter: { indicator: ["XX-05"] }) { nodes { state turnedAt } } }',
      )
    ).cards.nodes.map(({ state, turnedAt }) => `${state} ${chinaTime(turnedAt)}`);

  test('never was one: what was said of it is corrected, and its card withdrawn', async () => {
    await breaks('2026-09-17 10:00:00', 's2');
    await disproves('2026-09-18 10:00:00', 's2');
    expect(await told()).toEqual(['ROSE YELLOW 2026-09-17 10:00:00.000', expect.stringMatching(/^CORRECTED NONE /)]);
    expect(await cards()).toEqual(['WITHDRAWN 2026-09-17 10:00:00.000']);
  });

  test('never was one, also when another came after the observation: that one is none', async () => {
    await breaks('2026-09-17 10:00:00', 's2');
    await breaks('2026-10-20 10:00:00', 's3');
    await disproves('2026-10-21 10:00:00', 's2');
    expect(await told()).toEqual(['ROSE YELLOW 2026-09-17 10:00:00.000', expect.stringMatching(/^CORRECTED NONE /)]);
    expect(await cards()).toEqual(['WITHDRAWN 2026-09-17 10:00:00.000']);
  });

  test('leaves the card standing when another came within the observation', async () => {
    await breaks('2026-09-17 10:00:00', 's2');
    await breaks('2026-09-18 10:00:00', 's3');
    await disproves('2026-09-21 10:00:00', 's2');
    expect(await told()).toEqual(['ROSE YELLOW 2026-09-17 10:00:00.000']);
    expect(await cards()).toEqual(['DRAFT 2026-09-17 10:00:00.000']);
  });
});
