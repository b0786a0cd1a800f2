import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CalendarRangeError,
  type Clock,
  elapsed,
  expired,
  expiredFrom,
  formatDay,
  formatInstant,
  isProvisionalDue,
  type Limit,
  LimitError,
  left,
  leftAtMostFrom,
  limitOf,
  openClock,
  overdue,
  overdueAboveFrom,
  overdueAtLeastFrom,
  type Suspension,
  withLimit,
} from '../src/index.ts';
import { instants, suspensionsAfter } from './arbitrary.ts';
import { at, calendar } from './published.ts';

const NEVER = Number.POSITIVE_INFINITY;

function open(
  start: string,
  text: string,
  suspensions: readonly Suspension[] = [],
  stoppedAt: string | null = null,
): Clock {
  const [amount, unit] = text.split(' ');
  const limit = { amount: Number(amount), unit } as Limit;
  return openClock({
    calendar,
    limit,
    start: at(start),
    suspensions,
    stoppedAt: stoppedAt === null ? null : at(stoppedAt),
  });
}

/** The day or instant of a clock's end, as a person reads it. */
function end({ axis, due }: Clock): string {
  if (axis === 'WORKDAY') return formatDay(calendar.dayOfWorkday(due));
  if (axis === 'DAY') return formatDay(due);
  return formatInstant(axis === 'TIME' ? due : calendar.instantOfWorkTime(due)).slice(0, 16);
}

describe('a limit in working days', () => {
  it('of nought ends on the start day, and on the next working day when the start day is off', () => {
    expect(end(open('2024-09-23 09:00', '0 WORKDAY'))).toBe('2024-09-23');
    expect(end(open('2024-10-03 09:00', '0 WORKDAY'))).toBe('2024-10-08');
  });

  it('that starts on a day off counts from the next working day', () => {
    expect(end(open('2024-09-28 09:00', '1 WORKDAY'))).toBe('2024-09-29');
    expect(end(open('2024-10-01 09:00', '3 WORKDAY'))).toBe('2024-10-10');
  });

  it('counts a part of a day as a whole one', () => {
    expect(end(open('2024-09-23', '1.4 WORKDAY'))).toBe('2024-09-25');
    expect(0.07 * 100).toBeGreaterThan(7); // and yet seven days
    expect(end(open('2024-09-23', `${0.07 * 100} WORKDAY`))).toBe('2024-10-08');
  });

  it('falls in half days and stands still over days off', () => {
    const clock = open('2024-09-27 09:00', '2 WORKDAY'); // due Monday 30 September, before a week of holidays
    const remaining = (text: string) => left(calendar, clock, at(text));
    expect(
      [
        '2024-09-27 09:00',
        '2024-09-27 14:30',
        '2024-09-28 12:00',
        '2024-09-29',
        '2024-09-29 14:30',
        '2024-09-30',
        '2024-09-30 14:30',
      ].map(remaining),
    ).toEqual([3, 2.5, 2.5, 2, 1.5, 1, 0.5]);
    expect(['2024-10-01', '2024-10-07 23:59', '2024-10-08', '2024-10-08 14:30', '2024-10-09'].map(remaining)).toEqual([
      0.5, 0.5, 0, -0.5, -1,
    ]);
  });

  it('expires at 00:00 of the day after its due day, even when that is a day off on which nothing is overdue yet', () => {
    const clock = open('2024-09-27 09:00', '2 WORKDAY');
    expect(expired(calendar, clock, at('2024-10-01') - 1)).toBe(false);
    expect(expired(calendar, clock, at('2024-10-01'))).toBe(true);
    expect(overdue(calendar, clock, at('2024-10-07 12:00'))).toBe(0);
    expect(overdue(calendar, clock, at('2024-10-08'))).toBe(1);
    expect(formatInstant(overdueAtLeastFrom(calendar, clock, 1))).toBe('2024-10-08T00:00:00.000+08:00');
  });

  it('has used nothing at its start and its limit at its due day', () => {
    const clock = open('2024-09-23 09:00', '5 WORKDAY');
    expect([
      elapsed(calendar, clock, at('2024-09-23 09:00')),
      elapsed(calendar, clock, at('2024-09-29 23:59')),
    ]).toEqual([0, 5]);
    expect(limitOf(calendar, clock)).toBe(5);
  });
});

