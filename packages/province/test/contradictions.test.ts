import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plantContradictions } from '../src/domains/contradictions.ts';
import { naiveCalendar } from '../src/naive-calendar.ts';
import { sceneWorldOf } from '../src/season.ts';

const notice = (year: number) =>
  JSON.parse(readFileSync(new URL(`../../../rules/calendar/notices/${year}.json`, import.meta.url), 'utf8'));
const world = (seed: number) =>
  sceneWorldOf(
    { seed, calendar: naiveCalendar([notice(2026)]), months: ['2026-04', '2026-05', '2026-06'], clean: 10 },
    'contradictions',
  );

test('each contradiction is planted at least once, on an agency of its own, and asked before the season is read', () => {
  const { truth, agencies } = plantContradictions(world(7));
  const asked = truth.filter(({ indicator }) => indicator.startsWith('CX-'));
  expect([...new Set(asked.map(({ indicator }) => indicator))].sort()).toEqual(
    Array.from({ length: 11 }, (_, index) => `CX-${String(index + 1).padStart(2, '0')}`),
  );
  for (const { turnedAt, subjectKind, level } of asked) {
    expect([subjectKind, level]).toEqual(['matter', 'YELLOW']);
    expect(Date.parse(turnedAt ?? '')).toBeLessThan(world(7).readAt);
  }
  expect(new Set(agencies.map(({ uscc }) => uscc)).size).toBe(agencies.length);
});

test('the same seed gives the same bytes, another one other people', () => {
  const text = (seed: number): string => JSON.stringify(plantContradictions(world(seed)));
  expect(text(7)).toBe(text(7));
  expect(text(8)).not.toBe(text(7));
});

test('no two rows of a table have one identifier, unless one is the other pushed again', () => {
  const { rows } = plantContradictions(world(7));
  for (const list of Object.values(rows)) {
    const inserted = list
      .filter(({ row }) => row.cd_operation === 'I')
      .map(({ row }) => `${row.table} ${row.row_guid}`);
    // The bundles' published lists are the same for everybody.
    const own = inserted.filter((name) => !name.startsWith('bundle_list'));
    expect(new Set(own).size).toBe(own.length);
  }
});
