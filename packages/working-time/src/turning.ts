import { startOfDay } from './civil-date.ts';
import { unitOf } from './questions.ts';
import type { Axis, Clock, Instant, WorkCalendar } from './types.ts';

const ALWAYS = Number.NEGATIVE_INFINITY;
const NEVER = Number.POSITIVE_INFINITY;

/*
 * Each function gives the first instant at which a comparison holds; it holds ever after, because every quantity is
 * monotone. `-Infinity`: it holds at any instant. `Infinity`: it never will, since the clock stands still before,
 * or the instant lies beyond the calendar. On `stoppedAt` itself a comparison can still turn. With NaN none ever holds.
 */

/** When `expired(clock)` becomes true. */
export function expiredFrom(calendar: WorkCalendar, clock: Clock): Instant {
  if (clock.axis !== 'WORKDAY') return reached(calendar, clock, clock.due + 1);
  if (clock.due < 1) return ALWAYS;
  if (clock.due > calendar.workdayNumber(calendar.lastDay)) return NEVER;
  return beforeStop(clock, startOfDay(calendar.dayOfWorkday(clock.due) + 1));
}

/** When `left(clock) <= amount` becomes true; its negation is `left(clock) > amount`. */
export function leftAtMostFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  return leftFrom(calendar, clock, amount, true);
}

/** When `left(clock) < amount` becomes true; its negation is `left(clock) >= amount`. */
export function leftBelowFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  return leftFrom(calendar, clock, amount, false);
}

/** When `overdue(clock) > amount` becomes true. */
export function overdueAboveFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  return amount < 0 ? ALWAYS : beyond(calendar, clock, clock.due, amount, true);
}

/** When `overdue(clock) >= amount` becomes true. */
export function overdueAtLeastFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  return amount <= 0 ? ALWAYS : beyond(calendar, clock, clock.due, amount, false);
}

/** When `elapsed(clock) > amount` becomes true. */
export function elapsedAboveFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  return beyond(calendar, clock, clock.due - clock.limit, amount, true);
}

/** When `elapsed(clock) >= amount` becomes true. */
export function elapsedAtLeastFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  return beyond(calendar, clock, clock.due - clock.limit, amount, false);
}

/**
 * The largest whole number of positions that is at most an amount (`orEqual`), or below it.
 *
 * A question divides positions by the unit in floating point; the last step here is that very division,
 * so that question and inverse agree to the millisecond. In days and half days (unit 1) both are exact.
 */
export function mostWithin(amount: number, unit: number, orEqual: boolean): number {
  if (unit === 1) return orEqual ? Math.floor(amount) : Math.ceil(amount) - 1;
  const guess = amount * unit;
  if (!(Math.abs(guess) < Number.MAX_SAFE_INTEGER)) return guess;
  let value = Math.floor(guess);
  while (isWithin((value + 1) / unit, amount, orEqual)) value += 1;
  while (!isWithin(value / unit, amount, orEqual)) value -= 1;
  return value;
}

/** The first instant with at least this position on an axis, whatever a clock does. */
export function instantOfPosition(calendar: WorkCalendar, axis: Axis, position: number): Instant {
  switch (axis) {
    case 'WORKDAY':
      if (position <= 0) return ALWAYS;
      return position <= calendar.workdayNumber(calendar.lastDay) ? startOfDay(calendar.dayOfWorkday(position)) : NEVER;
    case 'WORK_TIME':
      if (position <= 0) return ALWAYS;
      return position <= calendar.workTime(endOf(calendar)) ? calendar.instantOfWorkTime(position) : NEVER;
    case 'DAY':
      if (position <= calendar.firstDay) return ALWAYS;
      return position <= calendar.lastDay ? startOfDay(position) : NEVER;
    case 'TIME':
      if (position <= startOfDay(calendar.firstDay)) return ALWAYS;
      return position <= endOf(calendar) ? position : NEVER;
  }
}

function leftFrom(calendar: WorkCalendar, clock: Clock, amount: number, orEqual: boolean): Instant {
  if (Number.isNaN(amount)) return NEVER;
  const { axis, due } = clock;
  switch (axis) {
    case 'WORKDAY': // in half days: 2 × due + 1 − begun is at most, or below, 2 × amount
      return beforeStop(clock, instantOfHalfDay(calendar, 2 * due + 1 - mostWithin(2 * amount, 1, orEqual)));
    case 'DAY':
      return reached(calendar, clock, due + 1 - mostWithin(amount, 1, orEqual));
    default:
      return reached(calendar, clock, due - mostWithin(amount, unitOf(axis), orEqual));
  }
}

/** When the position is more than an amount beyond an origin (`above`), or at least so much. */
function beyond(calendar: WorkCalendar, clock: Clock, origin: number, amount: number, above: boolean): Instant {
  if (Number.isNaN(amount)) return NEVER;
  return reached(calendar, clock, origin + mostWithin(amount, unitOf(clock.axis), above) + 1);
}

function isWithin(value: number, amount: number, orEqual: boolean): boolean {
  return orEqual ? value <= amount : value < amount;
}

function instantOfHalfDay(calendar: WorkCalendar, half: number): Instant {
  if (half <= 0) return ALWAYS;
  return half <= 2 * calendar.workdayNumber(calendar.lastDay) ? calendar.instantOfHalfDay(half) : NEVER;
}

function reached(calendar: WorkCalendar, clock: Clock, position: number): Instant {
  return beforeStop(clock, instantOfPosition(calendar, clock.axis, position));
}

function beforeStop(clock: Clock, instant: Instant): Instant {
  return clock.stoppedAt === null || instant <= clock.stoppedAt ? instant : NEVER;
}

function endOf(calendar: WorkCalendar): Instant {
  return startOfDay(calendar.lastDay + 1) - 1;
}
