import { type Axis, type Clock, elapsed, expired, limitOf, type WorkCalendar } from '@gnomon/working-time';
import { lastInstantOf } from '../last-instant.ts';

/** Units in which a limit is counted (计时单位). */
export type ClockUnit = 'WORKDAY' | 'DAY' | 'WORK_HOUR' | 'HOUR';

/** A limit as its applicant reads it: `used` and `left` together are `limit`, until it is over. Instants in ms. */
export interface CitizenLimit {
  /** The last instant that is in time. */
  readonly dueAt: number;
  readonly unit: ClockUnit;
  readonly limit: number;
  readonly used: number;
  readonly left: number;
  readonly isOver: boolean;
  /** It reaches beyond the last published holiday notice, and may move when the next is published. */
  readonly isProvisional: boolean;
}

const UNITS: Readonly<Record<Axis, ClockUnit>> = {
  WORKDAY: 'WORKDAY',
  DAY: 'DAY',
  WORK_TIME: 'WORK_HOUR',
  TIME: 'HOUR',
};

/** A clock as a limit at `now`; it stands where the clock does once the application has ended. */
export function limitAt(clock: Clock, calendar: WorkCalendar, now: number): CitizenLimit {
  const limit = tenth(limitOf(calendar, clock));
  const used = Math.max(0, tenth(elapsed(calendar, clock, now)));
  return {
    dueAt: lastInstantOf(clock, calendar),
    unit: UNITS[clock.axis],
    limit,
    used,
    left: Math.max(0, tenth(limit - used)),
    isOver: expired(calendar, clock, now),
    isProvisional: clock.provisional,
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
