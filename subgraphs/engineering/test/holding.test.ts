import { elapsed } from '@gnomon/working-time';
import { describe, expect, test } from 'vitest';
import { countingClocks, mergeHolding, type Stretch, withoutSuspensions } from '../src/derive/holding.ts';
import { at, calendar } from './derive-world.ts';

const DAY_MS = 86_400_000;
const dayOf = (instant: number): number => Math.floor((instant + 8 * 3_600_000) / DAY_MS);

/** The slow way: working days, one by one, on which somebody held a file, up to `now`. */
function recount(stretches: readonly Stretch[], now: number): number {
  const days = new Set<number>();
  for (const { from, to } of stretches)
    for (let day = dayOf(from) + 1; day <= dayOf(Math.min(to ?? Infinity, Math.max(now, from))); day += 1)
      if (calendar.isWorkday(day)) days.add(day);
  return days.size;
}

/** Repeatable integers, both ends included. */
function integers(seed: number): (from: number, to: number) => number {
  let state = seed;
  return (from, to) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return from + Math.floor((state / 2 ** 32) * (to - from + 1));
  };
}

describe('a handling period without its suspensions', () => {
  const period = { from: 10, to: 100 };
  test.each([
    [
      'is whole where none lies in it',
      [
        { from: 0, to: 5 },
        { from: 100, to: 120 },
      ],
      [{ from: 10, to: 100 }],
    ],
    [
      'is cut where one lies in it',
      [{ from: 20, to: 30 }],
      [
        { from: 10, to: 20 },
        { from: 30, to: 100 },
      ],
    ],
    [
      'counts overlapping ones once',
      [
        { from: 20, to: 40 },
        { from: 30, to: 35 },
      ],
      [
        { from: 10, to: 20 },
        { from: 40, to: 100 },
      ],
    ],
    ['has nothing after one that has not ended', [{ from: 20, to: null }], [{ from: 10, to: 20 }]],
    ['loses its begin to one that began before it', [{ from: 0, to: 15 }], [{ from: 15, to: 100 }]],
    ['is nothing where all of it is suspended', [{ from: 0, to: null }], []],
  ] as const)('%s', (_, suspensions, expected) => {
    expect(withoutSuspensions(period, suspensions)).toEqual(expected);
  });
});

test('parallel and touching stretches are one, and an open one swallows what follows', () => {
  const merged = mergeHolding([
    { from: 30, to: 40 },
    { from: 0, to: 10 },
    { from: 5, to: 12 },
    { from: 12, to: 15 },
    { from: 60, to: null },
    { from: 70, to: 80 },
  ]);
  expect(merged).toEqual([
    { from: 0, to: 15 },
    { from: 30, to: 40 },
    { from: 60, to: null },
  ]);
});

test('some clock has passed x exactly when the total counted day by day has, at every day of random histories', () => {
  const random = { integer: integers(20_260_302) };
  const first = at('2026-01-05 09:00:00');
  for (let round = 0; round < 60; round += 1) {
    const stretches: Stretch[] = [];
    for (let n = random.integer(1, 6); n > 0; n -= 1) {
      const from = first + random.integer(0, 150) * DAY_MS + random.integer(0, 8) * 3_600_000;
      stretches.push({ from, to: random.integer(0, 9) === 0 ? null : from + random.integer(0, 40) * DAY_MS });
    }
    const merged = mergeHolding(stretches);
    const clocks = countingClocks(merged, 20, calendar).map(({ clock }) => clock!);
    for (let day = 0; day < 240; day += 3) {
      const now = first + day * DAY_MS;
      const total = recount(
        merged.filter(({ from }) => from <= now),
        now,
      );
      for (const limit of [5, 16, 20, 24])
        expect([now, limit, clocks.some((clock) => elapsed(calendar, clock, now) > limit)]).toEqual([
          now,
          limit,
          total > limit,
        ]);
    }
  }
});

test('without a cap, and beyond the calendar, there is no clock', () => {
  expect(countingClocks([{ from: at('2026-03-02'), to: null }], undefined, calendar)[0]!.clock).toBeUndefined();
  expect(countingClocks([{ from: Date.UTC(1990, 0, 1), to: null }], 20, calendar)[0]!.clock).toBeUndefined();
});
