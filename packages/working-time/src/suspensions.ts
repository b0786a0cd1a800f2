/** A half-open stretch of positions `[from, to)`; `to` is `Infinity` while it is open. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Merges overlapping and touching stretches; empty ones vanish. The order in which they come does not matter. */
export function mergeStretches(stretches: readonly Stretch[]): readonly Stretch[] {
  const merged: Stretch[] = [];
  for (const next of stretches.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && next.from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else merged.push(next);
  }
  return merged;
}

/** What the suspensions do to a clock: the end they move it to, and where it stands still (`Infinity`: nowhere). */
export interface Suspended {
  readonly due: number;
  readonly standsFrom: number;
}

/**
 * Walks merged stretches in order. One that begins after the end reached so far is void, and so are those after it:
 * a procedure opened when the limit is used up does not stop the clock.
 * @param count how many positions of the axis a closed stretch takes out
 * @param isAfter whether a stretch's begin lies after an end
 */
export function applyStretches(
  stretches: readonly Stretch[],
  dueAfter: (suspended: number) => number,
  count: (stretch: Stretch) => number,
  isAfter: (from: number, due: number) => boolean,
): Suspended {
  let suspended = 0;
  let due = dueAfter(0);
  for (const stretch of stretches) {
    if (isAfter(stretch.from, due)) break;
    if (stretch.to === Number.POSITIVE_INFINITY) return { due, standsFrom: stretch.from };
    suspended += count(stretch);
    due = dueAfter(suspended);
  }
  return { due, standsFrom: Number.POSITIVE_INFINITY };
}
