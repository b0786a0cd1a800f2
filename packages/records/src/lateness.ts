import type { Horizon } from '@gnomon/subgraph-kit';
import { CalendarRangeError, dayOf, startOfDay, type WorkCalendar } from '@gnomon/working-time';

const OWN_PLATFORM_MS = 2 * 3_600_000;

/**
 * How late a row came (DP-01): an own platform owes it within two working hours of the event, any other system by
 * 24:00 of the next working day.
 *
 * @returns `null` when it is in time, otherwise the working days by which it is late (0 = later the same day).
 */
export function latenessOf(
  eventAt: number,
  receivedAt: number,
  ownPlatform: boolean,
  calendar: WorkCalendar,
): number | null {
  if (receivedAt <= eventAt) return null;
  try {
    const came = calendar.workdayNumber(dayOf(receivedAt));
    if (!ownPlatform) {
      const due = calendar.workdayNumber(dayOf(eventAt)) + 1;
      return receivedAt < endOfWorkday(calendar, due) ? null : Math.max(0, came - due);
    }
    const due = calendar.workTime(eventAt) + OWN_PLATFORM_MS;
    if (calendar.workTime(receivedAt) <= due) return null;
    return Math.max(0, came - calendar.workdayNumber(dayOf(calendar.instantOfWorkTime(due))));
  } catch (error) {
    // An event outside the calendar cannot be measured; the row's time is judged elsewhere (DP-08).
    if (error instanceof CalendarRangeError) return null;
    throw error;
  }
}

/**
 * The last instant at which a row about `eventAt` is in time (DP-01).
 *
 * @throws {CalendarRangeError} when the calendar says nothing about these days.
 */
export function lastTimelyInstant(eventAt: number, ownPlatform: boolean, calendar: WorkCalendar): number {
  if (ownPlatform) return calendar.instantOfWorkTime(calendar.workTime(eventAt) + OWN_PLATFORM_MS + 1) - 1;
  return endOfWorkday(calendar, calendar.workdayNumber(dayOf(eventAt)) + 1) - 1;
}

/**
 * The horizon of a source that owes its rows by 24:00 of the next working day: at `r`, all that happened before the last
 * working day that is over must have come; at Tuesday 00:00 that is everything before Monday 00:00. Where the calendar
 * ends, nothing is waited for.
 */
export function pushHorizon(calendar: WorkCalendar): Horizon {
  const workdays = calendar.workdayNumber(calendar.lastDay);
  return {
    of(r) {
      const yesterday = dayOf(r) - 1;
      if (yesterday < calendar.firstDay || yesterday > calendar.lastDay) return r;
      const number = calendar.workdayNumber(yesterday);
      return number === 0 ? r : startOfDay(calendar.dayOfWorkday(number));
    },
    inverse(t) {
      const before = dayOf(t - 1);
      if (!(before >= calendar.firstDay && before <= calendar.lastDay)) return t;
      const number = calendar.workdayNumber(before) + 1;
      return number > workdays ? t : endOfWorkday(calendar, number);
    },
  };
}

function endOfWorkday(calendar: WorkCalendar, number: number): number {
  return startOfDay(calendar.dayOfWorkday(number) + 1);
}
