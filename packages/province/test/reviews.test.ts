import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import {
  naiveCalendar,
  type PushedRow,
  plantReviews,
  provinceCast,
  provinceMonth,
  reviewsOf,
  type Scene,
  sceneWorldOf,
} from '../src/index.ts';
import { createRandom } from '../src/random.ts';

const calendar = naiveCalendar(
  readCalendarFolder(new URL('../../../rules/calendar', import.meta.url).pathname).notices,
);
const MONTHS = ['2026-04', '2026-05', '2026-06'];
const scene = (seed: number, clean = 240): Scene =>
  plantReviews(sceneWorldOf({ seed, calendar, months: MONTHS, clean }, 'reviews'));

/** Every row that reaches the reviews' domain, whoever sets its arrival. */
const rowsOf = ({ rows, fixed }: Scene): readonly PushedRow[] => [
  ...(rows.reviews ?? []).map(({ row }) => row),
  ...(fixed?.reviews ?? []).map(({ row }) => row),
];

test('equal seeds give equal rows and equal truth, other seeds other ones', () => {
  expect(JSON.stringify(scene(7))).toBe(JSON.stringify(scene(7)));
  expect(JSON.stringify(scene(7))).not.toBe(JSON.stringify(scene(8)));
});

test('every indicator of reviews is violated, and each level that it has is reached', () => {
  const reached = new Set(scene(7).truth.map(({ indicator, level }) => `${indicator} ${level}`));
  const ladders = ['RV-01', 'RV-02', 'RV-03', 'RV-04', 'RV-05', 'RV-06', 'RV-07', 'RV-08', 'RV-09', 'RV-10'];
  const expected = ladders.flatMap((id) => ['WARNING', 'YELLOW', 'RED'].map((level) => `${id} ${level}`));
  expect([...reached].sort()).toEqual([...expected, 'RV-11 YELLOW', 'RV-11 RED'].sort());
});

test('no two findings are the same, and guids are unique but for versions of a row', () => {
  const { truth, rows, fixed } = scene(7);
  const keys = truth.map((one) => `${one.indicator} ${one.subject}`);
  expect(new Set(keys).size).toBe(keys.length);
  const inserted = rowsOf({ rows, fixed } as Scene).filter(({ cd_operation }) => cd_operation === 'I');
  expect(new Set(inserted.map(({ row_guid }) => row_guid)).size).toBe(inserted.length);
});

test('each review names a finished work item of its agency, but for those that are planted without one', () => {
  const planted = scene(7);
  const finished = new Map(
    (planted.rows['work-items'] ?? []).flatMap(({ row }) =>
      row.table === 'up_pro_result' ? [[row.project_no, Date.parse(String(row.result_date))] as const] : [],
    ),
  );
  const reviews = rowsOf(planted).filter(({ table, cd_operation }) => table === 'up_review' && cd_operation === 'I');
  const lonely = reviews.filter(({ project_no }) => !finished.has(project_no as string));
  expect(lonely).toHaveLength(10);
  for (const { project_no, assess_time } of reviews.filter((row) => !lonely.includes(row)))
    expect(Date.parse(String(assess_time))).toBeGreaterThan(finished.get(project_no as string) ?? Infinity);
});

test('bad review rates recounted from the rows are above a limit exactly where the truth says so', () => {
  const planted = scene(7);
  const bad = (row: PushedRow): boolean =>
    (row.code_system === 'GB/T 39046-2020' ? ['4', '5'] : ['1', '2']).includes(String(row.satisfaction));
  const freed = new Set(
    rowsOf(planted).flatMap((row) =>
      row.table === 'review_invalidation' && row.invalid_by === '1' && row.evidence_no !== '' ? [row.review_id] : [],
    ),
  );
  const given = new Map<string, PushedRow>();
  for (const row of rowsOf(planted))
    if (row.table === 'up_review' && row.is_default === false && !freed.has(row.review_id ?? ''))
      given.set(String(row.review_id), row);
  const months = Map.groupBy(given.values(), (row) => `${row.org_code}:${String(row.assess_time).slice(0, 7)}`);
  const found = [...months].flatMap(([subject, rows]) => {
    const rate = rows.filter(bad).length / rows.length;
    const level = rate > 0.05 ? 'RED' : rate > 0.015 ? 'YELLOW' : rate > 0.005 ? 'WARNING' : null;
    return rows.length < 100 || level === null ? [] : [`${subject} ${level}`];
  });
  const told = planted.truth.flatMap((one) => (one.indicator === 'RV-06' ? [`${one.subject} ${one.level}`] : []));
  expect(found.sort()).toEqual(told.sort());
});

test('a third of the clean reviews is graded in the system that counts the other way', () => {
  const reviews = rowsOf(scene(7)).filter(({ table }) => table === 'up_review');
  const others = reviews.filter(({ code_system }) => code_system === 'GB/T 39046-2020');
  expect(others.length).toBeGreaterThan(40);
  expect(new Set(others.map(({ satisfaction }) => satisfaction))).toEqual(new Set(['1', '2', '3']));
});

test('a load of work items gets good reviews of every fifth finished item, each by somebody else, and a list of all its items', () => {
  const cast = provinceCast({ seed: 5, agencies: 6 });
  const month = provinceMonth({
    ...{ seed: 5, cast, calendar, from: '2026-04-01', to: '2026-04-30', items: 900, defectRate: 0.05 },
    disorder: { late: 0, shuffled: 0, doubled: 0 },
  });
  const days = Array.from({ length: 30 }, (_, index) => 20_544 + index);
  const load = month.arrivals.map(({ row }) => row);
  const rows = reviewsOf(load, { random: createRandom(5), calendar, days }).map(({ row }) => row);
  expect(rows).toEqual(reviewsOf(load, { random: createRandom(5), calendar, days }).map(({ row }) => row));
  const codes = new Set(load.flatMap(({ table, task_code }) => (table === 'up_pro_accept' ? [task_code] : [])));
  expect(new Set(rows.flatMap(({ table, task_code }) => (table === 'up_review_item' ? [task_code] : [])))).toEqual(
    codes,
  );
  const finished = new Set(load.flatMap(({ table, project_no }) => (table === 'up_pro_result' ? [project_no] : [])));
  const reviews = rows.filter(({ table }) => table === 'up_review');
  expect(reviews.every(({ project_no }) => finished.has(project_no as string))).toBe(true);
  expect(reviews.every(({ satisfaction }) => ['4', '5'].includes(String(satisfaction)))).toBe(true);
  const active = reviews.filter(({ is_default }) => is_default === false);
  expect(new Set(active.map(({ reviewer_phone }) => reviewer_phone)).size).toBe(active.length);
  expect(active.length / finished.size).toBeGreaterThan(0.18);
  const byAgency = Map.groupBy(reviews, ({ org_code }) => org_code);
  for (const agency of cast.agencies) expect(byAgency.get(agency.uscc)?.length).toBeGreaterThan(10);
});
