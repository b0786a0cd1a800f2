import type { DerivedRecord, DeriveWorld, Mark, RecordDocument } from '@gnomon/records';
import { civilDate, dayNumber, dayOf, startOfDay } from '@gnomon/working-time';
import { placeOf } from './catalogue.ts';
import { instantOf, livingRows, textOf } from './rows.ts';

/** A point of the plan's curve: by the end of a month (counted from year 0) so much of the stock is to be converted. */
interface Target {
  readonly month: number;
  readonly share: number;
  readonly stock: number;
  readonly isFinal: boolean;
}

/**
 * A published plan for converting an agency's stock of one licence type. It is not judged itself: at the end of each of its
 * months it marks the target, so that the month is judged also where nothing was converted (EL-10).
 */
export function deriveConversionPlan(document: RecordDocument, _id: string, world: DeriveWorld): DerivedRecord | null {
  const rows = livingRows(document, 'quarter').filter((row) => instantOf(row.c.quarter_ends_on) !== null);
  const [first] = rows;
  if (first === undefined) return null;
  const startsAt = Math.min(...rows.map((row) => instantOf(row.c.starts_on) ?? Number(row.c.quarter_ends_on)));
  const targets = rows
    .map(({ c }) => ({
      month: monthOf(Number(c.quarter_ends_on)),
      share: Number(c.target_share ?? 0),
      stock: Number(c.stock ?? 0),
      isFinal: c.is_final === true,
    }))
    .toSorted((a, b) => a.month - b.month);
  return {
    place: placeOf(textOf(first.c.agency_code), first.s, world),
    listedAt: startsAt,
    state: null,
    open: true,
    subjects: [],
    marks: planMarks(
      monthOf(startsAt),
      targets,
      textOf(first.c.type_code),
      world.constants('licence-type-month').monthsAfterFinal ?? 12,
    ),
    milestone: null,
  };
}

function planMarks(startMonth: number, targets: readonly Target[], group: string, after: number): readonly Mark[] {
  const last = targets.at(-1) as Target;
  const marks: Mark[] = [];
  for (let month = startMonth; month <= last.month + (last.isFinal ? after : 0); month++) {
    const target = targets.find((one) => one.month >= month) ?? last;
    const at = endOfMonth(month);
    marks.push({ name: 'planned', at, group, value: shareBy(month, startMonth, targets) });
    marks.push({ name: 'stock', at, group, value: target.stock });
    if (last.isFinal && month >= last.month) marks.push({ name: 'final', at, group });
  }
  return marks;
}

/** The target grows evenly by month between the ends of the quarters, from nothing before the plan's first month. */
function shareBy(month: number, startMonth: number, targets: readonly Target[]): number {
  const index = targets.findIndex((one) => one.month >= month);
  const to = targets[index];
  if (to === undefined) return (targets.at(-1) as Target).share;
  const from = targets[index - 1] ?? { month: startMonth - 1, share: 0 };
  return from.share + ((to.share - from.share) * (month - from.month)) / (to.month - from.month);
}

function monthOf(instant: number): number {
  const { year, month } = civilDate(dayOf(instant));
  return year * 12 + month - 1;
}

/** The last millisecond of a month in China. */
function endOfMonth(month: number): number {
  const next = month + 1;
  return startOfDay(dayNumber(Math.floor(next / 12), (next % 12) + 1, 1)) - 1;
}
