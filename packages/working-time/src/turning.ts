import { startOfDay } from './civil-date.ts';
import { positionAt, unitOf } from './questions.ts';
import type { Axis, Clock, Instant, WorkCalendar } from './types.ts';

const ALWAYS = Number.NEGATIVE_INFINITY;
const NEVER = Number.POSITIVE_INFINITY;

/*
 * Each function gives the first instant at which a comparison holds; it holds ever after, because every quantity is
 * monotone. `-Infinity`: it holds at any instant. `Infinity`: it never will, since the clock stands still before,
 * or the instant lies beyond the calendar. On `stoppedAt` itself a comparison can still turn.
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
  if (amount < 0) return ALWAYS;
  const unit = unitOf(clock.axis);
  return reached(calendar, clock, clock.due + smallest(amount * unit, (over) => over / unit > amount));
}

/** When `overdue(clock) >= amount` becomes true. */
export function overdueAtLeastFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  if (amount <= 0) return ALWAYS;
  const unit = unitOf(clock.axis);
  return reached(calendar, clock, clock.due + smallest(amount * unit, (over) => over / unit >= amount));
}

/** When `elapsed(clock) > amount` becomes true. */
export function elapsedAboveFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  const unit = unitOf(clock.axis);
  return reached(calendar, clock, clock.due - clock.limit + smallest(amount * unit, (used) => used / unit > amount));
}

/** When `elapsed(clock) >= amount` becomes true. */
export function elapsedAtLeastFrom(calendar: WorkCalendar, clock: Clock, amount: number): Instant {
  const unit = unitOf(clock.axis);
  return reached(calendar, clock, clock.due - clock.limit + smallest(amount * unit, (used) => used / unit >= amount));
}

/**
 * The smallest whole number that satisfies a monotone test whose true border lies near `guess`.
 * The question divides in floating point; the test is that very division, so the inverse agrees with it to the millisecond.
 */
export function smallest(guess: number, holds: (value: number) => boolean): number {
  if (Number.isNaN(guess)) return NEVER; // nothing is at most, below or above what is no number
  if (Math.abs(guess) > Number.MAX_SAFE_INTEGER / 2) return guess < 0 ? ALWAYS : NEVER;
  let value = Math.ceil(guess);
  while (holds(value - 1)) value -= 1;
  while (!holds(value)) value += 1;
  return value;
}

/** The first instant with at least this position on an axis, whatever a clock does. */
export function instantOfPosition(calendar: WorkCalendar, axis: Axis, position: number): Instant {
  if (!(position > positionAt(calendar, axis, startOfDay(calendar.firstDay)))) return ALWAYS;
  if (!(position <= positionAt(calendar, axis, startOfDay(calendar.lastDay + 1) - 1))) return NEVER;
  switch (axis) {
    case 'WORKDAY':
      return startOfDay(calendar.dayOfWorkday(position));
    case 'WORK_TIME':
      return calendar.instantOfWorkTime(position);
    case 'DAY':
      return startOfDay(position);
    case 'TIME':
      return position;
  }
}

function leftFrom(calendar: WorkCalendar, clock: Clock, amount: number, orEqual: boolean): Instant {
  const holds = orEqual ? (remaining: number) => remaining <= amount : (remaining: number) => remaining < amount;
  const { axis, due } = clock;
  if (axis === 'WORKDAY') {
    const half = smallest(2 * due + 1 - 2 * amount, (begun) => holds((2 * due + 1 - begun) / 2));
    return beforeStop(clock, instantOfHalfDay(calendar, half));
  }
  if (axis === 'DAY')
    return reached(
      calendar,
      clock,
      smallest(due + 1 - amount, (day) => holds(due + 1 - day)),
    );
  const unit = unitOf(axis);
  return reached(
    calendar,
    clock,
    smallest(due - amount * unit, (position) => holds((due - position) / unit)),
  );
}

function instantOfHalfDay(calendar: WorkCalendar, half: number): Instant {
  if (!(half > 0)) return ALWAYS;
  return half <= 2 * calendar.workdayNumber(calendar.lastDay) ? calendar.instantOfHalfDay(half) : NEVER;
}

function reached(calendar: WorkCalendar, clock: Clock, position: number): Instant {
  return beforeStop(clock, instantOfPosition(calendar, clock.axis, position));
}

function beforeStop(clock: Clock, instant: Instant): Instant {
  return clock.stoppedAt === null || instant <= clock.stoppedAt ? instant : NEVER;
}
