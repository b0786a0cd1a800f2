import { CLAIM_NAMES } from './claims.ts';
import { type Deed, TRIES, type Try } from './lines.ts';
import { ACTIVE, EVERYBODY, type Person } from './people.ts';
import { createRandom, type Random } from './random.ts';
import type { Level } from './teller.ts';

/** Somebody's try. `card` 0 is the newest of the subject. */
export interface Attempt {
  readonly card: number;
  readonly person: Person;
  readonly deed: Deed;
}

/** One thing that happens. Plain data, so that a walk can be kept, shortened and gone again. */
export type Step =
  /** Time passes: so much of it, or to a coming turn and a little before or behind it. */
  | { readonly kind: 'WAIT'; readonly ms: number }
  | { readonly kind: 'GO_TO'; readonly turn: number; readonly offset: number }
  /** The hub's own parts get round to their work, all of them or one. */
  | { readonly kind: 'SETTLE'; readonly part: 'ALL' | 'TIMERS' | 'LOOP' | 'DOMAIN' }
  /** A domain speaks, perhaps late; `-1` in `from` is what it last said. */
  | {
      readonly kind: 'TOLD';
      readonly subject: number;
      readonly to: Level;
      readonly isCorrection: boolean;
      /** When it falls: because its rule is in force no more. */
      readonly isRuleEnded: boolean;
      readonly isHeld: boolean;
      /** It carries a receipt: a limit ran out. */
      readonly isTimed: boolean;
      readonly lateMs: number;
    }
  /** Somebody does one of the things that are possible. */
  | {
      readonly kind: 'DO';
      readonly subject: number;
      readonly pick: number;
      readonly mayEnd: boolean;
      readonly days: number;
    }
  | ({ readonly kind: 'TRY'; readonly subject: number } & Attempt)
  | { readonly kind: 'BOTH'; readonly subject: number; readonly first: Attempt; readonly second: Attempt }
  /** The machine stops in the midst of it, before a commit or at a statement; then it is done again. */
  | {
      readonly kind: 'CRASH';
      readonly in: 'ACT' | 'SETTLE';
      readonly at: number;
      readonly subject: number;
      readonly pick: number;
    }
  | { readonly kind: 'RESTART' }
  /** A card by hand, an acknowledgement of a warning, an outage that is declared, and its end. */
  | {
      readonly kind: 'HAND';
      readonly subject: number;
      readonly person: Person;
      readonly level: 'YELLOW' | 'RED';
      readonly isBad: boolean;
    }
  | { readonly kind: 'SEEN'; readonly subject: number; readonly person: Person }
  | {
      readonly kind: 'OUTAGE';
      readonly person: Person;
      readonly source: string | null;
      readonly beforeMs: number;
      readonly afterMs: number | null;
    }
  /** The hub makes the reports of the periods that have ended; a body publishes one, or talks with the leader. */
  | { readonly kind: 'REPORTS' }
  | { readonly kind: 'PUBLISH' | 'TALK'; readonly report: number }
  /** Somebody does something with a card of the loop, of those that stand one of the oldest. */
  | {
      readonly kind: 'LOOP';
      readonly card: number;
      readonly pick: number;
      readonly mayEnd: boolean;
      readonly days: number;
    }
  | ({ readonly kind: 'LOOP_TRY' } & Attempt)
  | { readonly kind: 'OUTAGE_OVER'; readonly person: Person; readonly beforeMs: number };

export const SUBJECTS = 4;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What happens in a stretch, by its seed; with reports, these come between and leave the rest as it is. */
export function stepsOf(count: number, seed: number, withReports = false): readonly Step[] {
  const random = createRandom(seed);
  const steps = Array.from({ length: count }, () => stepOf(random));
  const other = createRandom(seed ^ 0x3c6ef372);
  return withReports ? steps.flatMap((step) => (other.below(6) === 0 ? [step, reportStepOf(other)] : [step])) : steps;
}

function reportStepOf(random: Random): Step {
  const kind = random.of(['REPORTS', 'PUBLISH', 'PUBLISH', 'TALK'] as const);
  return kind === 'REPORTS' ? { kind } : { kind, report: random.below(6) };
}

