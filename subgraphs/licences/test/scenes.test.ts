import type { SceneFinding } from '@gnomon/province';
import { openKeyedHash } from '@gnomon/records';
import type { RecordTestWorld } from '@gnomon/records/test-world';
import type { Signal } from '@gnomon/subgraph-kit';
import { describe, expect, test } from 'vitest';
import { recountDays, recountMonths, recountTerms } from './recount.ts';
import { keyed, licenceSeason, type Season } from './season.ts';
import { openLicences, WORK_ITEMS } from './world.ts';

/** The world of a season before its first row. */
async function openSeason({ scene, steps }: Season, at?: number): Promise<RecordTestWorld> {
  const world = await openLicences(at ?? steps[0]!.at - 1000);
  const [library] = scene.sources;
  await world.publish([
    ...scene.agencies.map((agency) => ['agency', agency] as const),
    ['source', library!],
    ['source', { ...library!, id: '115' }],
  ]);
  return world;
}

/** Everything at its instant, timers in time. */
async function live(season: Season): Promise<readonly Signal[]> {
  const world = await openSeason(season);
  try {
    const hash = await openKeyedHash(world.database);
    for (const { at, milestones, rows } of season.steps) {
      await world.goTo(at);
      if (milestones.length > 0) await world.milestones(WORK_ITEMS, keyed(milestones, hash));
      if (rows.length > 0) await world.push(rows);
    }
    await world.goTo(season.world.readAt);
    return await world.signals();
  } finally {
    await world.close();
  }
}

/** Facts of every subject of a kind, by id. */
async function factsOf(
  { database }: RecordTestWorld,
  kind: string,
): Promise<ReadonlyMap<string, Record<string, number>>> {
  const rows = await database.sql<
    { id: string; facts: Record<string, number> }[]
  >`select id, facts from subject where kind = ${kind}`;
  return new Map(rows.map(({ id, facts }) => [id, facts]));
}

/** The same as one import of history, read when all is over. */
async function history(season: Season, look?: (world: RecordTestWorld) => Promise<void>): Promise<readonly Signal[]> {
  const world = await openSeason(season, season.world.readAt);
  try {
    const hash = await openKeyedHash(world.database);
    for (const { milestones } of season.steps)
      if (milestones.length > 0) await world.milestones(WORK_ITEMS, keyed(milestones, hash));
    const rows = season.steps.flatMap((step) =>
      step.rows.map((row) => ({ ...row, received_at: new Date(step.at).toISOString() })),
    );
    // In three bodies, so that what time brings in between is told in between.
    const cuts = [0, 150, 151, rows.length];
    for (let part = 0; part < 3; part += 1) {
      const query = { firstChunk: String(part), ...(part < 2 ? { more: '1' } : {}) };
      const answer = await world.history(rows.slice(cuts[part], cuts[part + 1]), query);
      expect(answer.status).toBe(200);
      await world.goTo(season.world.readAt);
    }
    await world.goTo(season.world.readAt);
    await look?.(world);
    return await world.signals();
  } finally {
    await world.close();
  }
}

/** What stands after all signals, written like the truth. */
function standing(signals: readonly Signal[]): readonly string[] {
  const last = new Map<string, Signal>();
  for (const one of signals) last.set(`${one.rule} ${one.subjectKind} ${one.subject} ${one.occurrence}`, one);
  return [...last]
    .filter(([, { level }]) => level !== 'NONE')
    .map(([name, { level, turnedAt }]) => `${name} ${level} ${turnedAt}`)
    .sort();
}

/** The truth in the same words; where no instant is known the found one is taken over. */
function truthOf(truth: readonly SceneFinding[], found: readonly string[]): readonly string[] {
  return truth
    .map((one) => {
      const name = `${one.indicator} ${one.subjectKind} ${one.subject} ${one.occurrence} ${one.level}`;
      if (one.turnedAt !== null) return `${name} ${new Date(one.turnedAt).toISOString()}`;
      return found.find((line) => line.startsWith(`${name} `)) ?? name;
    })
    .sort();
}

describe('a season of licences with planted violations', () => {
  test('is found exactly, each at its instant, live and as one import of history, shuffled and doubled', async () => {
    const season = licenceSeason(3, { disorder: true });
    const lived = await live(season);
    const found = standing(lived);
    expect(found).toEqual(truthOf(season.scene.truth, found));
    const imported = await history(season);
    expect(imported.map((one) => one.id).sort()).toEqual(lived.map((one) => one.id).sort());
  });

  test('is found exactly in order, under another seed', async () => {
    const season = licenceSeason(11, { disorder: false });
    const found = standing(await live(season));
    expect(found).toEqual(truthOf(season.scene.truth, found));
  });

  test('has the rates that a recount of the raw rows gives', async () => {
    const season = licenceSeason(7, { disorder: true, clean: 400 });
    await history(season, async (world) => {
      const days = await factsOf(world, 'licence-agency-day');
      const expected = recountDays(season);
      expect(expected.size).toBeGreaterThan(20);
      for (const [id, counted] of expected) {
        expect(days.get(id), id).toMatchObject({
          licences: counted.licences,
          incompleteRate: counted.incomplete / counted.licences,
          nonconformingRate: counted.nonconforming / counted.licences,
          invalidSealRate: counted.invalid / counted.licences,
        });
      }
      expect([...days.keys()].filter((id) => !expected.has(id))).toEqual([]);
      const months = await factsOf(world, 'licence-agency-month');
      for (const [id, { licences, soFar, conforming }] of recountMonths(season))
        expect(months.get(id), id).toMatchObject({
          licences,
          standardLicences: soFar,
          standardRate: conforming / soFar,
        });
      const terms = await factsOf(world, 'licence-type-month');
      const duties = recountTerms(season);
      expect(duties.size).toBeGreaterThan(15);
      for (const [id, { owed, inTime }] of duties)
        expect(terms.get(id), id).toMatchObject({ owed, collectedRate: inTime / owed });
    });
  });
});
