import { civilDate, dayNumber, dayOf, daysInMonth, HOUR_MS, startOfDay } from './civil-date.ts';
import { LimitError } from './errors.ts';
import { applyStretches, mergeStretches, type Stretch } from './suspensions.ts';
import type { Axis, Clock, DayNumber, Instant, Limit, LimitUnit, Suspension, WorkCalendar } from './types.ts';

/** What a clock is opened from. */
export interface ClockInput {
  readonly calendar: WorkCalendar;
  readonly limit: Limit;
  readonly start: Instant;
  /** In any order; overlaps are merged, empty and reversed stretches have no length. */
  readonly suspensions?: readonly Suspension[];
  /** The finish; `null` while the subject is open. */
  readonly stoppedAt?: Instant | null;
}

/** Most clocks are never suspended: they share this list. */
const NONE: readonly Stretch[] = [];

const AXIS_OF: Readonly<Record<LimitUnit, Axis>> = {
  WORKDAY: 'WORKDAY',
  WORK_HOUR: 'WORK_TIME',
  DAY: 'DAY',
  MONTH: 'DAY',
  HOUR: 'TIME',
};

/**
 * Opens a clock: the position at which the limit is used up, and the instant at which it stands still.
 *
 * On `WORKDAY` the start day is not counted and the due day is the n-th working day after it that no suspension takes
 * out (Administrative Licensing Law Art. 45 and 82); a limit of 0 ends on the start day, or on the next working day
 * when the start day is off. On `DAY` an end on a day off moves to the next working day (Civil Code Art. 203); a month
 * ends on the same day of the month, or on the month's last (Art. 202). Fractions of a day count as a whole one.
 * @throws {LimitError} for a limit that is no limit
 * @throws {CalendarRangeError} when the start or the due day lies outside the calendar
 */
export function openClock({ calendar, limit, start, suspensions = [], stoppedAt = null }: ClockInput): Clock {
  refuseNoLimit(limit);
  const axis = AXIS_OF[limit.unit];
  const run = OPEN[axis](calendar, limit, start, suspensions);
  const stop = Math.min(run.standsAt, stoppedAt ?? Number.POSITIVE_INFINITY);
  return {
    axis,
    limit: run.limit,
    due: run.due,
    stoppedAt: stop === Number.POSITIVE_INFINITY ? null : stop,
    // The due day is looked up first: that refuses an end outside the calendar.
    provisional: isProvisionalDue(calendar, axis, run.due) || (axis !== 'TIME' && calendar.isProvisional(dayOf(start))),
  };
}

/** Whether a due position lies on a day that no published notice rules yet. `TIME` needs no notice. */
export function isProvisionalDue(calendar: WorkCalendar, axis: Axis, due: number): boolean {
  switch (axis) {
    case 'WORKDAY':
      return calendar.isProvisional(calendar.dayOfWorkday(due));
    case 'WORK_TIME':
      return calendar.isProvisional(dayOf(calendar.instantOfWorkTime(due)));
    case 'DAY':
      return calendar.isProvisional(due);
    case 'TIME':
      return false;
  }
}

interface Run {
  readonly limit: number;
  readonly due: number;
  readonly standsAt: Instant;
}
type OpenOnAxis = (calendar: WorkCalendar, limit: Limit, start: Instant, suspensions: readonly Suspension[]) => Run;

