import type { RuleProblem } from '@gnomon/rule-engine';
import type { Instant } from '@gnomon/working-time';
import type { IdlePart } from '../part-health.ts';
import type { Finding } from './finding.ts';

/** What a subgraph says of itself at each look; the watcher that holds the lease reads them all. */
export interface Beat {
  readonly subgraph: string;
  readonly at: Instant;
  /** The process it runs in. */
  readonly process: string;
  /** Its background parts, and those that are being started again after an error. */
  readonly parts: readonly string[];
  readonly failing: readonly string[];
  /** Parts that have been in one round for longer than they mean to be. */
  readonly idle: readonly IdlePart[];
  /** Hashes of the rules and the calendar that it judges by. */
  readonly pack: string;
  readonly calendar: string;
  /** Why newer rules were refused; empty when they were not. */
  readonly problems: readonly RuleProblem[];
  /** The process's clock minus the database's, in milliseconds; 0 where the time that the question took explains it. */
  readonly skewMs: number;
  /** The oldest timer that is due by now and has not run; null when there is none. */
  readonly oldestDue: Instant | null;
  /** What it found of its own sources. */
  readonly findings: readonly Finding[];
}
