import { dayOf, HOUR_MS } from './civil-date.ts';
import { wholeDays } from './open-clock.ts';
import type { Axis, Clock, Instant, WorkCalendar } from './types.ts';

/**
 * What is left: working days, days, or hours (office hours on `WORK_TIME`).
 *
 * Working days fall in halves: a day at 00:00 of each working day, half a day at its second session. At 00:00 of the
 * due day 1 is left, from 14:30 on 0.5, on the next working day 0; nothing moves on days off.
 * @throws {CalendarRangeError} as all questions do for a `now` outside the calendar
 */
export function left(calendar: WorkCalendar, clock: Clock, now: Instant): number {
  const at = effective(clock, now);
  switch (clock.axis) {
    case 'WORKDAY':
      return (2 * clock.due + 1 - calendar.halfDaysBegun(at)) / 2;
    case 'DAY':
      return clock.due + 1 - dayOf(at);
    case 'WORK_TIME':
      return (clock.due - calendar.workTime(at)) / HOUR_MS;
    case 'TIME':
      return (clock.due - at) / HOUR_MS;
  }
}

/** How far the limit is overrun: whole working days, whole days, or hours; 0 while it is not. */
export function overdue(calendar: WorkCalendar, clock: Clock, now: Instant): number {
  const over = positionAt(calendar, clock.axis, effective(clock, now)) - clock.due;
  return over <= 0 ? 0 : over / unitOf(clock.axis);
}

/** What has been used, suspensions taken out: whole working days, whole days, or hours. Equals the limit at the due position. */
export function elapsed(calendar: WorkCalendar, clock: Clock, now: Instant): number {
  return (positionAt(calendar, clock.axis, effective(clock, now)) - clock.due + clock.limit) / unitOf(clock.axis);
}

/**
 * Whether the limit is used up: from 00:00 of the calendar day after the due day on `WORKDAY` and `DAY`,
 * from the first millisecond beyond the due position on the time axes.
 */
export function expired(calendar: WorkCalendar, clock: Clock, now: Instant): boolean {
  const at = effective(clock, now);
  if (clock.axis !== 'WORKDAY') return positionAt(calendar, clock.axis, at) > clock.due;
  const number = calendar.workdayNumber(dayOf(at));
  return number > clock.due || (number === clock.due && !calendar.isWorkday(dayOf(at)));
}

/** The limit as published: days on `WORKDAY` and `DAY`, hours on the time axes. */
export function limitOf(_calendar: WorkCalendar, clock: Clock, _now?: Instant): number {
  return clock.limit / unitOf(clock.axis);
}

/**
 * The same clock under another limit, in days or hours as `limitOf` gives it: its due position moves by the difference.
 * `provisional` is kept: ask `isProvisionalDue` when the new limit reaches further.
 */
export function withLimit(clock: Clock, limit: number): Clock {
  const amount = clock.axis === 'WORKDAY' || clock.axis === 'DAY' ? wholeDays(limit) : Math.round(limit * HOUR_MS);
  return { ...clock, limit: amount, due: clock.due + amount - clock.limit };
}

/** Where an instant lies on an axis: working-day number, office milliseconds, day number, or the instant itself. */
export function positionAt(calendar: WorkCalendar, axis: Axis, instant: Instant): number {
  switch (axis) {
    case 'WORKDAY':
      return calendar.workdayNumber(dayOf(instant));
    case 'WORK_TIME':
      return calendar.workTime(instant);
    case 'DAY':
      return dayOf(instant);
    case 'TIME':
      return instant;
  }
}

/** Positions of an axis in one unit of a question. */
export function unitOf(axis: Axis): number {
  return axis === 'WORKDAY' || axis === 'DAY' ? 1 : HOUR_MS;
}

function effective(clock: Clock, now: Instant): Instant {
  return clock.stoppedAt === null || now < clock.stoppedAt ? now : clock.stoppedAt;
}
