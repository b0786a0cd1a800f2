import type { Instant } from '@gnomon/working-time';

/**
 * Three-valued logic: FALSE < UNKNOWN < TRUE, so that `&&` is the least, `||` the greatest and `!` is `2 − v`.
 * Each value carries the first instant at which it could change by time alone.
 */
export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;
export type Truth = 0 | 1 | 2;

export interface Timed {
  readonly value: Truth;
  readonly until: Instant;
}

export const NEVER = Number.POSITIVE_INFINITY;
export const always = (value: Truth): Timed => ({ value, until: NEVER });

/** `!a`. */
export const not = (a: Timed): Timed => ({ value: (2 - a.value) as Truth, until: a.until });

/**
 * `a && b && …`. While one item is false the whole stays false, so the latest `until` of the false items holds;
 * otherwise any item's change can change the whole.
 */
export const and = (items: readonly Timed[]): Timed => combine(items, FALSE);
/** `a || b || …`, the mirror image. */
export const or = (items: readonly Timed[]): Timed => combine(items, TRUE);

function combine(items: readonly Timed[], dominant: 0 | 2): Timed {
  let value: Truth = (2 - dominant) as Truth;
  let soonest = NEVER;
  let dominantUntil = -1;
  for (const item of items) {
    if (item.value === dominant) dominantUntil = Math.max(dominantUntil, item.until);
    else {
      if (item.value === UNKNOWN) value = UNKNOWN;
      soonest = Math.min(soonest, item.until);
    }
  }
  return dominantUntil === -1 ? { value, until: soonest } : { value: dominant, until: dominantUntil };
}
