import { isCreditCode, parseLicenceIdentifier } from '@gnomon/identifiers';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import { naiveCalendar, plantLicences, type Scene, sceneWorldOf } from '../src/index.ts';

const calendar = naiveCalendar(
  readCalendarFolder(new URL('../../../rules/calendar', import.meta.url).pathname).notices,
);
const scene = (seed: number, clean = 120): Scene =>
  plantLicences(sceneWorldOf({ seed, calendar, months: ['2026-04', '2026-05', '2026-06'], clean }, 'licences'));

test('equal seeds give equal rows and equal truth, other seeds other ones', () => {
  expect(JSON.stringify(scene(7))).toBe(JSON.stringify(scene(7)));
  expect(JSON.stringify(scene(7))).not.toBe(JSON.stringify(scene(8)));
});

test('every indicator of electronic licences is violated at least once', () => {
  const indicators = new Set(scene(7).truth.map((finding) => finding.indicator));
  expect([...indicators].sort()).toEqual(Array.from({ length: 11 }, (_, n) => `EL-${String(n + 1).padStart(2, '0')}`));
});

test('no two findings are the same, and each work item is of an agency of the scene', () => {
  const { truth, agencies, rows } = scene(7);
  const keys = truth.map((one) => `${one.indicator} ${one.subject} ${one.occurrence}`);
  expect(new Set(keys).size).toBe(keys.length);
  const own = new Set(agencies.map((agency) => agency.uscc));
  expect(agencies.every((agency) => isCreditCode(agency.uscc))).toBe(true);
  for (const { row } of rows['work-items'] ?? [])
    if (row.table === 'up_pro_accept') expect(own.has(String(row.org_code))).toBe(true);
});

test('identifiers conform but for the three that are planted', () => {
  const licences = (scene(7).rows.licences ?? []).filter(({ row }) => row.table === 'up_lic_data');
  const bad = licences.filter(({ row }) => {
    const read = parseLicenceIdentifier(String(row.certificate_identifier));
    return !read.ok || read.findings.length > 0;
  });
  expect(bad).toHaveLength(3);
});

test('row guids are unique but for updates, and every time lies within the season', () => {
  const { rows } = scene(7);
  for (const list of Object.values(rows)) {
    const inserted = list
      .filter(({ row }) => row.cd_operation === 'I')
      .map(({ row }) => `${row.table} ${row.row_guid}`);
    expect(new Set(inserted).size).toBe(inserted.length);
  }
  const last = Date.parse('2026-07-01T00:00:00+08:00');
  for (const { eventAt } of rows.licences ?? []) expect(eventAt).toBeLessThan(last);
});