function stepOf(random: Random): Step {
  const subject = random.below(SUBJECTS);
  return random.weighted<() => Step>([
    [
      45,
      () => ({
        kind: 'DO',
        subject,
        pick: random.below(10_000),
        mayEnd: random.below(8) === 0,
        days: 1 + random.below(10),
      }),
    ],
    [12, () => ({ kind: 'TRY', subject, ...attemptOf(random) })],
    [3, () => ({ kind: 'BOTH', subject, first: attemptOf(random), second: attemptOf(random) })],
    [8, () => toldOf(random, subject)],
    [9, () => ({ kind: 'WAIT', ms: waitOf(random) })],
    [14, () => ({ kind: 'GO_TO', turn: random.below(3) * random.below(3), offset: random.below(3) - 1 })],
    [14, () => ({ kind: 'SETTLE', part: random.of(['ALL', 'ALL', 'ALL', 'TIMERS', 'LOOP', 'DOMAIN']) })],
    [
      4,
      () => ({
        kind: 'CRASH',
        in: random.of(['ACT', 'SETTLE']),
        at: random.below(24),
        subject,
        pick: random.below(10_000),
      }),
    ],
    [1, () => ({ kind: 'RESTART' })],
    [
      2,
      () => ({
        ...{ kind: 'HAND', subject, person: random.of(EVERYBODY), level: random.of(['YELLOW', 'RED'] as const) },
        isBad: random.below(10) === 0,
      }),
    ],
    [2, () => ({ kind: 'SEEN', subject, person: random.below(2) === 0 ? 'STAFF' : random.of(EVERYBODY) })],
    [
      1,
      () => ({
        kind: 'OUTAGE',
        person: random.of(EVERYBODY),
        source: random.of([null, null, '115', '116']),
        beforeMs: random.below(2 * DAY_MS),
        afterMs: afterOf(random),
      }),
    ],
    [
      9,
      () => ({
        ...{ kind: 'LOOP', card: random.below(4), pick: random.below(10_000) },
        ...{ mayEnd: random.below(8) === 0, days: 1 + random.below(10) },
      }),
    ],
    [2, () => ({ kind: 'LOOP_TRY', ...attemptOf(random), card: random.below(6) })],
    [1, () => ({ kind: 'OUTAGE_OVER', person: random.of(ACTIVE), beforeMs: random.below(DAY_MS) })],
  ])();
}

function afterOf(random: Random): number | null {
  return random.below(3) === 0 ? null : 1 + random.below(2 * DAY_MS);
}

function toldOf(random: Random, subject: number): Step {
  return {
    ...{ kind: 'TOLD', subject, to: random.of<Level>(['NONE', 'WARNING', 'YELLOW', 'YELLOW', 'RED']) },
    ...{
      isCorrection: random.below(4) === 0,
      isRuleEnded: random.below(5) === 0,
      isHeld: random.below(3) === 0,
      isTimed: random.below(2) === 0,
    },
    lateMs: random.below(2) === 0 ? 0 : random.below(8 * DAY_MS),
  };
}

function waitOf(random: Random): number {
  return random.of([1, 1 + random.below(60_000), random.below(9 * HOUR_MS), random.below(4 * DAY_MS)]);
}

/** The next step of the loop is tried more often than nonsense, so that cards come far. */
const USUAL: readonly Try[] = ['SIGNED', 'ACCEPTED', 'APPEALED', 'PLAN_SUBMITTED', 'PLAN_APPROVED', 'RESULT_REPORTED'];

function attemptOf(random: Random): Attempt {
  const kind = random.below(3) === 0 ? random.of(USUAL) : random.of(TRIES);
  const person = random.below(3) === 0 ? random.of(EVERYBODY) : random.of(ACTIVE);
  const deed = {
    ...{ kind, days: 1 + random.below(10), isBad: random.below(12) === 0, isOdd: random.below(4) === 0 },
    ...{ claim: random.of([null, ...CLAIM_NAMES]), isExplained: random.below(2) === 0 },
  };
  return { card: random.below(5) === 0 ? random.below(4) : 0, person, deed };
}
