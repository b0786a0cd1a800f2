import { openTestDatabase } from '@gnomon/test-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MonthRun, type Road, runPlantedMonth } from '../bench/planted-month.ts';
import { compareWithTruth } from '../bench/standing.ts';

const HOUR_MS = 3_600_000;
const ROADS = ['live', 'batch'] as const;

/**
 * The month of `bench/planted-truth.ts`, small: every scenario of a work item once, among clean ones, a fifth of the rows late,
 * shuffled or doubled. Rates of a source's day say nothing at this size, so that the truth is asked of work items alone; what is
 * found on days, weeks and months must still be the same on both roads.
 */
async function takeMonth(road: Road): Promise<MonthRun> {
  const database = await openTestDatabase({});
  try {
    return await runPlantedMonth({
      items: 300,
      road,
      seed: 7,
      disorder: { late: 0.08, shuffled: 0.06, doubled: 0.06 },
      defectRate: 0.1,
      aggregates: false,
      arriveEveryMs: 12 * HOUR_MS,
      databaseUrl: database.url,
    });
  } finally {
    await database.close();
  }
}

describe('a simulated month with planted violations and a fifth of its rows in disorder', () => {
  const runs = new Map<Road, MonthRun>();
  beforeAll(async () => {
    for (const road of ROADS) runs.set(road, await takeMonth(road));
  });
  const runOf = (road: Road): MonthRun => runs.get(road)!;

  test.each(ROADS)('taken in %s, shows every planted violation at its exact instant, and no other', (road) => {
    const { found, month } = runOf(road);
    // Of items and of what is asked about them; their sources' days depend on how much came.
    const ofItems = found.filter(({ type }) => type === 'WorkItem' || type === 'Matter');
    expect(compareWithTruth(ofItems, month.truth)).toEqual({ missed: [], extra: [], wrongInstant: [] });
    expect(ofItems).toHaveLength(month.truth.length);
    expect(new Set(month.truth.map(({ indicator }) => indicator)).size).toBeGreaterThan(20);
  });

  test('every row of it is accounted for on both roads alike', () => {
    for (const road of ROADS) {
      const { rows, taken, identical, setAside, refused, month } = runOf(road);
      expect(rows).toBe(month.arrivals.length);
      expect(taken + identical + setAside + refused).toBe(rows);
    }
    const [live, batch] = ROADS.map(runOf);
    expect(live!.month.arrivals).toEqual(batch!.month.arrivals);
  });

  test('leaves the same warnings and cards standing on both roads, to the instant and the word', () => {
    const [live, batch] = ROADS.map((road) =>
      runOf(road)
        .found.map((one) => JSON.stringify(one))
        .sort(),
    );
    expect(live).toEqual(batch);
  });
});
