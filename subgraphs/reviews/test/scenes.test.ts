import type { SceneFinding } from '@gnomon/province';
import { openKeyedHash } from '@gnomon/records';
import { openRecordWorld, type RecordTestWorld, viewer } from '@gnomon/records/test-world';
import type { Signal } from '@gnomon/subgraph-kit';
import { describe, expect, test } from 'vitest';
import { subgraph } from '../src/subgraph.ts';
import { publishedRules } from './derive-world.ts';
import { recount } from './recount.ts';
import { reviewSeason, type Season } from './season.ts';

const MOST_MILESTONES = 200;
const OPERATOR = viewer('OPERATOR');

/** The world of a season before its first row. */
async function openSeason({ scene, steps }: Season, at: number = (steps[0]?.at ?? 0) - 1000): Promise<RecordTestWorld> {
  const [system] = scene.sources;
  return openRecordWorld(subgraph, {
    prefix: 'review',
    start: new Date(at).toISOString(),
    rules: publishedRules(),
    publish: [
      ...scene.agencies.map((one) => ['agency', one] as const),
      ...[system, { ...system, id: '115' }].map((one) => ['source', one as object] as const),
    ],
  });
}

/** Everything at its instant, timers in time. */
async function live(season: Season, world: RecordTestWorld): Promise<void> {
  for (const { at, milestones, rows } of season.steps) {
    if (milestones.length > 0) await world.milestones('work-items milestones', milestones);
    await world.goTo(at);
    if (rows.length > 0) await world.push(rows);
  }
  await world.goTo(season.world.readAt);
}

/** The same as one import of history, read when all is over. */
async function history(season: Season, world: RecordTestWorld): Promise<void> {
  const { steps } = season;
  const milestones = steps.flatMap((step) => step.milestones);
  const rows = steps.flatMap(({ at, rows }) =>
    rows.map((row) => ({ ...row, received_at: new Date(at).toISOString() })),
  );
  for (let from = 0; from < milestones.length; from += MOST_MILESTONES)
    await world.milestones('work-items milestones', milestones.slice(from, from + MOST_MILESTONES));
  const taken = await world.history(rows, { from: new Date((steps[0]?.at ?? 0) - 1000).toISOString() });
  expect(taken.status).toBe(200);
  await world.ask(OPERATOR, 'mutation { closeReviewBatch(id: "*:history") { __typename } }');
  await world.goTo(season.world.readAt);
}

/** Signals in words that are equal for equal histories: people stand under the number that was pushed. */
async function tellOf(season: Season, world: RecordTestWorld): Promise<readonly Signal[]> {
  const hash = await openKeyedHash(world.database);
  const staff = season.steps.flatMap(({ rows }) =>
    rows.flatMap(({ staff_id: id }) => (id === undefined ? [] : [String(id)])),
  );
  const numbers = new Map(staff.map((id) => [hash(id), id]));
  return (await world.signals()).map((one) => {
    if (one.subjectKind !== 'review-staff') return one;
    const [agency, pseudonym = ''] = one.subject.split(':');
    return { ...one, subject: `${agency}:{key ${numbers.get(pseudonym)}}` };
  });
}

/** What stands after all signals, written like the truth. */
function standing(signals: readonly Signal[]): readonly string[] {
  const last = new Map(signals.map((one) => [`${one.rule} ${one.subjectKind} ${one.subject}`, one]));
  return [...last]
    .filter(([, { level }]) => level !== 'NONE')
    .map(([name, { level, turnedAt }]) => `${name} ${level} ${turnedAt}`)
    .sort();
}

/** The truth in the same words; where no instant is known the found one is taken over. */
function truthOf(truth: readonly SceneFinding[], found: readonly string[]): readonly string[] {
  return truth
    .map(({ indicator, subjectKind, subject, level, turnedAt }) => {
      const name = `${indicator} ${subjectKind} ${subject} ${level}`;
      if (turnedAt !== null) return `${name} ${new Date(turnedAt).toISOString()}`;
      return found.find((line) => line.startsWith(`${name} `)) ?? name;
    })
    .sort();
}

/** What a signal says, without the identity that follows from a pseudonym. */
const said = ({ rule, kind, subject, level, previousLevel, turnedAt, knownAt, message }: Signal): string =>
  JSON.stringify([rule, kind, subject, level, previousLevel, turnedAt, knownAt, message.zh]);

describe('a season of reviews with planted violations', () => {
  test('is found exactly, each at its instant, out of order and doubled, live and as one import of history', async () => {
    const season = reviewSeason(8, { disorder: true });
    const [one, other] = [await openSeason(season), await openSeason(season, season.world.readAt)];
    try {
      await live(season, one);
      const lived = await tellOf(season, one);
      const found = standing(lived);
      expect(found).toEqual(truthOf(season.scene.truth, found));
      await history(season, other);
      expect((await tellOf(season, other)).map(said).sort()).toEqual(lived.map(said).sort());
    } finally {
      await one.close();
      await other.close();
    }
  });

  test('gives rates that are equal to a recount from the rows that were pushed', async () => {
    const season = reviewSeason(3, { disorder: false });
    const world = await openSeason(season, season.world.readAt);
    try {
      await history(season, world);
      const found = standing(await tellOf(season, world));
      expect(found).toEqual(truthOf(season.scene.truth, found));
      const months = await world.database.sql<{ id: string; facts: Record<string, number> }[]>`
        select id, facts from subject where kind = 'review-agency-month' order by id`;
      const counted = recount(season);
      expect(months.length).toBeGreaterThan(30);
      for (const { id, facts } of months) {
        const { period: _, ...numbers } = facts;
        expect({ id, ...numbers }).toEqual({ id, ...counted(id) });
      }
    } finally {
      await world.close();
    }
  });
});