describe('a limit in natural days', () => {
  it('moves an end on a day off to the next working day', () => {
    expect(end(open('2024-09-01', '15 DAY'))).toBe('2024-09-18'); // the 16th and 17th were Mid-Autumn
    expect(end(open('2024-09-02', '10 DAY'))).toBe('2024-09-12');
    expect(end(open('2024-09-20', '12 DAY'))).toBe('2024-10-08');
  });

  it('of months ends on the same day of the month, or on its last', () => {
    expect(end(open('2024-01-31', '1 MONTH'))).toBe('2024-02-29');
    expect(end(open('2025-01-31', '1 MONTH'))).toBe('2025-02-28');
    expect(end(open('2024-05-15', '2 MONTH'))).toBe('2024-07-15');
    expect(end(open('2024-11-30', '3 MONTH'))).toBe('2025-02-28');
    expect(end(open('2023-12-08', '1 MONTH'))).toBe('2024-01-08');
    expect(limitOf(calendar, open('2024-01-31', '1 MONTH'))).toBe(29);
  });

  it('is moved by the suspended days before an end on a day off is', () => {
    expect(end(open('2024-09-02', '10 DAY', [{ from: at('2024-09-05 10:00'), to: at('2024-09-08 10:00') }]))).toBe(
      '2024-09-18',
    );
  });

  it('leaves one day at 00:00 of its due day and none on the next', () => {
    const clock = open('2024-09-02', '10 DAY');
    expect([left(calendar, clock, at('2024-09-12')), left(calendar, clock, at('2024-09-13'))]).toEqual([1, 0]);
    expect(formatInstant(expiredFrom(calendar, clock))).toBe('2024-09-13T00:00:00.000+08:00');
    expect(overdue(calendar, clock, at('2024-09-15'))).toBe(3);
  });
});

describe('a limit in hours', () => {
  it('of office time begins at the next working instant', () => {
    expect(end(open('2024-09-28 10:00', '1 WORK_HOUR'))).toBe('2024-09-29T09:30');
    expect(end(open('2024-09-23 12:30', '1 WORK_HOUR'))).toBe('2024-09-23T15:30');
    expect(end(open('2024-09-30 17:00', '1 WORK_HOUR'))).toBe('2024-10-08T09:00');
  });

  it('expires one millisecond beyond its due position, at a session’s end before a holiday as well', () => {
    const clock = open('2024-09-30 14:30', '3 WORK_HOUR');
    expect(formatInstant(expiredFrom(calendar, clock))).toBe('2024-10-08T08:30:00.001+08:00');
    expect(expired(calendar, clock, at('2024-10-08 08:30'))).toBe(false);
    expect(left(calendar, clock, at('2024-09-30 16:00'))).toBe(1.5);
    expect(formatInstant(leftAtMostFrom(calendar, clock, 0))).toBe('2024-09-30T17:30:00.000+08:00');
  });

  it('of plain time runs through nights and holidays', () => {
    const clock = open('2024-09-30 16:00', '24 HOUR');
    expect(end(clock)).toBe('2024-10-01T16:00');
    expect(expired(calendar, clock, at('2024-10-01 16:00'))).toBe(false);
    expect(expiredFrom(calendar, clock)).toBe(at('2024-10-01 16:00') + 1);
    expect(overdue(calendar, clock, at('2024-10-01 17:30'))).toBe(1.5);
  });

  it('is moved by suspensions, merged where they overlap', () => {
    const suspensions = [
      { from: at('2024-09-23 10:00'), to: at('2024-09-23 11:00') },
      { from: at('2024-09-23 10:30'), to: at('2024-09-23 13:00') },
    ];
    expect(end(open('2024-09-23 09:00', '2 WORK_HOUR', suspensions))).toBe('2024-09-23T15:30');
    expect(end(open('2024-09-23 09:00', '2 HOUR', suspensions))).toBe('2024-09-23T14:00');
  });
});

