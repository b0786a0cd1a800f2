import { dayOf, formatDay, type Instant, parseDay, startOfDay } from '@gnomon/working-time';

/** The calendar date in China at an instant, `YYYY-MM-DD`. */
export function chinaDate(instant: Instant): string {
  return formatDay(dayOf(instant));
}

/** The last millisecond of a date in China. */
export function endOfDate(date: string): Instant {
  return startOfDay(parseDay(date) + 1) - 1;
}

/** The first millisecond of a date in China. */
export function startOfDate(date: string): Instant {
  return startOfDay(parseDay(date));
}
