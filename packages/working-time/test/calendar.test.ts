import chineseDays from 'chinese-days';
import { describe, expect, it } from 'vitest';
import {
  type CalendarData,
  CalendarDataError,
  type CalendarOverlay,
  CalendarRangeError,
  compileCalendar,
  createCalendarSet,
  formatDay,
  formatInstant,
  hashCalendar,
  parseDay,
} from '../src/index.ts';
import { at, calendar, published, seasonal, seasonalOverlay } from './published.ts';

describe('the working days', () => {
  it.each([
    [2018, 250],
    [2019, 250],
    [2020, 249],
    [2021, 250],
    [2022, 249],
    [2023, 249],
    [2024, 251],
    [2025, 248],
    [2026, 248],
  ])('of %i are %i', (year, days) => {
    expect(
      calendar.workdayNumber(parseDay(`${year}-12-31`)) - calendar.workdayNumber(parseDay(`${year - 1}-12-31`)),
    ).toBe(days);
  });

  it('agree with an independent package on every day of 2007 to 2026', () => {
    const different: string[] = [];
    for (let day = parseDay('2007-01-01'); day <= parseDay('2026-12-31'); day++) {
      if (calendar.isWorkday(day) !== chineseDays.isWorkday(formatDay(day))) different.push(formatDay(day));
    }
    expect(different).toEqual([]);
  });

  it('follow the notice of the next year in the last days of December', () => {
    expect(calendar.isWorkday(parseDay('2006-12-30'))).toBe(true); // a Saturday
    expect(calendar.isWorkday(parseDay('2018-12-29'))).toBe(true); // a Saturday
    expect(calendar.isWorkday(parseDay('2018-12-31'))).toBe(false); // a Monday
    expect(calendar.isWorkday(parseDay('2022-12-31'))).toBe(false);
  });

  it('hold 9 February 2024, the eve of the lunar year, and not 28 January 2025', () => {
    expect(calendar.isWorkday(parseDay('2024-02-09'))).toBe(true);
    expect(calendar.isWorkday(parseDay('2025-01-28'))).toBe(false);
  });

  it('are numbered so that number and day are each other’s inverse', () => {
    for (let day = calendar.firstDay; day <= calendar.lastDay; day++) {
      const number = calendar.workdayNumber(day);
      if (calendar.isWorkday(day) && calendar.dayOfWorkday(number) !== day) expect.fail(formatDay(day));
    }
    expect(calendar.workdayNumber(calendar.firstDay)).toBe(0); // 1991-09-15 was a Sunday
    expect(calendar.dayOfWorkday(1)).toBe(calendar.firstDay + 1);
  });

  it('of years without a notice are weekdays other than the fixed holidays, and provisional', () => {
    const off = (date: string) => !calendar.isWorkday(parseDay(date));
    expect(['2027-01-01', '2030-05-01', '2030-05-02', '2030-10-01', '2030-10-02', '2030-10-03'].map(off)).not.toContain(
      false,
    );
    expect(['2030-05-03', '2030-10-04', '2030-02-04'].map(off)).not.toContain(true);
    expect(['2004-05-03', '2004-10-01', '1998-10-02', '2003-01-01'].map(off)).not.toContain(false);
    expect(['1998-05-04', '1997-10-03', '1998-10-05', '2006-12-29'].map(off)).not.toContain(true);
    expect(formatDay(calendar.lastCertainDay)).toBe('2026-12-31');
    expect(['2006-12-29', '2027-01-01', '2100-12-31'].map((date) => calendar.isProvisional(parseDay(date)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['2006-12-30', '2026-12-31'].map((date) => calendar.isProvisional(parseDay(date)))).toEqual([false, false]);
  });
});

describe('what lies outside the calendar', () => {
  it('is refused with the value, the range and the remedy', () => {
    expect(() => calendar.workTime(at('1991-09-15') - 1)).toThrow(CalendarRangeError);
    expect(() => calendar.workTime(at('1991-09-15') - 1)).toThrow(
      /1991-09-14T23:59:59\.999\+08:00 lies outside .* 1991-09-15 to 2100-12-31: correct the record/,
    );
    expect(calendar.workTime(at('1991-09-15'))).toBe(0);
    expect(() => calendar.isWorkday(parseDay('2101-01-01'))).toThrow(/2101-01-01 超出工作日历范围/);
    expect(() => calendar.halfDaysBegun(at('2101-01-01'))).toThrow(CalendarRangeError);
    expect(() => calendar.dayOfWorkday(0)).toThrow(CalendarRangeError);
    expect(() => calendar.instantOfWorkTime(1e15)).toThrow(CalendarRangeError);
  });

  it('includes what is no number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      expect(() => calendar.workdayNumber(value)).toThrow(CalendarRangeError);
      expect(() => calendar.workTime(value)).toThrow(CalendarRangeError);
    }
  });
});

