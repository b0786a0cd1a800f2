import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import { plantBundles } from '../src/domains/bundles.ts';
import { naiveCalendar, type Scene, sceneWorldOf } from '../src/index.ts';

const calendar = naiveCalendar(
  readCalendarFolder(new URL('../../../rules/calendar', import.meta.url).pathname).notices,
);
const scene = (seed: number, clean = 60): Scene =>
  plantBundles(sceneWorldOf({ seed, calendar, months: ['2026-04', '2026-05', '2026-06'], clean }, 'bundles'));

test('equal seeds give equal rows and equal truth, other seeds other ones', () => {
  expect(JSON.stringify(scene(7))).toBe(JSON.stringify(scene(7)));
  expect(JSON.stringify(scene(7))).not.toBe(JSON.stringify(scene(8)));
});

test('every indicator of bundles is violated at least once, on each of its levels where it has a case', () => {
  const { truth } = scene(7);
  expect([...new Set(truth.map(({ indicator }) => indicator))].sort()).toEqual(
    Array.from({ length: 10 }, (_, n) => `OT-${String(n + 1).padStart(2, '0')}`),
  );
  const levels = (indicator: string) =>
    [...new Set(truth.filter((one) => one.indicator === indicator).map(({ level }) => level))].sort();
  for (const indicator of ['OT-01', 'OT-02', 'OT-03', 'OT-05', 'OT-06', 'OT-08', 'OT-10'])
    expect(levels(indicator)).toEqual(['RED', 'WARNING', 'YELLOW']);
});

test('no two findings are the same, and every agency has its own code', () => {
  const { truth, agencies } = scene(7);
  const keys = truth.map((one) => `${one.indicator} ${one.subject} ${one.occurrence}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(agencies.map(({ uscc }) => uscc)).size).toBe(agencies.length);
});

test('a row is inserted once and then updated in the order of time, at an instant of its own', () => {
  const versions = new Map<string, { readonly at: number; readonly operation: unknown }[]>();
  for (const { eventAt, row } of scene(7).rows.bundles ?? []) {
    const list = versions.get(String(row.row_guid)) ?? [];
    versions.set(String(row.row_guid), [...list, { at: eventAt, operation: row.cd_operation }]);
  }
  for (const list of versions.values()) {
    expect(list.map(({ operation }) => operation)).toEqual(['I', ...list.slice(1).map(() => 'U')]);
    for (const [index, { at }] of list.slice(1).entries()) expect(at).toBeGreaterThan(list[index]?.at ?? 0);
  }
});

test('every child that is a work item is one of the integrated platform, and names its case', () => {
  const { rows } = scene(7);
  const accepted = new Map(
    (rows['work-items'] ?? [])
      .filter(({ row }) => row.table === 'up_pro_accept')
      .map(({ row }) => [`${row.data_source}:${row.project_no}`, row.bundle_no]),
  );
  const named = (rows.bundles ?? []).filter(({ row }) => row.project_no !== undefined);
  expect(named.length).toBeGreaterThan(30);
  for (const { row } of named)
    expect(accepted.get(`${row.project_source}:${row.project_no}`)).toBe(`115-bundles:${row.case_no}`);
});
