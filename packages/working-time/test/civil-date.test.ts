import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  civilDate,
  dayNumber,
  dayOf,
  formatDay,
  formatInstant,
  parseDay,
  parseInstant,
  startOfDay,
  TimeTextError,
  weekdayOf,
} from '../src/index.ts';

describe('a civil date in China', () => {
  it('begins at 16:00 UTC of the day before', () => {
    expect(startOfDay(parseDay('2024-02-29'))).toBe(Date.UTC(2024, 1, 28, 16));
    expect(formatDay(dayOf(Date.UTC(2024, 1, 28, 16)))).toBe('2024-02-29');
    expect(formatDay(dayOf(Date.UTC(2024, 1, 28, 16) - 1))).toBe('2024-02-28');
  });

  it('agrees with the platform for every day of 1600 to 2400', () => {
    for (let day = dayNumber(1600, 1, 1); day <= dayNumber(2400, 12, 31); day++) {
      const date = new Date(day * 86_400_000);
      const { year, month, dayOfMonth } = civilDate(day);
      if (dayNumber(year, month, dayOfMonth) !== day || weekdayOf(day) !== date.getUTCDay())
        expect.fail(formatDay(day));
    }
  });

  it.each(['2023-02-29', '2024-13-01', '2024-00-10', '2024-04-31', '2024-1-1', '20240101', '', '2024-01-01T00:00:00Z'])(
    'refuses %j as a day and names it',
    (text) => {
      expect(() => parseDay(text)).toThrow(TimeTextError);
      expect(() => parseDay(text)).toThrow(JSON.stringify(text));
    },
  );
});

describe('the text of an instant', () => {
  const nine = Date.UTC(2024, 8, 23, 1);

  it.each([
    ['2024-09-23T09:00:00+08:00', nine],
    ['2024-09-23T09:00+08:00', nine],
    ['2024-09-23T01:00:00Z', nine],
    ['2024-09-22T21:00:00-04:00', nine],
    ['2024-09-23T09:00:00.5+0800', nine + 500],
    ['2024-09-23T09:00:00.123999+08:00', nine + 123],
    ['2024-09-23T09:00:00,12+08:00', nine + 120],
    ['20240923T090000', nine],
    ['2024-09-23 09:00:00', nine],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    '2024-09-23T09:00:00', // no offset: a guess would be needed
    '2024-09-23',
    '2024-09-23 09:00',
    '2024-02-30 09:00:00',
    '20240923T250000',
    '20240923T096000',
    '2024-09-23T09:00:60Z',
    '2024-09-23T09:00:00+24:00',
    '2024-09-23T09:00:00+08:60',
    '1727053200000',
    ' 2024-09-23 09:00:00',
    '２０２４-09-23 09:00:00',
    '2024-09-23 09:00:00Z',
    '2024-09-23T09:00:00.+08:00',
    '2024-09-23T09:00:00.1234567890+08:00',
    '2024-09-23T09:00:00+8:00',
    '2024-09-23T09:00:00+080',
    '2024-09-23T09:00:00Z ',
    '2024-09-23T09-00:00Z',
    '20240923 090000',
    '20240923T09000',
    '',
  ])('refuses %j and names the forms that it takes', (text) => {
    expect(() => parseInstant(text)).toThrow(TimeTextError);
    expect(() => parseInstant(text)).toThrow('20240923T090000');
  });

  it('comes back unchanged through its own format', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1, 0, 2), max: Date.UTC(9999, 11, 30) }), (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
        expect(formatInstant(instant)).toBe(new Date(instant + 8 * 3_600_000).toISOString().replace('Z', '+08:00'));
      }),
    );
    expect(formatInstant(nine)).toBe('2024-09-23T09:00:00.000+08:00');
  });
});
