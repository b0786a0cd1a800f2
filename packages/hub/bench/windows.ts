import type { Arrival } from '@gnomon/province';

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** Last millisecond of the window in which an instant lies; windows count from midnight in China. */
export function endOfWindow(instant: number, windowMs: number): number {
  return Math.ceil((instant + CHINA_OFFSET_MS + 1) / windowMs) * windowMs - CHINA_OFFSET_MS - 1;
}

/** Arrivals window by window, each with the instant at which it ends. */
export function* windowsOf<T extends Arrival>(
  arrivals: readonly T[],
  windowMs: number,
): Generator<{ readonly at: number; readonly arrivals: readonly T[] }> {
  let from = 0;
  while (from < arrivals.length) {
    const at = endOfWindow((arrivals[from] as T).receivedAt, windowMs);
    let to = from;
    while (to < arrivals.length && (arrivals[to] as T).receivedAt <= at) to += 1;
    yield { at, arrivals: arrivals.slice(from, to) };
    from = to;
  }
}
