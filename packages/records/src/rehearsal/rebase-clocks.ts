import type { Facts } from '@gnomon/rule-engine';
import { type Clock, type Instant, openClock, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { isClock } from './moved-clocks.ts';

/**
 * Facts with their clocks as another calendar would have opened them: a clock says how many working days or how much office time of its
 * own calendar have gone by when its limit is used up. A clock of working days began on the day, one of office time at the instant, at
 * which its limit was whole; calendar days and plain time are the same in every calendar.
 */
export function rebasedFacts(facts: Facts, from: WorkCalendar, to: WorkCalendar): Facts {
  if (from.hash === to.hash) return facts;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, isClock(value) ? rebased(value, from, to) : value]),
  ) as Facts;
}

function rebased(clock: Clock, from: WorkCalendar, to: WorkCalendar): Clock {
  const { axis, limit, due, stoppedAt } = clock;
  const open = (start: Instant, unit: 'WORKDAY' | 'WORK_HOUR', amount: number): Clock =>
    openClock({ calendar: to, limit: { amount, unit }, start, stoppedAt });
  if (axis === 'WORKDAY') return open(startOfDay(from.dayOfWorkday(due - limit)), 'WORKDAY', limit);
  if (axis === 'WORK_TIME') return open(from.instantOfWorkTime(due - limit), 'WORK_HOUR', limit / 3_600_000);
  return clock;
}
