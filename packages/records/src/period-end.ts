import type { Facts } from '@gnomon/rule-engine';
import type { Instant } from '@gnomon/working-time';

/** The last millisecond of the period that an aggregate's facts tell of (`period`), or `null` when they tell of none. */
export function periodEnd({ period }: Facts): Instant | null {
  if (typeof period !== 'object' || !('axis' in period) || !('due' in period)) return null;
  return period.axis === 'TIME' && typeof period.due === 'number' ? period.due - 1 : null;
}