describe('a suspension', () => {
  it('that has not ended lets a day clock stand still just before 00:00 of its first day', () => {
    const clock = open('2024-09-23 09:00', '5 WORKDAY', [{ from: at('2024-09-25 10:00'), to: null }]);
    expect(clock.stoppedAt).toBe(at('2024-09-25') - 1);
    expect(left(calendar, clock, at('2024-12-31'))).toBe(left(calendar, clock, at('2024-09-24 23:59')));
    expect([expiredFrom(calendar, clock), leftAtMostFrom(calendar, clock, 1)]).toEqual([NEVER, NEVER]);
  });

  it('that has not ended lets a time clock stand still at its start', () => {
    expect(open('2024-09-23 09:00', '5 WORK_HOUR', [{ from: at('2024-09-23 10:00'), to: null }]).stoppedAt).toBe(
      at('2024-09-23 10:00'),
    );
  });

  it('of the due day still counts, one of the day after does not', () => {
    expect(open('2024-09-23', '5 WORKDAY', [{ from: at('2024-09-29 17:00'), to: null }]).stoppedAt).toBe(
      at('2024-09-29') - 1,
    );
    expect(open('2024-09-23', '5 WORKDAY', [{ from: at('2024-09-30 00:00'), to: null }]).stoppedAt).toBeNull();
  });

  it('that begins on the start day takes out the days after it, since the start day is not counted', () => {
    expect(
      end(open('2024-09-23 09:00', '1 WORKDAY', [{ from: at('2024-09-23 10:00'), to: at('2024-09-25 10:00') }])),
    ).toBe('2024-09-25');
    expect(open('2024-09-23 09:00', '1 WORKDAY', [{ from: at('2024-09-20 10:00'), to: null }]).stoppedAt).toBe(
      at('2024-09-24') - 1,
    );
  });

  it('within one day takes out none', () => {
    expect(end(open('2024-09-23', '5 WORKDAY', [{ from: at('2024-09-25 09:00'), to: at('2024-09-25 17:00') }]))).toBe(
      '2024-09-29',
    );
  });

  it('that ends before it begins has no length', () => {
    expect(open('2024-09-23', '5 WORKDAY', [{ from: at('2024-09-26'), to: at('2024-09-25') }])).toEqual(
      open('2024-09-23', '5 WORKDAY'),
    );
  });

  it('has the same effect in whatever order and in however many pieces it is told', () => {
    const cases = instants.chain((start) =>
      suspensionsAfter(start).chain((suspensions) =>
        fc.record({
          start: fc.constant(start),
          suspensions: fc.constant(suspensions),
          shuffled: fc.shuffledSubarray(suspensions, { minLength: suspensions.length }),
          unit: fc.constantFrom('WORKDAY' as const, 'DAY' as const, 'WORK_HOUR' as const, 'HOUR' as const),
          amount: fc.integer({ min: 0, max: 20 }),
        }),
      ),
    );
    fc.assert(
      fc.property(cases, ({ start, suspensions, shuffled, unit, amount }) => {
        const told = (all: readonly Suspension[]) =>
          openClock({ calendar, limit: { amount, unit }, start, suspensions: all });
        const halves = suspensions.flatMap(({ from, to }) => {
          if (to === null)
            return [
              { from, to: from + 3_600_000 },
              { from, to },
            ];
          const middle = Math.floor((from + to) / 2);
          return [
            { from, to: middle },
            { from: middle, to },
          ];
        });
        expect(told(shuffled)).toEqual(told(suspensions));
        expect(told([...halves, ...suspensions])).toEqual(told(suspensions));
      }),
      { numRuns: 500 },
    );
  });

  it('never brings an end forward', () => {
    fc.assert(
      fc.property(
        instants.chain((start) => fc.tuple(fc.constant(start), suspensionsAfter(start))),
        fc.integer({ min: 0, max: 20 }),
        fc.constantFrom('WORKDAY' as const, 'DAY' as const, 'WORK_HOUR' as const, 'HOUR' as const),
        ([start, suspensions], amount, unit) => {
          const due = (all: readonly Suspension[]) =>
            openClock({ calendar, limit: { amount, unit }, start, suspensions: all }).due;
          const closed = suspensions.filter(({ to }) => to !== null);
          expect(due(closed)).toBeGreaterThanOrEqual(due([]));
        },
      ),
    );
  });
});

