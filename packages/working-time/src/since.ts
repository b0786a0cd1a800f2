import { dayOf, HOUR_MS } from './civil-date.ts';
import { instantOfPosition, mostWithin } from './turning.ts';
import type { Axis, Instant, WorkCalendar } from './types.ts';

/*
 * How long ago something was. All are 0 before it, so that "at least 0" always holds:
 * the inverses give `-Infinity` there, and `Infinity` for what lies beyond the calendar.
 */

/** Whole working days begun since an instant; its own day is not counted. */
export function workdaysSince(calendar: WorkCalendar, then: Instant, now: Instant): number {
  return Math.max(0, calendar.workdayNumber(dayOf(now)) - calendar.workdayNumber(dayOf(then)));
}

/** Office hours since an instant. */
export function workHoursSince(calendar: WorkCalendar, then: Instant, now: Instant): number {
  return Math.max(0, calendar.workTime(now) - calendar.workTime(then)) / HOUR_MS;
}

/** Hours since an instant. */
export function since(_calendar: WorkCalendar, then: Instant, now: Instant): number {
  return Math.max(0, now - then) / HOUR_MS;
}

/** When `workdaysSince(then) >= days` becomes true. */
export function workdaysSinceAtLeastFrom(calendar: WorkCalendar, then: Instant, days: number): Instant {
  return atLeastFrom(calendar, 'WORKDAY', calendar.workdayNumber(dayOf(then)), 1, days);
}

/** When `workdaysSince(then) > days` becomes true. */
export function workdaysSinceAboveFrom(calendar: WorkCalendar, then: Instant, days: number): Instant {
  return aboveFrom(calendar, 'WORKDAY', calendar.workdayNumber(dayOf(then)), 1, days);
}

/** When `workHoursSince(then) >= hours` becomes true. */
export function workHoursSinceAtLeastFrom(calendar: WorkCalendar, then: Instant, hours: number): Instant {
  return atLeastFrom(calendar, 'WORK_TIME', calendar.workTime(then), HOUR_MS, hours);
}

/** When `workHoursSince(then) > hours` becomes true. */
export function workHoursSinceAboveFrom(calendar: WorkCalendar, then: Instant, hours: number): Instant {
  return aboveFrom(calendar, 'WORK_TIME', calendar.workTime(then), HOUR_MS, hours);
}

/** When `since(then) >= hours` becomes true. */
export function sinceAtLeastFrom(calendar: WorkCalendar, then: Instant, hours: number): Instant {
  return atLeastFrom(calendar, 'TIME', then, HOUR_MS, hours);
}

/** When `since(then) > hours` becomes true. */
export function sinceAboveFrom(calendar: WorkCalendar, then: Instant, hours: number): Instant {
  return aboveFrom(calendar, 'TIME', then, HOUR_MS, hours);
}

function atLeastFrom(calendar: WorkCalendar, axis: Axis, origin: number, unit: number, amount: number): Instant {
  if (amount <= 0) return Number.NEGATIVE_INFINITY;
  return beyond(calendar, axis, origin, mostWithin(amount, unit, false));
}

function aboveFrom(calendar: WorkCalendar, axis: Axis, origin: number, unit: number, amount: number): Instant {
  if (amount < 0) return Number.NEGATIVE_INFINITY;
  return beyond(calendar, axis, origin, mostWithin(amount, unit, true));
}

/** The first instant with more than `passed` positions since the origin; never for NaN. */
function beyond(calendar: WorkCalendar, axis: Axis, origin: number, passed: number): Instant {
  return Number.isNaN(passed) ? Number.POSITIVE_INFINITY : instantOfPosition(calendar, axis, origin + passed + 1);
}
