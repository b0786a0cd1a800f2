import {
  civilDate,
  dayNumber,
  dayOf,
  expiredFrom,
  openClock,
  startOfDay,
  type WorkCalendar,
} from '@gnomon/working-time';

/** What a feedback report covers (反馈周期). */
export const REPORT_KINDS = ['MONTH', 'QUARTER', 'YEAR'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** A period of a kind; instants in ms, the end exclusive. */
export interface Period {
  readonly kind: ReportKind;
  /** `2026-05`, `2026-Q2` or `2026`. */
  readonly name: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Working days after the period's end at whose close the report is made: by then every row about the period must have come (DP-01). */
const MADE_AFTER_WORKDAYS = 1;
/** Working days by which a report must have been published (监督办法第八条"定期反馈"; the number is ours). */
const DUE_WORKDAYS = 5;

/** The period of a name, or `null` for what names none between 2000 and 2099. */
export function readPeriod(name: string): Period | null {
  const parts = /^(20\d{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$/.exec(name);
  if (parts === null) return null;
  const [year, quarter, month] = parts.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const of = (kind: ReportKind, first: number, months: number): Period => ({
    ...{ kind, name, startsAt: startOfMonth(year!, first), endsAt: startOfMonth(year!, first + months) },
  });
  if (quarter !== null && quarter !== undefined) return of('QUARTER', quarter * 3 - 2, 3);
  return month === null || month === undefined ? of('YEAR', 1, 12) : of('MONTH', month, 1);
}

/** The period of a kind that ended last before or at an instant. */
export function lastEnded(kind: ReportKind, now: number): Period {
  const { year, month } = civilDate(dayOf(now));
  const before = { MONTH: 1, QUARTER: ((month - 1) % 3) + 1, YEAR: month }[kind];
  const at = new Date(Date.UTC(year, month - 1 - before, 1));
  const name = nameOf(kind, at.getUTCFullYear(), at.getUTCMonth() + 1);
  return readPeriod(name)!;
}

/** The period before another of the same kind. */
export function periodBefore(period: Period): Period {
  return lastEnded(period.kind, period.startsAt);
}

/** The instant at which a report of the period is made, and the one by which it must be published. */
export function reportInstants(calendar: WorkCalendar, { endsAt }: Period): { madeAt: number; dueAt: number } {
  const after = (amount: number): number =>
    expiredFrom(calendar, openClock({ calendar, limit: { amount, unit: 'WORKDAY' }, start: endsAt - 1 }));
  return { madeAt: after(MADE_AFTER_WORKDAYS), dueAt: after(DUE_WORKDAYS) };
}

function nameOf(kind: ReportKind, year: number, month: number): string {
  if (kind === 'YEAR') return String(year);
  return kind === 'QUARTER' ? `${year}-Q${Math.ceil(month / 3)}` : `${year}-${String(month).padStart(2, '0')}`;
}

/** Months beyond the twelfth are those of the next year. */
function startOfMonth(year: number, month: number): number {
  return startOfDay(month > 12 ? dayNumber(year + 1, month - 12, 1) : dayNumber(year, month, 1));
}
