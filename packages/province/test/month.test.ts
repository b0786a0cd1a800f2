import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type NaiveNotice,
  naiveCalendar,
  type ProvinceMonth,
  provinceCast,
  provinceMonth,
  SCENARIOS,
} from '../src/index.ts';

const folder = new URL('../../../rules/calendar/notices/', import.meta.url);
const notices = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as NaiveNotice,
);
const calendar = naiveCalendar(notices);
const cast = provinceCast({ seed: 7 });
const options = {
  seed: 7,
  cast,
  calendar,
  from: '2026-04-01',
  to: '2026-04-30',
  items: 20_000,
  defectRate: 0.02,
  disorder: { late: 0.1, shuffled: 0.05, doubled: 0.05 },
};
let month: ProvinceMonth;

beforeAll(() => {
  month = provinceMonth(options);
});

describe('a simulated month', () => {
  it('is the same to the byte for the same seed, and another for another', () => {
    const text = JSON.stringify([month.arrivals.slice(0, 5000), month.truth]);
    const again = provinceMonth(options);
    expect(JSON.stringify([again.arrivals.slice(0, 5000), again.truth])).toBe(text);
    const other = provinceMonth({ ...options, seed: 8, items: 3000 });
    expect(JSON.stringify(other.arrivals.slice(0, 100))).not.toBe(JSON.stringify(month.arrivals.slice(0, 100)));
  });

  it('plants every indicator of both families that a month can show', () => {
    const found = new Set(month.truth.map((finding) => finding.indicator));
    const expected = [
      ...Array.from({ length: 15 }, (_, index) => `DP-${String(index + 1).padStart(2, '0')}`),
      ...Array.from({ length: 24 }, (_, index) => `WI-${String(index + 1).padStart(2, '0')}`),
    ];
    expect(expected.filter((indicator) => !found.has(indicator))).toEqual([]);
  });

  it('comes in order of arrival, and nothing arrives before it happened', () => {
    for (let index = 1; index < month.arrivals.length; index += 1) {
      expect((month.arrivals[index - 1] as { receivedAt: number }).receivedAt).toBeLessThanOrEqual(
        (month.arrivals[index] as { receivedAt: number }).receivedAt,
      );
    }
    const early = month.arrivals.filter(({ receivedAt, row }) => Date.parse(String(row.cd_time)) > receivedAt);
    expect(early).toEqual([]);
  });

  it('sends the planted share twice, and each of those rows equal to the first', () => {
    const seen = new Map<string, string>();
    let doubled = 0;
    for (const { row } of month.arrivals) {
      const key = `${row.row_guid} ${row.cd_operation} ${row.handle_explain ?? ''} ${row.accept_date ?? ''}`;
      const text = JSON.stringify(row);
      if (seen.get(key) === text) doubled += 1;
      seen.set(key, text);
    }
    expect(doubled / month.arrivals.length).toBeGreaterThan(0.04);
    expect(doubled / month.arrivals.length).toBeLessThan(0.06);
  });

  it('has the shape of a service centre: most matters instant, few people on days off', () => {
    const accepts = month.arrivals.filter(({ row }) => row.table === 'up_pro_accept' && row.cd_operation === 'I');
    const instant = accepts.filter(({ row }) => row.project_type === '1').length;
    expect(instant / accepts.length).toBeGreaterThan(0.55);
    expect(instant / accepts.length).toBeLessThan(0.8);
    const onDaysOff = accepts.filter(
      ({ row }) => !calendar.isWorkday(Math.floor((Date.parse(String(row.apply_date)) + 8 * 3_600_000) / 86_400_000)),
    );
    expect(onDaysOff).toEqual([]);
  });

  it('dates each finding that time brings about within the period', () => {
    for (const finding of month.truth) {
      if (finding.turnedAt === null) continue;
      expect(Date.parse(finding.turnedAt)).toBeGreaterThan(Date.parse('2026-04-01T00:00:00+08:00'));
      expect(Date.parse(finding.turnedAt)).toBeLessThanOrEqual(month.readAt);
    }
  });

  it('refuses a scenario that nobody wrote, by name', () => {
    expect(() => provinceMonth({ ...options, items: 10, scenarios: ['WI-99 red'] })).toThrow(
      /WI-99 red is not known; known are .*WI-03 yellow/,
    );
    expect(Object.keys(SCENARIOS).length).toBeGreaterThan(30);
  });
});

describe('the naive calendar', () => {
  it('counts the golden deadlines', () => {
    const due = (start: string, n: number) =>
      new Date(calendar.workdayAfter(Date.parse(`${start}T00:00:00Z`) / 86_400_000, n) * 86_400_000)
        .toISOString()
        .slice(0, 10);
    expect([
      due('2024-01-15', 20),
      due('2024-02-08', 5),
      due('2024-09-29', 1),
      due('2024-09-30', 20),
      due('2024-12-31', 1),
      due('2026-02-13', 5),
    ]).toEqual(['2024-02-09', '2024-02-21', '2024-09-30', '2024-11-01', '2025-01-02', '2026-02-27']);
  });
});