describe('office time', () => {
  const HOUR = 3_600_000;

  it('is 390 minutes a working day, in two sessions', () => {
    const worked = (from: string, to: string) => (calendar.workTime(at(to)) - calendar.workTime(at(from))) / 60_000;
    expect(worked('2024-09-23', '2024-09-24')).toBe(390);
    expect(worked('2024-09-23 08:00', '2024-09-23 12:00')).toBe(210);
    expect(worked('2024-09-23 11:59', '2024-09-23 14:31')).toBe(2);
    expect(worked('2024-09-28', '2024-09-29')).toBe(0); // Saturday
    expect(worked('2024-09-29', '2024-09-30')).toBe(390); // Sunday worked in exchange
    expect(worked('2024-10-01', '2024-10-08')).toBe(0);
  });

  it('is reached at the end of a session, and a millisecond more at the begin of the next, over a holiday too', () => {
    const endOfSeptember = calendar.workTime(at('2024-09-30 17:30'));
    expect(formatInstant(calendar.instantOfWorkTime(endOfSeptember))).toBe('2024-09-30T17:30:00.000+08:00');
    expect(formatInstant(calendar.instantOfWorkTime(endOfSeptember + 1))).toBe('2024-10-08T08:30:00.001+08:00');
    const noon = calendar.workTime(at('2024-09-30 13:00'));
    expect(formatInstant(calendar.instantOfWorkTime(noon))).toBe('2024-09-30T12:00:00.000+08:00');
    expect(formatInstant(calendar.instantOfWorkTime(noon + 1))).toBe('2024-09-30T14:30:00.001+08:00');
  });

  it('follows the season where an overlay says so', () => {
    const hours = (date: string) => (seasonal.workTime(at(date) + 24 * HOUR) - seasonal.workTime(at(date))) / HOUR;
    expect(hours('2024-04-30')).toBe(6.5);
    expect(hours('2024-05-06')).toBe(7.5);
    expect(hours('2024-09-29')).toBe(6.5);
    expect(hours('2024-12-02')).toBe(7);
    expect(hours('2025-01-20')).toBeCloseTo(9.5 + 1 / 60, 12);
  });

  it('gives the earliest instant of every session edge of ten years, on each calendar', () => {
    for (const each of [calendar, seasonal]) {
      for (let n = each.workdayNumber(parseDay('2020-01-01')); n < each.workdayNumber(parseDay('2029-12-31')); n++) {
        const end = each.workTime(at(formatDay(each.dayOfWorkday(n) + 1)));
        for (const position of [end - 1, end, end + 1]) {
          const instant = each.instantOfWorkTime(position);
          if (each.workTime(instant) !== position || each.workTime(instant - 1) >= position)
            expect.fail(formatInstant(instant));
        }
      }
    }
  });
});

describe('half days', () => {
  const begun = (text: string) => calendar.halfDaysBegun(at(text)) - 2 * calendar.workdayNumber(parseDay('2024-09-27'));

  it('begin at 00:00 and at the second session of working days, and at nothing else', () => {
    expect(begun('2024-09-27')).toBe(-1);
    expect(calendar.halfDaysBegun(at('2024-09-27 14:30') - 1)).toBe(calendar.halfDaysBegun(at('2024-09-27')));
    expect(begun('2024-09-27 14:30')).toBe(0);
    expect(begun('2024-09-28 18:00')).toBe(0); // Saturday
    expect(begun('2024-09-29')).toBe(1);
  });

  it('have the first instant of each as their inverse, also with other office hours', () => {
    for (const each of [calendar, seasonal]) {
      const first = each.halfDaysBegun(at('2024-01-01'));
      for (let half = first + 1; half < first + 1000; half++) {
        const instant = each.instantOfHalfDay(half);
        expect([each.halfDaysBegun(instant - 1), each.halfDaysBegun(instant)]).toEqual([half - 1, half]);
      }
    }
    const winter = seasonal.instantOfHalfDay(2 * seasonal.workdayNumber(parseDay('2024-12-02')));
    expect(formatInstant(winter)).toBe('2024-12-02T12:30:00.000+08:00'); // the middle of an only session, 9:00 to 16:00
  });
});

