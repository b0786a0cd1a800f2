import { type DerivedRecord, latestRow, type Mark, type RecordKind } from '@gnomon/records';
import { civilDate, dayNumber, dayOf, startOfDay } from '@gnomon/working-time';
import { instant, textOf } from './kept.ts';

/**
 * A published bundle in one place (一件事落地): no subject of its own, but a mark in every month for which the list holds,
 * so that each of them is judged (OT-10), also where nothing ever came of the bundle.
 */
export const bundleListing: RecordKind = {
  kind: 'bundle-listing',
  derive(document, _id, world): DerivedRecord | null {
    const row = latestRow(document.state);
    const listedAt = row === undefined ? null : instant(row.c, 'list_date');
    if (row === undefined || listedAt === null) return null;
    const division = textOf(row.c, 'division_code');
    const code = textOf(row.c, 'bundle_code');
    const agency = textOf(world.listed('bundle_lead', `${division}:${code}`) ?? {}, 'lead_agency');
    const opening = { openedAt: instant(row.c, 'opened_time'), closedAt: instant(row.c, 'closed_time') };
    const until = instant(row.c, 'valid_to') ?? Number.POSITIVE_INFINITY;
    return {
      place: { agency, division, department: world.agency(agency)?.department ?? '', item: null },
      listedAt,
      state: null,
      open: true,
      links: { bundle: code },
      subjects: [],
      marks: monthsFrom(listedAt, world.constants('bundle-division-month').listMonths ?? 36)
        .filter(({ startsAt }) => startsAt <= until)
        .flatMap((month) => marksOfMonth(month, listedAt, opening, code)),
      milestone: null,
    };
  },
};

interface Month {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** The calendar months (UTC+8) from the one in which an instant lies. */
function monthsFrom(from: number, count: number): readonly Month[] {
  const { year, month } = civilDate(dayOf(from));
  const first = year * 12 + month - 1;
  const start = (index: number): number => startOfDay(dayNumber(Math.floor(index / 12), (index % 12) + 1, 1));
  return Array.from({ length: count }, (_, index) => ({
    startsAt: start(first + index),
    endsAt: start(first + index + 1),
  }));
}

interface Opening {
  readonly openedAt: number | null;
  readonly closedAt: number | null;
}

/** `listed` with the whole months since the list date, `open` with those since it was opened, both at the month's end. */
function marksOfMonth({ startsAt, endsAt }: Month, listedAt: number, opening: Opening, group: string): readonly Mark[] {
  const at = Math.max(startsAt, listedAt);
  const listed = { name: 'listed', at, group, value: wholeMonths(listedAt, endsAt) };
  const { openedAt, closedAt } = opening;
  const isOpen =
    openedAt !== null && openedAt < endsAt && (closedAt === null || closedAt >= endsAt || closedAt < openedAt);
  return isOpen ? [listed, { name: 'open', at, group, value: wholeMonths(openedAt, endsAt) }] : [listed];
}

/** Whole months from one instant to the first instant of a later month: 10 April to 1 June is one. */
export function wholeMonths(from: number, monthStart: number): number {
  const a = civilDate(dayOf(from));
  const b = civilDate(dayOf(monthStart));
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return a.dayOfMonth > 1 ? months - 1 : months;
}
