import { type Clock, DAY_MS, startOfDay, type WorkCalendar } from '@gnomon/working-time';

/** The last instant at which a clock has not expired. */
export function lastInstantOf(clock: Clock, calendar: WorkCalendar): number {
  switch (clock.axis) {
    case 'WORKDAY':
      return startOfDay(calendar.dayOfWorkday(clock.due)) + DAY_MS - 1;
    case 'DAY':
      return startOfDay(clock.due) + DAY_MS - 1;
    case 'WORK_TIME':
      return calendar.instantOfWorkTime(clock.due);
    case 'TIME':
      return clock.due;
  }
}
