import type { MarkSums } from './types.ts';

/** Marks that are equal in name, key and value, and how many they are. */
export interface MarkCount {
  readonly name: string;
  readonly key: string;
  readonly value: number;
  readonly n: number;
}

/** Sums of marks. Pure. */
export function sumMarks(counts: readonly MarkCount[]): MarkSums {
  const byName = Map.groupBy(counts, ({ name }) => name);
  const of = (name: string): readonly MarkCount[] => byName.get(name) ?? [];
  const byKey = (name: string): Map<string, number> => {
    const keys = new Map<string, number>();
    for (const { key, n } of of(name)) keys.set(key, (keys.get(key) ?? 0) + n);
    return keys;
  };
  return {
    count: (name) => of(name).reduce((sum, { n }) => sum + n, 0),
    sum: (name) => of(name).reduce((sum, { n, value }) => sum + n * value, 0),
    distinct: (name) => byKey(name).size,
    most: (name) => Math.max(0, ...byKey(name).values()),
    values: (name) =>
      of(name)
        .flatMap(({ value, n }) => new Array<number>(n).fill(value))
        .sort((a, b) => a - b),
  };
}
