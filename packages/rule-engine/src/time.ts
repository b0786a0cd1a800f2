import {
  type Clock,
  elapsed,
  elapsedAboveFrom,
  elapsedAtLeastFrom,
  expiredFrom,
  type Instant,
  left,
  leftAtMostFrom,
  leftBelowFrom,
  overdue,
  overdueAboveFrom,
  overdueAtLeastFrom,
  since,
  sinceAboveFrom,
  sinceAtLeastFrom,
  type WorkCalendar,
  withLimit,
  workdaysSince,
  workdaysSinceAboveFrom,
  workdaysSinceAtLeastFrom,
  workHoursSince,
  workHoursSinceAboveFrom,
  workHoursSinceAtLeastFrom,
} from '@gnomon/working-time';
import type { Ordering, Quantity } from './node.ts';

/** First instant at which a comparison of a clock, or of the time since an instant, with `bound` turns. */
export type Turn = (calendar: WorkCalendar, of: Clock | Instant, bound: number) => Instant;
type ClockTurn = (calendar: WorkCalendar, of: Clock, bound: number) => Instant;
type SinceTurn = (calendar: WorkCalendar, of: Instant, bound: number) => Instant;
type Pair<F> = { readonly strict: F; readonly loose: F };

const CLOCK_TURNS: Readonly<Record<'left' | 'overdue' | 'elapsed', Pair<ClockTurn>>> = {
  left: { strict: leftBelowFrom, loose: leftAtMostFrom },
  overdue: { strict: overdueAboveFrom, loose: overdueAtLeastFrom },
  elapsed: { strict: elapsedAboveFrom, loose: elapsedAtLeastFrom },
};
const SINCE_TURNS: Readonly<Record<'since' | 'workdaysSince' | 'workHoursSince', Pair<SinceTurn>>> = {
  since: { strict: sinceAboveFrom, loose: sinceAtLeastFrom },
  workdaysSince: { strict: workdaysSinceAboveFrom, loose: workdaysSinceAtLeastFrom },
  workHoursSince: { strict: workHoursSinceAboveFrom, loose: workHoursSinceAtLeastFrom },
};

/** First instant at which the clock is expired; `Infinity` when it stands still before. */
export const expiredTurn: (calendar: WorkCalendar, clock: Clock) => Instant = expiredFrom;

/** No calendar reaches this far (2.7 million years of days); beyond it a bound means "never" or "always". */
const FARTHEST = 1e9;
const withinReach = (bound: number): number =>
  bound > FARTHEST ? Number.POSITIVE_INFINITY : bound < -FARTHEST ? Number.NEGATIVE_INFINITY : bound;

/** The longest limit that a rule can put in place of a clock's own. */
const LONGEST_LIMIT = 1e6;

/**
 * The turning function of `quantity relation bound`, and whether the comparison holds before the turn instead of after it.
 * `left` falls with time, all others rise; a comparison that holds before its turn ends where its complement begins.
 */
export function turnOf(quantity: Quantity, relation: Ordering): { readonly from: Turn; readonly trueBefore: boolean } {
  const towards = quantity === 'left' ? '<' : '>';
  const trueBefore = !relation.startsWith(towards);
  const strict = trueBefore ? relation.endsWith('=') : !relation.endsWith('=');
  const pair = isClockQuantity(quantity) ? CLOCK_TURNS[quantity] : SINCE_TURNS[quantity];
  const inverse = (strict ? pair.strict : pair.loose) as Turn;
  const from: Turn = (calendar, of, bound) => inverse(calendar, of, withinReach(bound));
  return { from, trueBefore };
}

/** True for the quantities that are asked of a clock; the others are asked of an instant. */
export const isClockQuantity = (quantity: Quantity): quantity is 'left' | 'overdue' | 'elapsed' =>
  Object.hasOwn(CLOCK_TURNS, quantity);

const HOUR_MS = 3_600_000;
/** The clock's limit as a rule reads it: days, or hours on the two time axes. */
export const limitOfClock = (clock: Clock): number =>
  clock.axis === 'WORKDAY' || clock.axis === 'DAY' ? clock.limit : clock.limit / HOUR_MS;

/** The two-argument form: the same clock under another limit in the rule's unit; unknown when that is no limit. */
export function clockWithLimit(clock: Clock | undefined, limit: number | undefined): Clock | undefined {
  if (clock === undefined || clock === null || limit === undefined || !(limit >= 0 && limit <= LONGEST_LIMIT))
    return undefined;
  return withLimit(clock, limit);
}

/** The quantity's value at `now`, for messages and explanations. */
export function quantityAt(quantity: Quantity, calendar: WorkCalendar, of: Clock | Instant, now: Instant): number {
  if (typeof of === 'number') {
    if (quantity === 'since') return since(calendar, of, now);
    return quantity === 'workdaysSince' ? workdaysSince(calendar, of, now) : workHoursSince(calendar, of, now);
  }
  if (quantity === 'left') return left(calendar, of, now);
  return quantity === 'overdue' ? overdue(calendar, of, now) : elapsed(calendar, of, now);
}
