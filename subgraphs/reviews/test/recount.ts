import type { Row, Season } from './season.ts';

const DAY = 86_400_000;

/** What an agency's month comes to, counted one by one from the rows that were pushed; the plain way, with no part of the product. */
export type MonthCount = Readonly<Record<string, number>>;

/** Counts months of agencies (`<credit code>:<2026-04>`) from a season's rows. */
export function recount({ scene, steps, world }: Season): (id: string) => MonthCount {
  const rows = steps.flatMap((step) => step.rows);
  const of = (table: string): readonly Row[] => [
    ...new Map(rows.filter((row) => row.table === table).map((row) => [row.row_guid, row])).values(),
  ];
  const time = (row: Row | undefined, name: string): number => Date.parse(String(row?.[name]));
  const reviews = of('up_review');
  const tables = new Map(
    ['review_invalidation', 'review_rectify', 'review_callback'].map((name) => [
      name,
      Map.groupBy(of(name), ({ review_id }) => review_id),
    ]),
  );
  const handling = (table: string, row: Row): readonly Row[] => tables.get(table)?.get(row.review_id) ?? [];
  const open = new Set(of('up_review_item').map(({ task_code }) => task_code));
  const bad = (row: Row): boolean =>
    (row.code_system === undefined ? ['1', '2'] : ['4', '5']).includes(String(row.satisfaction));
  const isFounded = (row: Row): boolean => row.invalid_by === '1' && row.evidence_no !== '';
  const isFreed = (row: Row): boolean => handling('review_invalidation', row).some(isFounded);
  const answered = (row: Row): number => time(handling('review_rectify', row)[0], 'answered_time');
  const callbackDay = (row: Row): number => world.calendar.workdayAfter(dayOf(answered(row)), 5);
  const items = (scene.rows['work-items'] ?? []).map(({ row }) => row as Row);
  const codes = new Map(items.filter(({ table }) => table === 'up_pro_accept').map((row) => [row.project_no, row]));
  const results = items.filter(({ table }) => table === 'up_pro_result');

  return (id) => {
    const [agency, month = ''] = id.split(':');
    const [year = 0, number = 0] = month.split('-').map(Number);
    const [from, to] = [Date.UTC(year, number - 1, 1) - DAY / 3, Date.UTC(year, number, 1) - DAY / 3];
    const within = (at: number): boolean => at >= from && at < to;
    const own = reviews.filter((row) => row.org_code === agency && row.is_default === false);
    const given = own.filter((row) => within(time(row, 'assess_time')));
    const valid = given.filter((row) => !isFreed(row));
    const badOnes = given.filter(bad);
    const again = valid.filter((row) => Number(row.review_no) >= 2);
    const due = own.filter(
      (row) =>
        bad(row) &&
        row.is_named === true &&
        !isFreed(row) &&
        !Number.isNaN(answered(row)) &&
        within(callbackDay(row) * DAY - DAY / 3),
    );
    const done = due.filter(
      (row) => dayOf(time(handling('review_callback', row)[0], 'callback_time')) <= callbackDay(row),
    );
    const unfounded = (since: number): number =>
      own
        .flatMap((row) => handling('review_invalidation', row))
        .filter((row) => !isFounded(row) && time(row, 'decided_time') >= since && time(row, 'decided_time') < to)
        .length;
    const finished = results.filter(
      (row) => codes.get(row.project_no)?.org_code === agency && within(time(row, 'result_date')),
    );
    const handled = new Set(finished.map((row) => codes.get(row.project_no)?.task_code));
    return {
      callbacksDue: due.length,
      ...share('callbackRate', done.length, due.length),
      followUps: again.length,
      ...share('followUpBadRate', again.filter(bad).length, again.length),
      badReviews: badOnes.length,
      ...share(
        'invalidRate',
        badOnes.filter((row) => handling('review_invalidation', row).length > 0).length,
        badOnes.length,
      ),
      unfounded: unfounded(from),
      unfounded90Days: unfounded(to - 90 * DAY),
      reviews: valid.length,
      ...share('badRate', valid.filter(bad).length, valid.length),
      finishedItems: finished.length,
      ...share('reviewableRate', [...handled].filter((code) => open.has(code)).length, handled.size),
      ...share('activeRate', given.length, finished.length),
    };
  };
}

/** A share, or nothing where there is nothing to form one of. */
function share(name: string, part: number, whole: number): MonthCount {
  return whole === 0 ? {} : { [name]: part / whole };
}

/** Civil day in China. */
function dayOf(instant: number): number {
  return Math.floor((instant + DAY / 3) / DAY);
}