describe('a finished clock', () => {
  it('answers for ever what it answered at the finish', () => {
    const inTime = open('2024-09-23 09:00', '5 WORKDAY', [], '2024-09-29 17:00');
    const late = open('2024-09-23 09:00', '5 WORKDAY', [], '2024-09-30 10:00');
    expect([expired(calendar, inTime, at('2025-06-01')), expired(calendar, late, at('2025-06-01'))]).toEqual([
      false,
      true,
    ]);
    expect([overdue(calendar, inTime, at('2025-06-01')), overdue(calendar, late, at('2025-06-01'))]).toEqual([0, 1]);
    expect([expiredFrom(calendar, inTime), expiredFrom(calendar, late)]).toEqual([NEVER, at('2024-09-30')]);
    expect(overdueAboveFrom(calendar, late, 1)).toBe(NEVER);
  });

  it('in hours stands still from the very millisecond of the finish', () => {
    const clock = open('2024-09-23 09:00', '2 HOUR', [], '2024-09-23 10:00');
    const answers = [-1, 0, 1, 3_600_000].map((ms) =>
      Math.round(left(calendar, clock, at('2024-09-23 10:00') + ms) * 3_600_000),
    );
    expect(answers).toEqual([3_600_001, 3_600_000, 3_600_000, 3_600_000]);
  });

  it('stands at the earlier of the finish and a suspension that has not ended', () => {
    const suspensions = [{ from: at('2024-09-25 10:00'), to: null }];
    expect(open('2024-09-23', '5 WORKDAY', suspensions, '2024-09-24 10:00').stoppedAt).toBe(at('2024-09-24 10:00'));
    expect(open('2024-09-23', '5 WORKDAY', suspensions, '2024-09-26 10:00').stoppedAt).toBe(at('2024-09-25') - 1);
  });

  it('can turn at the very instant of its finish', () => {
    expect(expiredFrom(calendar, open('2024-09-23', '5 WORKDAY', [], '2024-09-30'))).toBe(at('2024-09-30'));
  });
});

describe('another limit', () => {
  it('moves the end by the difference and keeps the suspensions', () => {
    const clock = open('2024-09-23', '5 WORKDAY', [{ from: at('2024-09-25'), to: at('2024-09-28') }]);
    expect(end(withLimit(clock, 6))).toBe('2024-10-10');
    expect(end(withLimit(clock, 4.2))).toBe('2024-10-09');
    expect(withLimit(clock, 5)).toEqual(clock);
    expect(end(withLimit(open('2024-09-23 09:00', '1 WORK_HOUR'), 2.5))).toBe('2024-09-23T11:30');
  });

  it('beyond the calendar’s end is never used up', () => {
    const clock = open('2024-09-23', '5 WORKDAY');
    expect(expiredFrom(calendar, withLimit(clock, 1e9))).toBe(NEVER);
    expect(expiredFrom(calendar, withLimit(open('2024-09-23', '5 WORK_HOUR'), 1e12))).toBe(NEVER);
  });
});

describe('a clock that no published notice rules to its end', () => {
  it('is provisional', () => {
    expect(open('2026-11-23', '20 WORKDAY').provisional).toBe(false);
    expect(open('2026-11-23', '60 WORKDAY').provisional).toBe(true);
    expect(open('2026-12-20', '15 DAY').provisional).toBe(true);
    expect(open('2026-12-31 16:00', '2 WORK_HOUR').provisional).toBe(true);
    expect(open('2004-06-01', '1 WORKDAY').provisional).toBe(true);
    expect(open('2006-12-28', '5 WORKDAY').provisional).toBe(true); // from before the first notice into its year
    expect(open('2026-12-31 16:00', '48 HOUR').provisional).toBe(false);
    expect(isProvisionalDue(calendar, 'WORKDAY', withLimit(open('2026-11-23', '20 WORKDAY'), 60).due)).toBe(true);
  });
});

describe('what is no limit', () => {
  it.each<[unknown, unknown]>([
    [-1, 'WORKDAY'],
    [Number.NaN, 'DAY'],
    [Number.POSITIVE_INFINITY, 'HOUR'],
    ['5', 'WORKDAY'],
    [5, 'YEAR'],
    [5, 'constructor'],
    [1.5, 'MONTH'],
  ])('is refused: %s %s', (amount, unit) => {
    const limit = { amount, unit } as Limit;
    expect(() => openClock({ calendar, limit, start: at('2024-01-02') })).toThrow(LimitError);
  });

  it('and a start or an end outside the calendar is refused on every axis', () => {
    for (const unit of ['WORKDAY', 'DAY', 'WORK_HOUR', 'HOUR', 'MONTH'] as const) {
      const from = (start: string, amount: number) =>
        openClock({ calendar, limit: { amount, unit }, start: at(start) });
      expect(() => from('1990-01-01', 1), unit).toThrow(CalendarRangeError);
      expect(() => from('2100-12-01', 10_000), unit).toThrow(CalendarRangeError);
    }
  });
});
