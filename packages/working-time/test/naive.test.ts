import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, elapsed, expired, expiredFrom, formatDay, left, openClock, overdue, startOfDay } from '../src/index.ts';
import { instants, suspensionsAfter } from './arbitrary.ts';
import { NaiveCalendar, walkOfficeTime, walkWorkdays } from './naive-clock.ts';
import { calendar, published, seasonal, seasonalOverlay } from './published.ts';

const pairs = {
  'published hours': [calendar, new NaiveCalendar({ ...published, overlays: [] })],
  'seasonal hours': [seasonal, new NaiveCalendar({ ...published, overlays: [seasonalOverlay] })],
} as const;

const starts = instants.chain((start) =>
  fc.record({ start: fc.constant(start), suspensions: suspensionsAfter(start) }),
);
const DAY = 86_400_000;

describe.each(Object.entries(pairs))(
  'a clock that walks day by day and minute by minute, with %s',
  (_, [fast, naive]) => {
    it('has the same due day and stands still on the same day', () => {
      fc.assert(
        fc.property(starts, fc.integer({ min: 0, max: 25 }), ({ start, suspensions }, amount) => {
          const clock = openClock({ calendar: fast, limit: { amount, unit: 'WORKDAY' }, start, suspensions });
          const walked = walkWorkdays(naive, start, amount, suspensions);
          expect(formatDay(fast.dayOfWorkday(clock.due))).toBe(formatDay(walked.dueDay));
          expect(clock.stoppedAt).toBe(walked.standsFromDay === null ? null : startOfDay(walked.standsFromDay) - 1);
        }),
        { numRuns: 1500 },
      );
    });

    it('gives the same answers at any instant', () => {
      fc.assert(
        fc.property(starts, fc.integer({ min: 0, max: 25 }), instants, ({ start, suspensions }, amount, now) => {
          const clock = openClock({ calendar: fast, limit: { amount, unit: 'WORKDAY' }, start, suspensions });
          const { dueDay } = walkWorkdays(naive, start, amount, suspensions);
          const at = clock.stoppedAt === null ? now : Math.min(now, clock.stoppedAt);
          const today = dayOf(at);
          const isHalfLeft = !naive.isWorkday(today) || !naive.isFirstHalf(at);
          const late = naive.workdaysBetween(dueDay, today);
          expect(left(fast, clock, now)).toBe(-late + (isHalfLeft ? 0.5 : 1));
          expect(overdue(fast, clock, now)).toBe(Math.max(0, late));
          expect(elapsed(fast, clock, now)).toBe(amount + late);
          expect(expired(fast, clock, now)).toBe(today > dueDay);
        }),
        { numRuns: 1500 },
      );
    });

    it('counts the same office time', () => {
      fc.assert(
        fc.property(instants, fc.integer({ min: 0, max: 12 * DAY }), (from, length) => {
          expect(fast.workTime(from + length) - fast.workTime(from)).toBe(naive.officeTime(from, from + length));
        }),
        { numRuns: 120 },
      );
    });

    it('is beyond a limit of office hours at the same millisecond', () => {
      fc.assert(
        fc.property(
          starts,
          fc.oneof(fc.constantFrom(30, 60, 180, 210, 390, 780), fc.integer({ min: 1, max: 40 * 60 })),
          ({ start, suspensions }, minutes) => {
            const closed = suspensions.flatMap(({ from, to }) => (to === null ? [] : [{ from, to }]));
            const clock = openClock({
              calendar: fast,
              limit: { amount: minutes / 60, unit: 'WORK_HOUR' },
              start,
              suspensions: closed,
            });
            const beyond = walkOfficeTime(naive, start, Math.round(minutes * 60_000) + 1, closed);
            expect(expiredFrom(fast, clock)).toBe(beyond);
            expect([expired(fast, clock, beyond - 1), expired(fast, clock, beyond)]).toEqual([false, true]);
          },
        ),
        { numRuns: 120 },
      );
    });
  },
);