describe('an overlay', () => {
  const overlay: CalendarOverlay = {
    id: 'naadam',
    scope: '1525',
    document: 'test 2',
    days: [
      { date: '2026-07-24', name: '那达慕', off: true },
      { date: '2026-08-01', name: '那达慕', off: false },
    ],
  };
  const narrower: CalendarOverlay = {
    ...overlay,
    id: 'banner',
    scope: '152502',
    days: [{ date: '2026-07-24', name: '', off: false }],
  };
  const data: CalendarData = { ...published, overlays: [narrower, overlay] };
  const friday = parseDay('2026-07-24');

  it('holds in its division and below, and nowhere else', () => {
    expect(compileCalendar(data, { division: '152501' }).isWorkday(friday)).toBe(false);
    expect(compileCalendar(data, { division: '1525' }).isWorkday(parseDay('2026-08-01'))).toBe(true);
    expect(compileCalendar(data, { division: '1501' }).isWorkday(friday)).toBe(true);
    expect(compileCalendar(data).isWorkday(friday)).toBe(true);
  });

  it('gives way to a narrower one, in whatever order they come', () => {
    expect(compileCalendar(data, { division: '152502100' }).isWorkday(friday)).toBe(true);
    expect(
      compileCalendar({ ...data, overlays: [overlay, narrower] }, { division: '152502100' }).isWorkday(friday),
    ).toBe(true);
    expect(compileCalendar(data, { division: '152502' }).isWorkday(parseDay('2026-08-01'))).toBe(true);
  });

  it('of a place counts for that place only', () => {
    expect(
      compileCalendar({ ...published, overlays: [seasonalOverlay] }, { division: '15', place: 'centre-2' }).hash,
    ).toBe(compileCalendar({ ...published, overlays: [] }).hash);
  });

  it('is part of the hash of the calendars that it changes, and of no other', () => {
    const set = createCalendarSet(data);
    expect(set.in({ division: '1501' })).toBe(set.base);
    expect(set.in({ division: '152501' })).toBe(set.in({ division: '152599' }));
    expect(set.in({ division: '152501' }).hash).not.toBe(set.base.hash);
    expect(set.base.hash).toBe(hashCalendar(set.base.data));
    const again = set.in({ division: '152502' });
    expect(compileCalendar(again.data, { division: '152502' }).hash).toBe(again.hash);
  });
});

describe('calendar data', () => {
  const one = published.notices[0]!;

  it('are named by a hash that the order of keys does not change', () => {
    const { id, notices, overlays, officeHours } = published;
    expect(hashCalendar({ officeHours, overlays, notices, id })).toBe(hashCalendar(published));
    expect(hashCalendar({ ...published, notices: published.notices.slice(1) })).not.toBe(hashCalendar(published));
  });

  it.each<[string, CalendarData, RegExp]>([
    [
      'a day that is both off and worked',
      {
        ...published,
        notices: [
          ...published.notices,
          { year: 2007, papers: [], days: [{ date: '2007-01-01', name: '', off: false }] },
        ],
      },
      /2007-01-01 is given twice/,
    ],
    [
      'a year that is missing between others',
      { ...published, notices: published.notices.filter(({ year }) => year !== 2011) },
      /notice of 2011 is missing/,
    ],
    [
      'a notice that rules a foreign year',
      { ...published, notices: [{ ...one, year: 2009 }] },
      /notice of 2009 cannot rule 2006-12-30/,
    ],
    ['no office hours', { ...published, officeHours: [] }, /no office hours/],
    [
      'sessions that overlap',
      {
        ...published,
        officeHours: [
          {
            from: '2020-01-01',
            sessions: [
              { fromMinute: 510, toMinute: 720 },
              { fromMinute: 700, toMinute: 800 },
            ],
          },
        ],
      },
      /ordered stretches/,
    ],
    [
      'a session beyond midnight',
      { ...published, officeHours: [{ from: '2020-01-01', sessions: [{ fromMinute: 510, toMinute: 1441 }] }] },
      /ordered stretches/,
    ],
    [
      'an overlay without a document',
      { ...published, overlays: [{ ...seasonalOverlay, document: '' }] },
      /names no scope or no document/,
    ],
  ])('with %s are refused', (_, data, message) => {
    expect(() => compileCalendar(data)).toThrow(CalendarDataError);
    expect(() => compileCalendar(data)).toThrow(message);
  });

  it('with a notice are ruled by it alone in its year, in the next by the fixed holidays', () => {
    const notice = { year: 2024, papers: [], days: [{ date: '2024-01-01', name: '元旦', off: true }] };
    const one = compileCalendar({ ...published, notices: [notice] });
    const worked = (date: string) => one.isWorkday(parseDay(date));
    expect([worked('2024-01-01'), worked('2024-05-01'), worked('2025-05-01')]).toEqual([false, true, false]);
  });

  it('have the first office hours hold for all days before them', () => {
    const sessions = [{ fromMinute: 540, toMinute: 600 }];
    const late = compileCalendar({
      ...published,
      officeHours: [...published.officeHours, { from: '2025-01-01', sessions }]
        .map((hours, index) => ({ ...hours, from: `202${4 + index}-01-01` }))
        .reverse(),
    });
    const minutes = (date: string) => (late.workTime(at(`${date} 23:59`)) - late.workTime(at(date))) / 60_000;
    expect([minutes('2020-06-01'), minutes('2024-06-03'), minutes('2025-06-03')]).toEqual([390, 390, 60]);
  });

  it('without any notice give a calendar that is provisional throughout', () => {
    const bare = compileCalendar({ ...published, notices: [] });
    expect([bare.isProvisional(parseDay('2020-06-01')), bare.isWorkday(parseDay('2020-06-01'))]).toEqual([true, true]);
  });
});
