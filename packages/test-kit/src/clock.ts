import type { Milliseconds, TimeSource } from '@gnomon/store';

/** A time source that stands still until it is set. */
export interface SettableTime extends TimeSource {
  /** Sets the time; ISO text with an offset, or milliseconds. It may go back only by `set`, never by `advance`. */
  set(instant: Milliseconds | string): void;
  /** Moves on by milliseconds. @throws {RangeError} when negative. */
  advance(ms: Milliseconds): void;
}

/** A clock for tests, standing at `start`. */
export function settableTime(start: Milliseconds | string): SettableTime {
  let present = readStart(start);
  return {
    now: () => present,
    set: (instant) => {
      present = readStart(instant);
    },
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError(`advance(${ms}): expected milliseconds ≥ 0; use set() to go back.`);
      present += ms;
    },
  };
}

function readStart(instant: Milliseconds | string): Milliseconds {
  const read = typeof instant === 'string' ? Date.parse(instant) : instant;
  const hasOffset = typeof instant !== 'string' || /(Z|[+-]\d\d:\d\d)$/.test(instant);
  if (Number.isInteger(read) && hasOffset) return read;
  throw new RangeError(
    `time ${instant}: expected whole milliseconds or ISO text with an offset, like 2026-11-23T09:00:00+08:00.`,
  );
}
