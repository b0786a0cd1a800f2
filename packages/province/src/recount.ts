import type { PushedRow } from './case.ts';
import type { CastItem } from './cast.ts';
import { dayFromText, dayOf, type NaiveCalendar } from './naive-calendar.ts';
import type { SceneFinding } from './scene.ts';

/** Results that end a work item without one: voided and withdrawn. */
const NOT_FINISHED = ['3', '4'];
const EXTENSION = '1';
/** Shares above which a month is told, and the fewest of which a share is formed. */
const LATE = { fewest: 100, warning: 0.005, yellow: 0.02, red: 0.1 };
const FLOW = { fewest: 30, warning: 0.01, yellow: 1, red: 0.1 };
const NOTICES = { fewest: 30, warning: 0.03, yellow: 1, red: 1 };

/** What the rates of a load are counted from. */
export interface Recounted {
  readonly rows: readonly PushedRow[];
  readonly items: readonly CastItem[];
  readonly months: readonly string[];
  readonly calendar: NaiveCalendar;
  readonly truth: readonly SceneFinding[];
  /** Agencies whose truth is told by who planted it. */
  readonly known: ReadonlySet<string>;
}

interface AgencyMonth {
  accepted: number;
  noticedAgain: number;
  due: number;
  late: number;
  finished: number;
  flowDefects: number;
}

/**
 * Rates of agencies' months that follow from the whole load and not from one plant, counted from the raw rows: the share finished on
 * time (SC-10), with a step missing (WI-11), with more than one supplement notice (WI-08). In a small load a single planted work item is
 * too many.
 */
export function recountRates(world: Recounted): readonly SceneFinding[] {
  return [...countMonths(world)].flatMap(([subject, month]) => {
    const [agency, text] = subject.split(':') as [string, string];
    if (world.known.has(agency) || !world.months.includes(text)) return [];
    return [
      ...finding('SC-10', 'centre-agency-month', subject, levelOf(month.late, month.due, LATE)),
      ...finding('WI-11', 'agency-month', subject, levelOf(month.flowDefects, month.finished, FLOW)),
      ...finding('WI-08', 'agency-month', subject, levelOf(month.noticedAgain, month.accepted, NOTICES)),
    ];
  });
}

function countMonths(world: Recounted): ReadonlyMap<string, AgencyMonth> {
  const { calendar } = world;
  const defective = new Set(
    world.truth.filter((one) => one.indicator === 'WI-11' && one.subjectKind === 'work-item').map((one) => one.subject),
  );
  const promises = new Map(world.items.map((item) => [item.code, item.versions[0]?.promise.amount ?? 0]));
  const months = new Map<string, AgencyMonth>();
  const monthOf = (agency: string, day: number): AgencyMonth => {
    const key = `${agency}:${monthText(day)}`;
    const month = months.get(key) ?? { accepted: 0, noticedAgain: 0, due: 0, late: 0, finished: 0, flowDefects: 0 };
    months.set(key, month);
    return month;
  };
  for (const [subject, rows] of Map.groupBy(world.rows, (row) => `${row.data_source}:${row.project_no}`)) {
    const accept = rows.find((row) => row.table === 'up_pro_accept' && row.accept_date !== undefined);
    if (accept === undefined || accept.secret_level !== undefined) continue;
    const agency = String(accept.org_code);
    const accepted = dayOfText(accept.accept_date);
    const begun = monthOf(agency, accepted);
    begun.accepted += 1;
    begun.noticedAgain += Number(noticesOf(rows) > 1);
    const allowed = (promises.get(String(accept.task_code)) ?? 0) + suspendedDays(rows, calendar);
    const due = allowed === 0 ? accepted : calendar.workdayAfter(accepted, allowed);
    const result = rows.find((row) => row.table === 'up_pro_result');
    const finished = result === undefined ? null : dayOfText(result.result_date);
    if (finished !== null && !NOT_FINISHED.includes(String(result?.result_type))) {
      const month = monthOf(agency, finished);
      month.due += 1;
      month.late += Number(finished > due);
      month.finished += 1;
      month.flowDefects += Number(defective.has(subject));
    }
    // Overdue, and still open when the month was over in which it became so; an open special procedure stops the clock.
    if (finished === null && rows.some(isOpenSpecial)) continue;
    if (finished === null || (finished > due && monthText(finished) > monthText(due + 1))) {
      const month = monthOf(agency, due + 1);
      month.due += 1;
      month.late += 1;
    }
  }
  return months;
}

/** Supplement notices; a row that was sent twice is one. */
function noticesOf(rows: readonly PushedRow[]): number {
  return new Set(rows.filter(({ table }) => table === 'up_pro_supplement').map((row) => row.row_guid)).size;
}

/** Working days of special procedures that are over; an extension is handling. */
function suspendedDays(rows: readonly PushedRow[], calendar: NaiveCalendar): number {
  return rows
    .filter((row) => row.table === 'up_pro_special_procedure' && row.special_type !== EXTENSION && isSet(row.end_time))
    .map((row) => calendar.workdaysBetween(dayOfText(row.special_time) - 1, dayOfText(row.end_time) - 1))
    .reduce((sum, days) => sum + days, 0);
}

function isOpenSpecial(row: PushedRow): boolean {
  return row.table === 'up_pro_special_procedure' && row.special_type !== EXTENSION && !isSet(row.end_time);
}

const isSet = (value: unknown): boolean => value !== undefined && value !== '';
const monthText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 7);

function dayOfText(value: unknown): number {
  const text = String(value);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayFromText(text) : dayOf(Date.parse(text));
}

function levelOf(
  part: number,
  whole: number,
  limits: { readonly fewest: number; readonly warning: number; readonly yellow: number; readonly red: number },
): SceneFinding['level'] | null {
  if (whole < limits.fewest) return null;
  const share = part / whole;
  if (share > limits.red) return 'RED';
  if (share > limits.yellow) return 'YELLOW';
  return share > limits.warning ? 'WARNING' : null;
}

function finding(
  indicator: string,
  subjectKind: string,
  subject: string,
  level: SceneFinding['level'] | null,
): readonly SceneFinding[] {
  return level === null ? [] : [{ indicator, subjectKind, subject, occurrence: '', level, turnedAt: null }];
}
