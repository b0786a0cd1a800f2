import type { Facts, Level, SubjectScope } from '@gnomon/rule-engine';
import type { Instant } from '@gnomon/working-time';

/** A verdict that stands: what was last said about one rule and occurrence. */
export interface StandingVerdict {
  readonly rule: string;
  readonly occurrence: string;
  readonly level: Level;
  readonly turnedAt: Instant;
  readonly missing: readonly string[];
}

/** What is remembered of a subject's verdicts. Plain JSON; domains store it as it is. */
export interface Standing {
  /** Sorted by rule, then occurrence; never NONE. */
  readonly verdicts: readonly StandingVerdict[];
  /** Number of signals given so far; the next one has the ordinal `signals + 1`. */
  readonly signals: number;
}

/** A subject of which nothing was ever said. */
export const NOTHING_STANDS: Standing = { verdicts: [], signals: 0 };

/**
 * Up to which instant the records of a subject must have come. `of` never falls and never lies after `r`, and both belong
 * together: `of(inverse(t)) >= t`, and `of(r) < t` for every `r < inverse(t)`. Hence no turn is told before all that
 * could prevent it had to be here.
 */
export interface Horizon {
  /** The instant up to which everything must be known by `r`. */
  of(r: Instant): Instant;
  /** The first `r` by which everything up to `t` must be known; `Infinity` for `Infinity`. */
  inverse(t: Instant): Instant;
}

/** The horizon of a subject whose records come as things happen. */
export const NO_DELAY: Horizon = { of: (r) => r, inverse: (t) => t };

/** The state of a subject between two steps. */
export interface SubjectState {
  readonly facts: Facts;
  readonly standing: Standing;
  /** First instant at which time alone could change a verdict; `Infinity` when it changes nothing. */
  readonly dueAt: Instant;
  /** When to judge at `dueAt`. Default: the instant by which everything up to `dueAt` must be known. */
  readonly wakeAt?: Instant;
  /** The latest instant at which the subject was judged; it is never judged at an earlier one again. */
  readonly judgedTo?: Instant;
  /** Scope under which the facts were judged; the call's own when absent. */
  readonly scope?: SubjectScope;
}

/** A row a receipt names as where its facts came from. */
export interface FactSource {
  readonly table: string;
  readonly row: string;
  readonly version: number;
  readonly hash: string;
}

/** New facts of a subject. */
export interface Arrival {
  readonly facts: Facts;
  /** The instant at which they reached the hub. */
  readonly at: Instant;
  /** The subject's beginning: no level is dated earlier. Default: `at`. */
  readonly origin?: Instant;
  /** When what is new in the facts happened; dates a level that does not depend on time. Default: `at`. */
  readonly happenedAt?: Instant;
  /** The latest event that the facts tell of: the subject is known up to it, though the horizon lies before. */
  readonly knownTo?: Instant;
  /**
   * The facts as they would have been at an earlier instant, from all that is known now: rows whose event lies later
   * left out. It tells `FELL` (a finish after the warning) from `CORRECTED` (a finish before it). Default: `facts`.
   */
  readonly asOf?: (instant: Instant) => Facts;
}
