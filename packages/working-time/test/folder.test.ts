import { describe, expect, it } from 'vitest';
import { type CalendarFile, readCalendarFiles } from '../src/folder.ts';
import {
  CalendarDataError,
  compileCalendar,
  createCalendarSet,
  formatDay,
  hashCalendar,
  parseDay,
} from '../src/index.ts';
import { published } from './published.ts';

const hours: CalendarFile = {
  path: 'office-hours.yaml',
  text: 'id: t\nofficeHours: [{ from: "2000-01-01", sessions: ["08:30-12:00"] }]',
};
const notice: CalendarFile = {
  path: 'notices/2024.json',
  text: '{"year": 2024, "papers": ["p"], "days": [{"date": "2024-01-01", "name": "元旦", "off": true}]}',
};

describe('the published folder', () => {
  it('holds the notices of 2007 to 2026 with their papers', () => {
    expect(published.notices.map(({ year }) => year)).toEqual(Array.from({ length: 20 }, (_, index) => 2007 + index));
    expect(
      published.notices.every(({ papers }) => papers.length > 0 && papers.every((paper) => paper.startsWith('http'))),
    ).toBe(true);
  });

  it('has an example overlay that changes no calendar but its test division’s', () => {
    const set = createCalendarSet(published);
    expect(set.in({ division: '150121', place: 'centre-1' })).toBe(set.base);
    expect(set.in({ division: '159999' }).isWorkday(parseDay('2026-07-24'))).toBe(false);
    expect(set.base.isWorkday(parseDay('2026-07-24'))).toBe(true);
  });
});

describe('a calendar folder', () => {
  it('is read from texts in whatever order they come, other files left alone', () => {
    const files = [hours, notice, { path: 'README.md', text: '#' }];
    const data = readCalendarFiles(files);
    expect(data).toEqual({
      id: 't',
      notices: [{ year: 2024, papers: ['p'], days: [{ date: '2024-01-01', name: '元旦', off: true }] }],
      overlays: [],
      officeHours: [{ from: '2000-01-01', sessions: [{ fromMinute: 510, toMinute: 720 }] }],
    });
    expect(hashCalendar(readCalendarFiles(files.reverse()))).toBe(hashCalendar(data));
    expect(formatDay(compileCalendar(data).lastCertainDay)).toBe('2024-12-31');
  });

  it.each<[string, CalendarFile[], RegExp]>([
    ['without office hours', [notice], /office-hours\.yaml.*missing/],
    [
      'with a day that says neither off nor worked',
      [hours, { ...notice, text: notice.text.replace('true', '"yes"') }],
      /notices\/2024\.json: days\[0\]\.off must be true or false, but is "yes"/,
    ],
    [
      'with a year in words',
      [hours, { ...notice, text: notice.text.replace('2024,', '"2024",') }],
      /year must be a whole number/,
    ],
    [
      'with a session that is no stretch',
      [{ ...hours, text: hours.text.replace('08:30-12:00', '8.30') }],
      /officeHours\[0\]\.sessions\[0\] must read like 08:30-12:00/,
    ],
    [
      'with an overlay that names no document',
      [hours, { path: 'overlays/a.yaml', text: 'id: a\nscope: "15"' }],
      /overlays\/a\.yaml: document must be a text/,
    ],
    ['with a list where a record belongs', [hours, { ...notice, text: '[]' }], /must be a record/],
  ])('%s is refused with file and place', (_, files, message) => {
    expect(() => readCalendarFiles(files)).toThrow(CalendarDataError);
    expect(() => readCalendarFiles(files)).toThrow(message);
  });
});
