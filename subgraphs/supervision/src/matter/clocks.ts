import { CalendarRangeError, type Clock, openClock, type WorkCalendar } from '@gnomon/working-time';

/**
 * The clock of a question: it runs out when every record about `start` must have come (DP-01: by 24:00 of the next working day), and stands
 * still where the other record came into being. `undefined` where the calendar says nothing.
 */
export function waitFrom(
  calendar: WorkCalendar,
  start: number | null,
  stoppedAt: number | null = null,
  workdays = 1,
): Clock | undefined {
  if (start === null) return undefined;
  try {
    const stop = stoppedAt === null ? null : Math.max(start, stoppedAt);
    return openClock({ calendar, limit: { amount: workdays, unit: 'WORKDAY' }, start, stoppedAt: stop });
  } catch (error) {
    if (error instanceof CalendarRangeError) return undefined;
    throw error;
  }
}

/** The latest of some instants; `null` when one of them is missing. */
export function latest(...instants: readonly (number | null)[]): number | null {
  let found = -Infinity;
  for (const at of instants) {
    if (at === null) return null;
    if (at > found) found = at;
  }
  return found;
}

/** The earliest of those that are there; `null` when none is. */
export function earliest(instants: readonly (number | null)[]): number | null {
  let found: number | null = null;
  for (const at of instants) if (at !== null && (found === null || at < found)) found = at;
  return found;
}
