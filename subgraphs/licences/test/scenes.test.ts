import type { SceneFinding } from '@gnomon/province';
import type { Signal } from '@gnomon/subgraph-kit';
import { describe, expect, test } from 'vitest';
import { licenceSeason, type Season } from './season.ts';
import { importHistory, openWorld, type TestWorld } from './world.ts';

/** The world of a season before its first row. */
async function openSeason({ scene, steps }: Season, at?: number): Promise<TestWorld> {
  const world = await openWorld(at ?? steps[0]!.at - 1000);
  const [library] = scene.sources;
  await world.publish({ agencies: scene.agencies, sources: [library!, { ...library!, id: '115' }] });
  return world;
}

/** Everything at its instant, timers in time. */
async function live(season: Season): Promise<readonly Signal[]> {
  const world = await openSeason(season);
  try {
    for (const { at, milestones, rows } of season.steps) {
      await world.goTo(at);
      if (milestones.length > 0) await world.tell(milestones);
      if (rows.length > 0) await world.push(rows);
    }
    await world.goTo(season.world.readAt);
    return await world.signals();
  } finally {
    await world.close();
  }
}

/** The same as one import of history, read when all is over. */
async function history(season: Season): Promise<readonly Signal[]> {
  const world = await openSeason(season, season.world.readAt);
  try {
    const { milestones, rows } = {
      milestones: season.steps.flatMap((step) => step.milestones),
      rows: season.steps.flatMap(({ at, rows }) =>
        rows.map((row) => ({ ...row, received_at: new Date(at).toISOString() })),
      ),
    };
    await importHistory(world, milestones, rows);
    await world.goTo(season.world.readAt);
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
  test.each([3, 11])(
    'is found exactly, each at its instant, live and as one import of history (seed %i)',
    async (seed) => {
      const season = licenceSeason(seed, { disorder: true });
      const lived = await live(season);
      const found = standing(lived);
      expect(found).toEqual(truthOf(season.scene.truth, found));
      const imported = await history(season);
      expect(imported.map((one) => one.id).sort()).toEqual(lived.map((one) => one.id).sort());
    },
    300_000,
  );

  test('gives the same verdicts in order and out of order', async () => {
    const orderly = standing(await live(licenceSeason(5, { disorder: false })));
    expect(standing(await live(licenceSeason(5, { disorder: true })))).toEqual(orderly);
  }, 300_000);
});
