import type { Arrival } from './arrivals.ts';
import type { Applicant, TimedRow } from './case.ts';
import type { CastAgency, CastItem, CastSource } from './cast.ts';
import type { NaiveCalendar } from './naive-calendar.ts';
import type { Random } from './random.ts';

/** What must be found, and nothing else, over all domains. */
export interface SceneFinding {
  /** `EL-01`, `CX-03` … */
  readonly indicator: string;
  /** Kind in the rules' dictionaries, for example `licence-duty`. */
  readonly subjectKind: string;
  readonly subject: string;
  /** Element of the subject that it is about; empty for the subject as a whole. */
  readonly occurrence: string;
  readonly level: 'WARNING' | 'YELLOW' | 'RED';
  /** ISO instant for findings that time alone brings about; `null` where an arriving row does. */
  readonly turnedAt: string | null;
}

/** What a domain's part of a season is made from. */
export interface SceneWorld {
  readonly random: Random;
  readonly calendar: NaiveCalendar;
  readonly applicants: { next(): Applicant };
  /** Days of the season (numbers as in naive-calendar.ts), first and last included. */
  readonly days: readonly number[];
  readonly workdays: readonly number[];
  /** `YYYY-MM` of each month of the season: three. */
  readonly months: readonly string[];
  /** The instant at which everything is read: 09:00 of the first working day after the season. */
  readonly readAt: number;
  /**
   * Agencies that nobody else uses: the n-th of this scene, spread over divisions; stable for equal seeds. Credit codes of
   * different scenes never meet.
   */
  agency(n: number): CastAgency;
  /** Size of the clean load, in records of the domain; planted ones come on top. */
  readonly clean: number;
}

/** A domain's part of a season: who takes part, what is pushed, and the truth beside it. */
export interface Scene {
  readonly agencies: readonly CastAgency[];
  readonly items: readonly CastItem[];
  /** Sources of its own, own platforms, `mustPush: false` (they push no work items; DP-13 would miss those). */
  readonly sources: readonly CastSource[];
  /** Rows by subgraph: its own, and `work-items` for the work items that its story needs. */
  readonly rows: Readonly<Record<string, readonly TimedRow[]>>;
  /** Rows whose arrival matters and is set here: never late, shuffled or doubled. */
  readonly fixed?: Readonly<Record<string, readonly Arrival[]>>;
  /** Everything that must stand at `readAt` because of these rows, of whatever domain (a late child is a WI-03 as well). */
  readonly truth: readonly SceneFinding[];
}
