import {
  CalendarRangeError,
  type Clock,
  expiredFrom,
  type Instant,
  type Limit,
  openClock,
  type Suspension,
  type WorkCalendar,
} from '@gnomon/working-time';

/** What a clock of the loop is opened from. */
export interface Run {
  readonly start: Instant | null;
  readonly limit: Limit;
  /** Stretches that do not count. */
  readonly pauses?: readonly Suspension[];
  /** Where it stands still for good; `null` while it runs. */
  readonly stoppedAt?: Instant | null;
}

/** A clock of the loop; `undefined` (unknown to the rules) where it has not begun or the calendar says nothing. */
export function clockOf(
  calendar: WorkCalendar,
  { start, limit, pauses = [], stoppedAt = null }: Run,
): Clock | undefined {
  if (start === null) return undefined;
  try {
    const stop = stoppedAt === null ? null : Math.max(start, stoppedAt);
    return openClock({ calendar, limit, start, suspensions: pauses, stoppedAt: stop });
  } catch (error) {
    if (error instanceof CalendarRangeError) return undefined;
    throw error;
  }
}

/** A limit in working days. */
export function workdays(amount: number): Limit {
  return { amount, unit: 'WORKDAY' };
}

/**
 * The first instant at which the limit is over, whether or not the clock was stopped before; `null` where there is no such day, or where it
 * hangs on a day of which no notice speaks yet.
 */
export function overFrom(calendar: WorkCalendar, clock: Clock | undefined): Instant | null {
  if (clock === undefined || clock.provisional) return null;
  const from = expiredFrom(calendar, { ...clock, stoppedAt: null });
  return Number.isFinite(from) ? from : null;
}

/** The earliest of those that are there; `null` when none is. */
export function earliest(...instants: readonly (Instant | null | undefined)[]): Instant | null {
  let found: Instant | null = null;
  for (const at of instants) if (at !== null && at !== undefined && (found === null || at < found)) found = at;
  return found;
}
