import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Clock,
  elapsed,
  elapsedAboveFrom,
  elapsedAtLeastFrom,
  expired,
  expiredFrom,
  formatInstant,
  type Instant,
  left,
  leftAtMostFrom,
  leftBelowFrom,
  overdue,
  overdueAboveFrom,
  overdueAtLeastFrom,
  since,
  sinceAboveFrom,
  sinceAtLeastFrom,
  startOfDay,
  type WorkCalendar,
  workdaysSince,
  workdaysSinceAboveFrom,
  workdaysSinceAtLeastFrom,
  workHoursSince,
  workHoursSinceAboveFrom,
  workHoursSinceAtLeastFrom,
} from '../src/index.ts';
import { amounts, clocksOf, instants } from './arbitrary.ts';
import { at, calendar, seasonal } from './published.ts';

interface Comparison<Of> {
  readonly from: (calendar: WorkCalendar, of: Of, amount: number) => Instant;
  readonly holds: (calendar: WorkCalendar, of: Of, amount: number, now: Instant) => boolean;
}

const ON_CLOCKS: Readonly<Record<string, Comparison<Clock>>> = {
  'expired(clock)': { from: (c, clock) => expiredFrom(c, clock), holds: (c, clock, _, now) => expired(c, clock, now) },
  'left(clock) <= x': { from: leftAtMostFrom, holds: (c, clock, x, now) => left(c, clock, now) <= x },
  'left(clock) < x': { from: leftBelowFrom, holds: (c, clock, x, now) => left(c, clock, now) < x },
  'overdue(clock) > x': { from: overdueAboveFrom, holds: (c, clock, x, now) => overdue(c, clock, now) > x },
  'overdue(clock) >= x': { from: overdueAtLeastFrom, holds: (c, clock, x, now) => overdue(c, clock, now) >= x },
  'elapsed(clock) > x': { from: elapsedAboveFrom, holds: (c, clock, x, now) => elapsed(c, clock, now) > x },
  'elapsed(clock) >= x': { from: elapsedAtLeastFrom, holds: (c, clock, x, now) => elapsed(c, clock, now) >= x },
};

const ON_INSTANTS: Readonly<Record<string, Comparison<Instant>>> = {
  'workdaysSince(t) >= x': {
    from: workdaysSinceAtLeastFrom,
    holds: (c, then, x, now) => workdaysSince(c, then, now) >= x,
  },
  'workdaysSince(t) > x': { from: workdaysSinceAboveFrom, holds: (c, then, x, now) => workdaysSince(c, then, now) > x },
  'workHoursSince(t) >= x': {
    from: workHoursSinceAtLeastFrom,
    holds: (c, then, x, now) => workHoursSince(c, then, now) >= x,
  },
  'workHoursSince(t) > x': {
    from: workHoursSinceAboveFrom,
    holds: (c, then, x, now) => workHoursSince(c, then, now) > x,
  },
  'since(t) >= x': { from: sinceAtLeastFrom, holds: (c, then, x, now) => since(c, then, now) >= x },
  'since(t) > x': { from: sinceAboveFrom, holds: (c, then, x, now) => since(c, then, now) > x },
};

/** The inverse is right when the comparison holds at its instant and did not a millisecond before. */
function probe<Of>(calendar: WorkCalendar, { from, holds }: Comparison<Of>, of: Of, amount: number): void {
  const turn = from(calendar, of, amount);
  const ends = [startOfDay(calendar.firstDay), startOfDay(calendar.lastDay + 1) - 1] as const;
  const at = (now: Instant) => holds(calendar, of, amount, now);
  if (turn === Number.NEGATIVE_INFINITY) expect(at(ends[0])).toBe(true);
  else if (turn === Number.POSITIVE_INFINITY) expect(at(ends[1])).toBe(false);
  else expect([at(turn - 1), at(turn)], `turn at ${formatInstant(turn)}`).toEqual([false, true]);
}

const calendars = { 'published hours': calendar, 'seasonal hours': seasonal };

describe.each(Object.entries(calendars))('with %s', (_, each) => {
  it.each(Object.entries(ON_CLOCKS))('the first instant of %s is exact to the millisecond', (_, comparison) => {
    fc.assert(
      fc.property(clocksOf(each), amounts, (clock, amount) => probe(each, comparison, clock, amount)),
      { numRuns: 2000 },
    );
  });

  it.each(Object.entries(ON_INSTANTS))('the first instant of %s is exact to the millisecond', (_, comparison) => {
    fc.assert(
      fc.property(instants, amounts, (then, amount) => probe(each, comparison, then, amount)),
      { numRuns: 1000 },
    );
  });

  it.each(Object.entries(ON_CLOCKS))('%s, once true, stays true', (_, { holds }) => {
    fc.assert(
      fc.property(
        clocksOf(each),
        amounts,
        fc.array(instants, { minLength: 2, maxLength: 12 }),
        (clock, amount, times) => {
          const ordered = [...times].sort((a, b) => a - b).map((now) => holds(each, clock, amount, now));
          expect(ordered.lastIndexOf(false)).toBeLessThan(
            ordered.includes(true) ? ordered.indexOf(true) : ordered.length,
          );
        },
      ),
    );
  });
});

describe('the first instant', () => {
  const then = at('2024-09-30 17:30');

  it('of "at least nought days ago" is always, of one day the next working day', () => {
    expect(workdaysSinceAtLeastFrom(calendar, then, 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(workdaysSinceAtLeastFrom(calendar, then, -2)).toBe(Number.NEGATIVE_INFINITY);
    expect(formatInstant(workdaysSinceAtLeastFrom(calendar, then, 1))).toBe('2024-10-08T00:00:00.000+08:00');
    expect(formatInstant(workdaysSinceAboveFrom(calendar, then, 0))).toBe('2024-10-08T00:00:00.000+08:00');
  });

  it('of more than no office time after a session’s end is the next session’s first millisecond', () => {
    expect(formatInstant(workHoursSinceAboveFrom(calendar, then, 0))).toBe('2024-10-08T08:30:00.001+08:00');
  });

  it('of a comparison with what is no number, or out of all proportion, is never or always', () => {
    const clock: Clock = { axis: 'WORKDAY', limit: 5, due: 9000, stoppedAt: null, provisional: false };
    for (const axis of ['WORKDAY', 'DAY', 'WORK_TIME', 'TIME'] as const) {
      const on: Clock = { ...clock, axis };
      expect(leftAtMostFrom(calendar, on, Number.NaN)).toBe(Number.POSITIVE_INFINITY);
      expect(overdueAboveFrom(calendar, on, Number.NaN)).toBe(Number.POSITIVE_INFINITY);
      expect(leftAtMostFrom(calendar, on, 1e300)).toBe(Number.NEGATIVE_INFINITY);
      expect(leftBelowFrom(calendar, on, -1e300)).toBe(Number.POSITIVE_INFINITY);
      expect(overdueAtLeastFrom(calendar, on, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
      expect(elapsedAboveFrom(calendar, on, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    }
  });
});
