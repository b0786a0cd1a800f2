export { compileCalendar } from './calendar.ts';
export { canonicalJson, hashCalendar } from './calendar-hash.ts';
export { type CalendarSet, createCalendarSet } from './calendar-set.ts';
export {
  CHINA_OFFSET_MS,
  type CivilDate,
  civilDate,
  DAY_MS,
  dayNumber,
  dayOf,
  formatDay,
  HOUR_MS,
  isCivilDate,
  MINUTE_MS,
  parseDay,
  startOfDay,
  weekdayOf,
} from './civil-date.ts';
export { CalendarDataError, CalendarRangeError, LimitError, TimeTextError } from './errors.ts';
export { formatInstant, parseInstant } from './instant-text.ts';
export { type ClockInput, isProvisionalDue, openClock } from './open-clock.ts';
export type { CalendarScope } from './overlay-scope.ts';
export { elapsed, expired, left, limitOf, overdue, withLimit } from './questions.ts';
export {
  since,
  sinceAboveFrom,
  sinceAtLeastFrom,
  workdaysSince,
  workdaysSinceAboveFrom,
  workdaysSinceAtLeastFrom,
  workHoursSince,
  workHoursSinceAboveFrom,
  workHoursSinceAtLeastFrom,
} from './since.ts';
export {
  elapsedAboveFrom,
  elapsedAtLeastFrom,
  expiredFrom,
  leftAtMostFrom,
  leftBelowFrom,
  overdueAboveFrom,
  overdueAtLeastFrom,
} from './turning.ts';
export * from './types.ts';
