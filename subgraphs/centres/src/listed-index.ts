import type { KeptValue } from '@gnomon/records';

type Listed = Readonly<Record<string, KeptValue>>;
const known = new WeakMap<readonly Listed[], Map<string, ReadonlyMap<string, readonly Listed[]>>>();

/** Listed objects by one of their columns. Indexed once for a list that stays the same object. */
export function indexBy(listed: readonly Listed[], column: string): ReadonlyMap<string, readonly Listed[]> {
  const indexes = known.get(listed) ?? new Map<string, ReadonlyMap<string, readonly Listed[]>>();
  known.set(listed, indexes);
  const found = indexes.get(column);
  if (found !== undefined) return found;
  const index = Map.groupBy(listed, (one) => String(one[column] ?? ''));
  indexes.set(column, index);
  return index;
}
