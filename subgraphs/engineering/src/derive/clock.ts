import { clockOf } from '@gnomon/records';
import type { Clock, Suspension, WorkCalendar } from '@gnomon/working-time';

/** A clock of working days, or `undefined` when limit, start or calendar do not allow one (an unknown fact). */
export function workdayClock(
  calendar: WorkCalendar,
  start: number | null,
  amount: number | null,
  stoppedAt: number | null,
  suspensions: readonly Suspension[] = [],
): Clock | undefined {
  if (start === null || amount === null) return undefined;
  return clockOf({ calendar, start, limit: { amount, unit: 'WORKDAY' }, stoppedAt, suspensions });
}

/** A clock that begins at an instant and never runs out by itself: what depends on it holds from that instant on. */
export const beginningClock = (at: number): Clock => ({
  axis: 'TIME',
  limit: 0,
  due: at,
  stoppedAt: null,
  provisional: false,
});

/** A waiting clock whose limit the rule gives itself: it runs from `start` until what is waited for comes. */
export const waitingClock = (calendar: WorkCalendar, start: number | null, until: number | null): Clock | undefined =>
  workdayClock(calendar, start, 1, until);
