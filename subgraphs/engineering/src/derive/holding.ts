import {
  CalendarRangeError,
  type Clock,
  dayOf,
  type Instant,
  isProvisionalDue,
  type Suspension,
  type WorkCalendar,
} from '@gnomon/working-time';

/** A stretch in which somebody holds a file; `to` is `null` while it lasts. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant | null;
}

/** A stretch with its own clock: see `countingClocks`. */
export interface HeldStretch extends Stretch {
  /** `undefined` where the calendar does not reach. */
  readonly clock: Clock | undefined;
}

/** One handling period without its suspensions. A suspension that has not ended leaves nothing after it. */
export function withoutSuspensions(period: Stretch, suspensions: readonly Suspension[]): readonly Stretch[] {
  const end = period.to ?? Number.POSITIVE_INFINITY;
  const held: Stretch[] = [];
  let from = period.from;
  for (const suspension of [...suspensions].sort((a, b) => a.from - b.from)) {
    const until = suspension.to ?? Number.POSITIVE_INFINITY;
    if (until <= from || suspension.from >= end) continue;
    if (suspension.from > from) held.push({ from, to: suspension.from });
    from = until;
    if (from >= end) break;
  }
  if (from < end) held.push({ from, to: period.to });
  return held;
}

/** The union: overlapping and touching stretches count once, in order of time. */
export function mergeHolding(stretches: readonly Stretch[]): readonly Stretch[] {
  const merged: { from: Instant; to: Instant | null }[] = [];
  for (const next of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || (last.to !== null && next.from > last.to)) merged.push({ ...next });
    else if (last.to !== null) last.to = next.to === null ? null : Math.max(last.to, next.to);
  }
  return merged;
}

/**
 * Clocks that count one total over merged stretches.
 *
 * A suspension moves a clock's end only while the limit is not used up, because nobody may stop it afterwards. A total of
 * several approvals stands still between them also beyond its cap. So each stretch has its own clock, set back by the working
 * days that the stretches before it have used: within its stretch it tells the whole total, and it stops at the stretch's end.
 * Before its stretch it never runs ahead of the one before, so "some clock has passed x" turns exactly when the total does.
 * A stretch counts the working days in (date of `from`, date of `to`].
 *
 * @param limit working days
 */
export function countingClocks(
  stretches: readonly Stretch[],
  limit: number | undefined,
  calendar: WorkCalendar,
): readonly HeldStretch[] {
  let used = 0;
  return stretches.map((stretch) => {
    try {
      const start = calendar.workdayNumber(dayOf(stretch.from));
      const clock = limit === undefined ? undefined : clockAt(start - used + limit, limit, stretch, calendar);
      if (stretch.to !== null) used += calendar.workdayNumber(dayOf(stretch.to)) - start;
      return { ...stretch, clock };
    } catch (error) {
      if (error instanceof CalendarRangeError) return { ...stretch, clock: undefined };
      throw error;
    }
  });
}

function clockAt(due: number, limit: number, { from, to }: Stretch, calendar: WorkCalendar): Clock {
  const provisional = isProvisionalDue(calendar, 'WORKDAY', due) || calendar.isProvisional(dayOf(from));
  return { axis: 'WORKDAY', limit, due, stoppedAt: to, provisional };
}

/** Working days used up to `now` over merged stretches; `null` where the calendar does not reach. */
export function usedWorkdays(stretches: readonly Stretch[], now: Instant, calendar: WorkCalendar): number | null {
  try {
    let used = 0;
    for (const { from, to } of stretches)
      if (from < now)
        used += calendar.workdayNumber(dayOf(Math.min(to ?? now, now))) - calendar.workdayNumber(dayOf(from));
    return used;
  } catch (error) {
    if (error instanceof CalendarRangeError) return null;
    throw error;
  }
}
