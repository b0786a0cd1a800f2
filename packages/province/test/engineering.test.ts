import { readdirSync, readFileSync } from 'node:fs';
import { parseProjectCode } from '@gnomon/identifiers';
import { describe, expect, it } from 'vitest';
import { plantEngineering } from '../src/domains/engineering.ts';
import { type NaiveNotice, naiveCalendar } from '../src/naive-calendar.ts';
import { sceneWorldOf } from '../src/season.ts';

const folder = new URL('../../../rules/calendar/notices/', import.meta.url);
const notices = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as NaiveNotice,
);
const calendar = naiveCalendar(notices);
const scene = (seed: number) =>
  plantEngineering(
    sceneWorldOf({ seed, calendar, months: ['2026-04', '2026-05', '2026-06'], clean: 300 }, 'engineering'),
  );

describe('the engineering projects of a season', () => {
  const one = scene(7);
  const rows = one.rows.engineering ?? [];

  it('are the same for the same seed, and others for another', () => {
    expect(JSON.stringify(scene(7))).toBe(JSON.stringify(one));
    expect(JSON.stringify(scene(8))).not.toBe(JSON.stringify(one));
  });

  it('break every indicator in each level that it has', () => {
    const planted = new Set(one.truth.map(({ indicator, level }) => `${indicator} ${level}`));
    const expected = Array.from({ length: 10 }, (_, index) => `EP-${String(index + 1).padStart(2, '0')}`).flatMap(
      (rule) =>
        (['EP-06', 'EP-10'].includes(rule) ? ['YELLOW', 'RED'] : ['WARNING', 'YELLOW', 'RED']).map(
          (level) => `${rule} ${level}`,
        ),
    );
    expect(expected.filter((text) => !planted.has(text))).toEqual([]);
  });

  it('give each finding once', () => {
    const keys = one.truth.map(({ indicator, subject, occurrence }) => `${indicator} ${subject} ${occurrence}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('carry codes of the published form, but for the one that is planted wrong', () => {
    const codes = new Set(rows.map(({ row }) => String(row.project_code)).filter((code) => code !== ''));
    expect([...codes].filter((code) => !parseProjectCode(code).ok)).toHaveLength(1);
  });

  it('tell nothing before it happened, and new versions of a row after the old ones', () => {
    const last = new Map<string, number>();
    for (const { eventAt, row } of rows) {
      const guid = `${row.table} ${row.row_guid}`;
      expect(eventAt).toBeGreaterThanOrEqual(last.get(guid) ?? 0);
      last.set(guid, eventAt);
    }
    expect(last.size).toBeGreaterThan(500);
  });
});
