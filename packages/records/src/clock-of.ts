import { CalendarRangeError, type Clock, type ClockInput, LimitError, openClock } from '@gnomon/working-time';

/** The clock of a limit, or `undefined` when the limit or a day lies outside what the calendar can say: an unknown fact. */
export function clockOf(input: ClockInput): Clock | undefined {
  try {
    return openClock(input);
  } catch (error) {
    if (error instanceof CalendarRangeError || error instanceof LimitError) return undefined;
    throw error;
  }
}
