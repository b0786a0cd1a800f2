/** A half-open stretch of time in milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const MINUTE_MS = 60_000;

/** The same time without overlaps, ordered; empty and reversed stretches are left out. */
export function mergeStretches(stretches: readonly Stretch[]): readonly Stretch[] {
  const merged: Stretch[] = [];
  const sorted = stretches.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from || a.to - b.to);
  for (const stretch of sorted) {
    const last = merged.at(-1);
    if (last === undefined || stretch.from > last.to) merged.push(stretch);
    else if (stretch.to > last.to) merged[merged.length - 1] = { from: last.from, to: stretch.to };
  }
  return merged;
}

/** What two lists of merged stretches have in common. */
export function commonStretches(one: readonly Stretch[], other: readonly Stretch[]): readonly Stretch[] {
  return one.flatMap((a) =>
    other
      .map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }))
      .filter(({ from, to }) => from < to),
  );
}

/** Minutes of merged stretches, with fractions. */
export function minutesOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + (to - from), 0) / MINUTE_MS;
}
