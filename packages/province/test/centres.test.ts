import { isCreditCode } from '@gnomon/identifiers';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import { plantCentres } from '../src/domains/centres.ts';
import { naiveCalendar, type Scene, sceneWorldOf } from '../src/index.ts';

const calendar = naiveCalendar(
  readCalendarFolder(new URL('../../../rules/calendar', import.meta.url).pathname).notices,
);
const months = ['2026-04', '2026-05', '2026-06'];
const scene = (seed: number, clean = 500): Scene =>
  plantCentres(sceneWorldOf({ seed, calendar, months, clean }, 'centres'));

test('equal seeds give equal rows and equal truth, other seeds other ones', () => {
  expect(JSON.stringify(scene(7))).toBe(JSON.stringify(scene(7)));
  expect(JSON.stringify(scene(7))).not.toBe(JSON.stringify(scene(8)));
});

test('every indicator of the centres is violated at each of its levels', () => {
  const found = new Set(scene(7).truth.map(({ indicator, level }) => `${indicator} ${level}`));
  const expected = Array.from({ length: 12 }, (_, n) => `SC-${String(n + 1).padStart(2, '0')}`).flatMap((indicator) =>
    ['WARNING', 'YELLOW', 'RED'].map((level) => `${indicator} ${level}`),
  );
  expect(expected.filter((one) => !found.has(one))).toEqual([]);
});

test('no finding stands twice, and every work item is of an agency of the scene', () => {
  const { truth, agencies, rows } = scene(7);
  const keys = truth.map((one) => `${one.indicator} ${one.subjectKind} ${one.subject} ${one.occurrence}`);
  expect(new Set(keys).size).toBe(keys.length);
  const own = new Set(agencies.map((agency) => agency.uscc));
  expect(agencies.every((agency) => isCreditCode(agency.uscc))).toBe(true);
  for (const { row } of rows['work-items'] ?? [])
    if (row.table === 'up_pro_accept') expect(own.has(String(row.org_code))).toBe(true);
});

test('row guids are unique but for updates, and every row lies within the season', () => {
  const { rows, fixed } = scene(7);
  const inserted = [...(rows.centres ?? []), ...(fixed?.centres ?? [])]
    .filter(({ row }) => row.cd_operation === 'I')
    .map(({ row }) => String(row.row_guid));
  expect(new Set(inserted).size).toBe(inserted.length);
  const [first, last] = [Date.parse('2026-04-01T00:00:00+08:00'), Date.parse('2026-07-01T00:00:00+08:00')];
  for (const list of Object.values(rows))
    for (const { eventAt } of list) expect(eventAt >= first && eventAt < last).toBe(true);
});

test('the clean load grows with what is asked for, and halls wait for nobody longer than a quarter of an hour', () => {
  const tickets = (clean: number) =>
    (scene(7, clean).rows.centres ?? []).filter(
      ({ row }) => row.table === 'queue_ticket' && String(row.centre_id).startsWith('C-CLEAN'),
    );
  expect(tickets(4000).length).toBeGreaterThan(2000);
  expect(tickets(400).length).toBeLessThan(400);
  for (const { row } of tickets(4000)) {
    const waited = Date.parse(String(row.call_time)) - Date.parse(String(row.take_time));
    expect(waited).toBeLessThan(15 * 60_000);
  }
});

test('a season that is no calendar quarter is refused', () => {
  const odd = { seed: 7, calendar, months: ['2026-05', '2026-06', '2026-07'], clean: 10 };
  expect(() => plantCentres(sceneWorldOf(odd, 'centres'))).toThrow(
    /calendar quarter was expected, it begins with 2026-05/,
  );
});
