import fc from 'fast-check';
import { type Clock, type Instant, openClock, type Suspension, type WorkCalendar } from '../src/index.ts';
import { at } from './published.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FIRST = at('2024-01-01');

/** Instants of 2024 and early 2025, crowded at the edges of sessions, days and holidays, and a millisecond beside them. */
export const instants: fc.Arbitrary<Instant> = fc
  .tuple(
    fc.oneof(
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 420 }) },
      // Days beside holidays and make-up days: New Year, Spring Festival, Labour Day, Mid-Autumn, National Day, the year's turn.
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          0,
          33,
          39,
          40,
          47,
          48,
          117,
          118,
          120,
          125,
          126,
          256,
          257,
          259,
          270,
          271,
          272,
          273,
          280,
          281,
          284,
          364,
          366,
          391,
        ),
      },
    ),
    fc.oneof(
      fc.constantFrom(0, 510, 720, 750, 870, 900, 1050, 1110, 1439).map((minute) => minute * MINUTE),
      fc.integer({ min: 0, max: DAY - 1 }),
    ),
    fc.constantFrom(0, 0, 0, -1, 1),
  )
  .map(([day, offset, nudge]) => Math.max(FIRST, FIRST + day * DAY + offset + nudge));

/** Up to four suspensions of minutes to weeks, overlapping, touching, empty or not ended. */
export const suspensionsAfter = (start: Instant): fc.Arbitrary<Suspension[]> =>
  fc.array(
    fc
      .tuple(
        fc.integer({ min: -2 * 1440, max: 30 * 1440 }),
        fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 15 * 1440 })),
        fc.integer({ min: 0, max: 9 }),
      )
      .map(([offset, length, open]) => {
        const from = Math.floor(start / MINUTE + offset) * MINUTE;
        return { from, to: open === 0 ? null : from + length * MINUTE };
      }),
    { maxLength: 4 },
  );

/** Clocks on every axis, running, finished, suspended, or suspended without an end. */
export const clocksOf = (calendar: WorkCalendar): fc.Arbitrary<Clock> =>
  instants.chain((start) =>
    fc
      .record({
        limit: fc.oneof(
          fc.record({
            unit: fc.constantFrom('WORKDAY' as const, 'DAY' as const),
            amount: fc.integer({ min: 0, max: 30 }),
          }),
          fc.record({ unit: fc.constant('MONTH' as const), amount: fc.integer({ min: 0, max: 2 }) }),
          fc.record({
            unit: fc.constantFrom('WORK_HOUR' as const, 'HOUR' as const),
            amount: fc.oneof(fc.constantFrom(0, 3.5, 6.5, 13, 32.5), fc.double({ min: 0, max: 80, noNaN: true })),
          }),
        ),
        suspensions: suspensionsAfter(start),
        stoppedAfter: fc.option(fc.integer({ min: 0, max: 40 * DAY }), { nil: null }),
      })
      .map(({ limit, suspensions, stoppedAfter }) =>
        openClock({
          calendar,
          limit,
          start,
          suspensions,
          stoppedAt: stoppedAfter === null ? null : start + stoppedAfter,
        }),
      ),
  );

/** Amounts to compare with: whole, halves, shares, and the limits themselves. */
export const amounts: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -3, max: 40 }),
  fc.integer({ min: -6, max: 80 }).map((halves) => halves / 2),
  fc.double({ min: -5, max: 100, noNaN: true }),
  fc.constantFrom(0.2 * 7, 0.1 + 0.2, 1 / 3, 6.5 / 3, 1e-9),
);
