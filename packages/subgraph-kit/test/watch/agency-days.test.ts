import { fileURLToPath } from 'node:url';
import { compileCalendar, dayOf, formatDay, parseDay } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import { type AgencyDays, checkAgencies, type WatchedAgency } from '../../src/watch/agency-days.ts';
import type { Sender } from '../../src/watch/rhythm.ts';

const calendar = compileCalendar(
  readCalendarFolder(fileURLToPath(new URL('../../../../rules/calendar', import.meta.url))),
);
const sender: Sender = { id: 's', division: '15', agency: 'p', owes: { unit: 'WORKDAY', amount: 2 }, exempt: false };
const limits = { agencyWindowDays: 20, agencyLeastDays: 18, agencySilentDays: 3 };
const FIRST = parseDay('2026-03-02');
/** Forty civil days from a Monday on: working days 0–4, 7–11, …; 4 to 6 April are the Qingming holiday. */
const civil = Array.from({ length: 40 }, (_, index) => formatDay(FIRST + index));
const workdays = civil.filter((day) => calendar.isWorkday(parseDay(day)));
const noon = (day: string) => Date.parse(`${day}T12:00:00+08:00`);

function found(
  own: readonly string[],
  now: string,
  {
    source = civil,
    from = sender,
    known,
  }: { source?: readonly string[]; from?: Sender; known?: WatchedAgency | undefined } = {},
): readonly string[] {
  const rows: AgencyDays[] = [
    { source: 's', agency: '', days: source.filter((day) => day <= now) },
    { source: 's', agency: 'a', days: own.filter((day) => day <= now) },
  ];
  const world = {
    ...{ domain: 'd', limits, calendarFor: () => calendar },
    ...{ senders: new Map([['s', from]]), agencyOf: () => known },
  };
  return checkAgencies(world, rows, noon(now)).map(({ kind, about }) => `${kind} ${about}`);
}
const SILENT = ['AGENCY_SILENT d s a'];

test('an agency that was heard of every day is missed when three whole working days have passed, holidays not counted', () => {
  expect(workdays.slice(19, 26)).toEqual([
    ...['2026-03-27', '2026-03-30', '2026-03-31', '2026-04-01', '2026-04-02', '2026-04-03', '2026-04-07'],
  ]);
  const own = workdays.slice(0, 21);
  // Heard of last on 30 March: 31 March, 1 and 2 April are over on 3 April and not before.
  expect(found(own, '2026-04-02')).toEqual([]);
  expect(found(own, '2026-04-03')).toEqual(SILENT);
  expect(found([...own, '2026-04-03'], '2026-04-03')).toEqual([]);
  const later = workdays.slice(0, 23);
  // 2, 3 and 7 April: Qingming and its weekend are no days on which anything is due.
  expect(found(later, '2026-04-07')).toEqual([]);
  expect(found(later, '2026-04-08')).toEqual(SILENT);
});

test('what it has left out before it may leave out again, and one that is heard of now and then is never missed', () => {
  const own = workdays.slice(0, 21);
  const gap = (...out: readonly number[]) => own.filter((_, index) => !out.includes(index));
  expect(found(gap(5, 6), '2026-04-07')).toEqual([]);
  // Two more than three.
  expect(found(gap(5, 6), '2026-04-08')).toEqual(SILENT);
  expect(found(gap(5, 9), '2026-04-03')).toEqual([]);
  expect(found(gap(5, 9), '2026-04-07')).toEqual(SILENT);
  for (const now of civil) expect(found(gap(5, 9, 13), now)).toEqual([]);
  // Nineteen days are too few to know it.
  for (const now of civil) expect(found(workdays.slice(0, 19), now)).toEqual([]);
});

test('while its source is silent too, it is the source that is missed', () => {
  const own = workdays.slice(0, 21);
  expect(found(own, '2026-04-10', { source: own })).toEqual([]);
  expect(found(own, '2026-04-10', { source: [...own, '2026-04-01', '2026-04-02'] })).toEqual([]);
  expect(found(own, '2026-04-10', { source: [...own, '2026-04-01', '2026-04-02', '2026-04-08'] })).toEqual(SILENT);
  // Days that nobody works count nothing.
  expect(found(own, '2026-04-10', { source: [...own, '2026-04-04', '2026-04-05', '2026-04-06'] })).toEqual([]);
});

test('it is missed until it is heard of again, however long that is, and not when it is no more', () => {
  const own = workdays.slice(0, 21);
  const years = Array.from({ length: 60 }, (_, index) => formatDay(dayOf(noon('2026-12-31')) - 60 + index));
  expect(found(own, '2026-12-31', { source: years })).toEqual(SILENT);
  const agency = { name: 'A', division: '1501' };
  expect(found(own, '2026-04-10', { known: { ...agency, to: '2026-04-09' } })).toEqual([]);
  expect(found(own, '2026-04-10', { known: { ...agency, to: '2026-04-10' } })).toEqual(SILENT);
  expect(found(own, '2026-04-10', { from: { ...sender, exempt: true } })).toEqual([]);
});

test('many of one source at once are told as one', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ source: 's', agency: `a${index}`, days: workdays.slice(0, 21) }));
  const told = (count: number) =>
    checkAgencies(
      {
        domain: 'd',
        limits,
        calendarFor: () => calendar,
        senders: new Map([['s', sender]]),
        agencyOf: () => undefined,
      },
      [{ source: 's', agency: '', days: civil }, ...rows(count)],
      noon('2026-04-10'),
    );
  expect(told(30)).toHaveLength(30);
  expect(told(31).map(({ about, what }) => [about, what.en.includes('31 agencies')])).toEqual([['d s *', true]]);
});