const OPEN: Readonly<Record<Axis, OpenOnAxis>> = {
  WORKDAY(calendar, limit, start, suspensions) {
    const startDay = dayOf(start);
    const startNumber = calendar.workdayNumber(startDay);
    const amount = wholeDays(limit.amount);
    const base = startNumber + (amount === 0 && !calendar.isWorkday(startDay) ? 1 : amount);
    const { due, standsFrom } = applyStretches(
      dayStretches(suspensions, startDay),
      (suspended) => base + suspended,
      ({ from, to }) => calendar.workdayNumber(to - 1) - calendar.workdayNumber(from - 1),
      (from, position) => from > calendar.dayOfWorkday(position),
    );
    return { limit: amount, due, standsAt: startOfDay(standsFrom) - 1 };
  },
  DAY(calendar, limit, start, suspensions) {
    const startDay = dayOf(start);
    calendar.workdayNumber(startDay);
    const amount = limit.unit === 'MONTH' ? monthsLater(startDay, limit.amount) - startDay : wholeDays(limit.amount);
    const { due, standsFrom } = applyStretches(
      dayStretches(suspensions, startDay),
      (suspended) => workdayFrom(calendar, startDay + amount + suspended),
      ({ from, to }) => to - from,
      (from, position) => from > position,
    );
    return { limit: amount, due, standsAt: startOfDay(standsFrom) - 1 };
  },
  WORK_TIME(calendar, limit, start, suspensions) {
    const amount = Math.round(limit.amount * HOUR_MS);
    const base = calendar.workTime(start) + amount;
    const { due, standsFrom } = applyStretches(
      instantStretches(suspensions, start),
      (suspended) => base + suspended,
      ({ from, to }) => calendar.workTime(to) - calendar.workTime(from),
      (from, position) => calendar.workTime(from) > position,
    );
    return { limit: amount, due, standsAt: standsFrom };
  },
  TIME(calendar, limit, start, suspensions) {
    calendar.workdayNumber(dayOf(start));
    const amount = Math.round(limit.amount * HOUR_MS);
    const { due, standsFrom } = applyStretches(
      instantStretches(suspensions, start),
      (suspended) => start + amount + suspended,
      ({ from, to }) => to - from,
      (from, position) => from > position,
    );
    calendar.workdayNumber(dayOf(due));
    return { limit: amount, due, standsAt: standsFrom };
  },
};

/** Limits come from pushed tables: what the type promises is tested once more here. */
function refuseNoLimit({ amount, unit }: Limit): void {
  const isAmount = Number.isFinite(amount) && amount >= 0 && (unit !== 'MONTH' || Number.isInteger(amount));
  if (!isAmount || !Object.hasOwn(AXIS_OF, unit)) throw new LimitError(amount, unit);
}

/** A part of a day counts as a whole one: nobody is late within a day. The margin keeps 3.0000000000000004 at 3. */
export function wholeDays(amount: number): number {
  return Math.ceil(amount - 1e-9);
}

/** Suspended days `[start date, end date)` that the clock would count: never the start day itself. */
function dayStretches(suspensions: readonly Suspension[], startDay: DayNumber): readonly Stretch[] {
  if (suspensions.length === 0) return NONE;
  return mergeStretches(
    suspensions.map(({ from, to }) => ({
      from: Math.max(dayOf(from), startDay + 1),
      to: to === null ? Number.POSITIVE_INFINITY : dayOf(to),
    })),
  );
}

function instantStretches(suspensions: readonly Suspension[], start: Instant): readonly Stretch[] {
  if (suspensions.length === 0) return NONE;
  return mergeStretches(
    suspensions.map(({ from, to }) => ({ from: Math.max(from, start), to: to ?? Number.POSITIVE_INFINITY })),
  );
}

/** The day itself when it is a working day, otherwise the next working day. */
function workdayFrom(calendar: WorkCalendar, day: DayNumber): DayNumber {
  return calendar.isWorkday(day) ? day : calendar.dayOfWorkday(calendar.workdayNumber(day) + 1);
}

function monthsLater(day: DayNumber, months: number): DayNumber {
  const { year, month, dayOfMonth } = civilDate(day);
  const monthIndex = year * 12 + month - 1 + months;
  const [dueYear, dueMonth] = [Math.floor(monthIndex / 12), (monthIndex % 12) + 1];
  return dayNumber(dueYear, dueMonth, Math.min(dayOfMonth, daysInMonth(dueYear, dueMonth)));
}
