import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  expiredFrom,
  formatDay,
  formatInstant,
  left,
  leftAtMostFrom,
  openClock,
  overdue,
  overdueAboveFrom,
  type Suspension,
} from '../src/index.ts';
import { at, calendar } from './published.ts';

function dueDay(start: string, workdays: number, suspensions: readonly Suspension[] = []): string {
  const clock = openClock({ calendar, limit: { amount: workdays, unit: 'WORKDAY' }, start: at(start), suspensions });
  return formatDay(calendar.dayOfWorkday(clock.due));
}

describe('the due day', () => {
  it.each([
    ['2024-01-15', 20, '2024-02-09'],
    ['2024-02-08', 5, '2024-02-21'],
    ['2024-04-26', 3, '2024-04-30'],
    ['2024-09-27', 5, '2024-10-10'],
    ['2024-09-29', 1, '2024-09-30'],
    ['2024-09-30', 20, '2024-11-01'],
    ['2024-12-31', 1, '2025-01-02'],
    ['2026-02-13', 5, '2026-02-27'],
    ['2024-04-26 16:00', 5, '2024-05-07'], // five days to answer an application (Licensing Law Art. 32)
    ['2024-09-20', 10, '2024-10-10'], // ten days to deliver (Art. 44)
  ])('of %s and %i working days is %s', (start, workdays, due) => {
    expect(dueDay(start, workdays)).toBe(due);
  });

  it('is the one that three implementations agree on, for every row of the vectors', () => {
    const [, ...rows] = readFileSync(join(import.meta.dirname, 'data/working-day-deadlines.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(rows.length).toBe(210);
    const different = rows.filter((row) => {
      const [start, workdays, due] = row.split(',') as [string, string, string];
      return dueDay(start, Number(workdays)) !== due;
    });
    expect(different).toEqual([]);
  });
});

describe('an item accepted on Monday 23 September 2024 with five working days', () => {
  const accepted = at('2024-09-23 09:00');
  const hearing = { from: at('2024-09-25 10:00'), to: at('2024-09-28 09:00') };
  const clock = openClock({ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start: accepted });

  it('is due on Sunday the 29th, a make-up working day', () => {
    expect(dueDay('2024-09-23', 5)).toBe('2024-09-29');
  });

  it('is due on 9 October after three suspended working days, and a procedure within them changes nothing', () => {
    expect(dueDay('2024-09-23', 5, [hearing])).toBe('2024-10-09');
    expect(dueDay('2024-09-23', 5, [hearing, { from: at('2024-09-26'), to: at('2024-09-28') }])).toBe('2024-10-09');
  });

  it('is not helped by a procedure that is opened after the due day', () => {
    expect(dueDay('2024-09-23', 5, [hearing, { from: at('2024-10-10'), to: at('2024-10-20') }])).toBe('2024-10-09');
    const late = openClock({
      calendar,
      limit: { amount: 5, unit: 'WORKDAY' },
      start: accepted,
      suspensions: [hearing, { from: at('2024-10-10'), to: null }],
    });
    expect(late.stoppedAt).toBeNull();
  });

  it('has one day left from the start of the 29th, is overdue from the 30th and by more than three days from 10 October', () => {
    expect(formatInstant(leftAtMostFrom(calendar, clock, 1))).toBe('2024-09-29T00:00:00.000+08:00');
    expect(formatInstant(expiredFrom(calendar, clock))).toBe('2024-09-30T00:00:00.000+08:00');
    expect(formatInstant(overdueAboveFrom(calendar, clock, 3))).toBe('2024-10-10T00:00:00.000+08:00');
    expect(overdue(calendar, clock, at('2024-09-30 08:00'))).toBe(1);
    expect(overdue(calendar, clock, at('2024-10-09 23:59'))).toBe(3);
  });

  it('has one and a half days left on the afternoon of the 27th', () => {
    expect(left(calendar, clock, at('2024-09-27 14:30'))).toBe(1.5);
  });

  it('has its statutory end of twenty working days on 24 October', () => {
    expect(dueDay('2024-09-23', 20)).toBe('2024-10-24');
  });
});
