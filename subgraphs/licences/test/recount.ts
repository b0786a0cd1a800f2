import { parseLicenceIdentifier } from '@gnomon/identifiers';
import type { Season } from './season.ts';

type Row = Readonly<Record<string, unknown>>;
/** What a span of one agency comes to, counted from the raw rows. */
export interface Recount {
  readonly licences: number;
  readonly incomplete: number;
  readonly nonconforming: number;
  readonly invalid: number;
}
const MUST = [
  'certificate_type certificate_type_code certificate_number certificate_identifier certificate_holder',
  'certificate_holder_code certificate_holder_type issue_dept issue_dept_code issue_date certificate_area_code',
]
  .join(' ')
  .split(' ');
const SMALL = 20;

/**
 * The agencies' days of a season counted anew from the pushed rows, by `<agency>:<span>`: days of at least twenty licences;
 * the smaller ones of a week together; what is still too little, by month. Shares no line with the domain.
 */
export function recountDays({ scene }: Season): ReadonlyMap<string, Recount> {
  const days = Map.groupBy(rowsOf(scene.rows.licences, 'up_lic_data'), (row) => keyOf(row, dateOf(row)));
  const checks = new Map(rowsOf(scene.rows.licences, 'lic_check').map((row) => [row.certificate_source_id, row]));
  const counted = new Map<string, readonly Row[]>();
  const spread = (from: ReadonlyMap<string, readonly Row[]>, spanOf: (date: string) => string): Map<string, Row[]> => {
    const wider = new Map<string, Row[]>();
    for (const [key, rows] of from)
      if (rows.length >= SMALL) counted.set(key, rows);
      else for (const row of rows) push(wider, keyOf(row, spanOf(dateOf(row))), row);
    return wider;
  };
  const months = spread(spread(days, weekOf), (date) => date.slice(0, 7));
  for (const [key, rows] of months) if (rows.length >= SMALL) counted.set(key, rows);
  return new Map([...counted].map(([key, rows]) => [key, sumsOf(rows, checks)]));
}

/** Licences of each agency collected in each month, and of all so far those that conform, by `<agency>:<month>`; without agencies whose licences end. */
export function recountMonths({
  scene,
}: Season): ReadonlyMap<string, { licences: number; soFar: number; conforming: number }> {
  const ending = new Set(rowsOf(scene.rows.licences, 'lic_status_change').map((row) => row.certificate_source_id));
  const counted = new Map<string, { licences: number; soFar: number; conforming: number }>();
  for (const [agency, rows] of Map.groupBy(rowsOf(scene.rows.licences, 'up_lic_data'), (row) =>
    String(row.issue_dept_code),
  )) {
    if (rows.some((row) => ending.has(row.certificate_source_id) || row.valid_to !== undefined)) continue;
    for (const month of new Set(rows.map((row) => dateOf(row).slice(0, 7)))) {
      const soFar = rows.filter((row) => dateOf(row).slice(0, 7) <= month);
      counted.set(`${agency}:${month}`, {
        licences: rows.filter((row) => dateOf(row).startsWith(month)).length,
        soFar: soFar.length,
        conforming: soFar.filter((row) => row.conforms_standard === true).length,
      });
    }
  }
  return counted;
}

/** Duties whose five working days end in a month, and those kept, by `<agency>:<type>:<month>`. Closed months only. */
export function recountTerms({ scene, world }: Season): ReadonlyMap<string, { owed: number; inTime: number }> {
  const collected = new Map(
    rowsOf(scene.rows.licences, 'up_lic_data').map((row) => [row.project_no, Date.parse(String(row.collected_at))]),
  );
  const items = rowsOf(scene.rows['work-items'], 'up_pro_accept');
  const counted = new Map<string, { owed: number; inTime: number }>();
  for (const result of rowsOf(scene.rows['work-items'], 'up_pro_result')) {
    const agency = items.find((row) => row.project_no === result.project_no)?.org_code;
    const finished = Math.floor((Date.parse(String(result.result_date)) + 8 * 3_600_000) / 86_400_000);
    const last = world.calendar.workdayAfter(finished, 5);
    const month = new Date(last * 86_400_000).toISOString().slice(0, 7);
    if (!world.months.includes(month)) continue;
    const key = `${agency}:11100000000013338W011:${month}`;
    const known = counted.get(key) ?? { owed: 0, inTime: 0 };
    const isKept =
      (collected.get(result.project_no) ?? Number.POSITIVE_INFINITY) < (last + 1) * 86_400_000 - 8 * 3_600_000;
    counted.set(key, { owed: known.owed + 1, inTime: known.inTime + (isKept ? 1 : 0) });
  }
  return counted;
}

function sumsOf(rows: readonly Row[], checks: ReadonlyMap<unknown, Row>): Recount {
  const count = (test: (row: Row) => boolean): number => rows.filter(test).length;
  return {
    licences: rows.length,
    incomplete: count(
      (row) => MUST.some((name) => (row[name] ?? '') === '') || (row.valid_to === undefined && row.long_term !== true),
    ),
    nonconforming: count((row) => {
      const read = parseLicenceIdentifier(String(row.certificate_identifier));
      return !read.ok || read.findings.length > 0 || read.typeCode !== row.certificate_type_code;
    }),
    invalid: count((row) => checks.get(row.certificate_source_id)?.seal_valid === false),
  };
}

const rowsOf = (list: readonly { row: Row }[] | undefined, table: string): readonly Row[] =>
  (list ?? []).map(({ row }) => row).filter((row) => row.table === table);
const dateOf = (row: Row): string => String(row.collected_at).slice(0, 10);
const keyOf = (row: Row, span: string): string => `${row.issue_dept_code}:${span}`;

function push(map: Map<string, Row[]>, key: string, row: Row): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [row]);
  else list.push(row);
}

/** ISO week of a date, counted by hand: the week of the year's first Thursday is the first. */
function weekOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const first = Date.UTC(day.getUTCFullYear(), 0, 1);
  return `${day.getUTCFullYear()}-W${String(Math.ceil(((day.getTime() - first) / 86_400_000 + 1) / 7)).padStart(2, '0')}`;
}
