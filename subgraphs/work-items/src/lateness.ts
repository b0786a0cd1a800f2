import { CalendarRangeError, dayOf, type WorkCalendar } from '@gnomon/working-time';

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

function endOfWorkday(calendar: WorkCalendar, number: number): number {
  return (calendar.dayOfWorkday(number) + 1) * 86_400_000 - 8 * 3_600_000;
}
