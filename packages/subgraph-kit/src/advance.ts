import {
  type Facts,
  type Level,
  type Pack,
  packAt,
  type Receipt,
  type ReceiptInput,
  type SubjectScope,
  type SubjectVerdicts,
  type Verdict,
} from '@gnomon/rule-engine';
import type { Instant, WorkCalendar } from '@gnomon/working-time';
import { composeSignal, type SignalCause } from './compose-signal.ts';
import { type FallReason, SEVERITY, type Signal, type SignalSubject } from './signal.ts';
import {
  type Arrival,
  type FactSource,
  type Horizon,
  NO_DELAY,
  type Standing,
  type StandingVerdict,
  type SubjectState,
} from './subject-state.ts';

/*
 * One function drives live, batch and timers (laws 1 to 3):
 *
 *   kept state ──► timers that are due before the arrival, each judged at its own instant with the OLD facts
 *              ──► the arrival: NEW facts judged at its instant
 *              ──► timers that are due until `until`, with the new facts ──► new state + signals
 *
 * It reads no clock. A timer that runs a week late, a replay and the live hub therefore give the same signals.
 *
 * A subject whose records may lawfully come later than their events has a *horizon*: at `r` it is judged by what is
 * complete, at `horizon.of(r)`. A turn at `t` is then told at `horizon.inverse(t)`, and still dated `t`.
 */

/** Everything `advance` decides from. */
export interface AdvanceInput {
  readonly pack: Pack;
  readonly calendar: WorkCalendar;
  readonly scope: SubjectScope;
  readonly subject: SignalSubject;
  /** `null` for a subject that is new. */
  readonly previous: SubjectState | null;
  /** `null` when only time passes. */
  readonly arrival: Arrival | null;
  /** Time up to which timers run, included; at least the arrival's instant. */
  readonly until: Instant;
  /** Default: `NO_DELAY`. */
  readonly horizon?: Horizon;
  /** Rows the present facts came from, for receipts; asked only when a receipt is made. */
  readonly sources?: () => readonly FactSource[];
  /** Makes receipts; the rule engine's own where it is not given. */
  readonly receipts?: (input: ReceiptInput) => Receipt;
}

/** The state after the step, and what is to be told. */
export interface Advanced {
  readonly facts: Facts;
  readonly standing: Standing;
  /** First instant at which time alone could change a verdict. */
  readonly dueAt: Instant;
  /** When the timer is to run: `dueAt` itself, or later under a horizon. */
  readonly wakeAt: Instant;
  readonly judgedTo: Instant;
  readonly signals: readonly Signal[];
  /** Level of every rule that applies, NONE included, for tallies; `null` when nothing was judged. */
  readonly levels: ReadonlyMap<string, Level> | null;
}

/** A rule whose `until` does not move forward would turn for ever; each step must gain at least a millisecond. */
const MOST_TIMER_STEPS = 100_000;

/**
 * Brings a subject from one state to the next. Pure.
 *
 * @throws {Error} when `until` lies before the arrival, or when the pack names an `until` that is not after `now`.
 */
export function advance(input: AdvanceInput): Advanced {
  const { previous, arrival, until } = input;
  if (arrival !== null && until < arrival.at) {
    throw new RangeError(
      `advance: \`until\` (${until}) must not lie before the arrival (${arrival.at}); pass the arrival's instant or a later one.`,
    );
  }
  const run = new Run(input, previous);
  if (previous !== null) run.passTime(arrival === null ? until : arrival.at);
  if (arrival !== null) {
    run.arrive(arrival);
    run.passTime(until);
  }
  return run.result();
}

/**
 * The levels of all rules just before a step, by judging the old facts again: what a tally must take off.
 * `null` for a new subject.
 */
export function levelsBefore(input: Omit<AdvanceInput, 'sources'>): ReadonlyMap<string, Level> | null {
  const { previous, arrival, until, pack, calendar, subject, horizon = NO_DELAY } = input;
  if (previous === null) return null;
  const known = Math.max(horizon.of(arrival === null ? until : arrival.at), previous.judgedTo ?? -Infinity);
  const now = Math.min(previous.dueAt - 1, known);
  return pack.judgeSubject(subject.kind, previous.facts, previous.scope ?? input.scope, calendar, now).levels;
}

class Run {
  readonly #input: AdvanceInput;
  readonly #horizon: Horizon;
  readonly #signals: Signal[] = [];
  #facts: Facts;
  #scope: SubjectScope;
  #standing: readonly StandingVerdict[];
  #signalCount: number;
  #dueAt: Instant;
  #wakeAt: Instant;
  #judgedTo: Instant;
  #levels: ReadonlyMap<string, Level> | null = null;

  constructor(input: AdvanceInput, previous: SubjectState | null) {
    this.#input = input;
    this.#horizon = input.horizon ?? NO_DELAY;
    this.#facts = previous?.facts ?? {};
    this.#scope = previous?.scope ?? input.scope;
    this.#standing = previous?.standing.verdicts ?? [];
    this.#signalCount = previous?.standing.signals ?? 0;
    this.#dueAt = previous?.dueAt ?? Infinity;
    this.#wakeAt = previous?.wakeAt ?? this.#horizon.inverse(this.#dueAt);
    this.#judgedTo = previous?.judgedTo ?? -Infinity;
  }

  passTime(until: Instant): void {
    for (let step = 0; this.#wakeAt <= until; step += 1) {
      if (step >= MOST_TIMER_STEPS)
        throw new Error(`advance: ${this.#name()} took ${step} timer steps; a rule's \`until\` does not settle.`);
      const now = this.#dueAt;
      const at = this.#wakeAt;
      const found = this.#judge(now);
      this.#compare(found.verdicts, { at, now, turnedAt: () => now, fellAt: () => now, disproves: () => false });
    }
  }

  arrive(arrival: Arrival): void {
    this.#facts = arrival.facts;
    this.#scope = this.#input.scope;
    const now = this.#knownTo(arrival);
    const found = this.#judge(now);
    if (found.verdicts.length === 0 && this.#standing.length === 0) return;
    this.#compare(found.verdicts, {
      at: arrival.at,
      now,
      turnedAt: (verdict) => this.#turnedAt(verdict, arrival, now),
      fellAt: (standing) => Math.max(standing.turnedAt, Math.min(arrival.happenedAt ?? arrival.at, arrival.at)),
      disproves: (standing) => this.#isDisproved(standing, arrival),
    });
  }

  result(): Advanced {
    return {
      facts: this.#facts,
      standing: { verdicts: this.#standing, signals: this.#signalCount },
      dueAt: this.#dueAt,
      wakeAt: this.#wakeAt,
      judgedTo: this.#judgedTo,
      signals: this.#signals,
      levels: this.#levels,
    };
  }

  /** Where new facts are judged: at the horizon, but never before an event of their own or before what was judged. */
  #knownTo({ at, knownTo = -Infinity, origin = -Infinity }: Arrival): Instant {
    return Math.min(at, Math.max(this.#horizon.of(at), knownTo, origin, this.#judgedTo));
  }

  #judge(now: Instant): SubjectVerdicts {
    const { pack, calendar, subject } = this.#input;
    const found = pack.judgeSubject(subject.kind, this.#facts, this.#scope, calendar, now);
    if (found.until <= now)
      throw new Error(
        `advance: ${this.#name()} was judged at ${now} with until ${found.until}; it must lie after the instant judged.`,
      );
    this.#dueAt = found.until;
    this.#wakeAt = this.#horizon.inverse(found.until);
    this.#judgedTo = Math.max(this.#judgedTo, now);
    this.#levels = found.levels;
    return found;
  }

  /** Merges two lists that are sorted alike, and tells each difference. */
  #compare(found: readonly Verdict[], step: Step): void {
    const old = this.#standing;
    const next: StandingVerdict[] = [];
    let o = 0;
    let f = 0;
    while (o < old.length || f < found.length) {
      const order = o >= old.length ? 1 : f >= found.length ? -1 : compareKeys(old[o]!, found[f]!);
      const standing = order <= 0 ? old[o++]! : null;
      const verdict = order >= 0 ? found[f++]! : null;
      const kept = this.#tell(standing, verdict, step);
      if (kept !== null) next.push(kept);
    }
    this.#standing = next;
  }

  #tell(standing: StandingVerdict | null, verdict: Verdict | null, step: Step): StandingVerdict | null {
    const before = standing?.level ?? 'NONE';
    const after = verdict?.level ?? 'NONE';
    if (verdict !== null && before === after) return { ...standing!, missing: verdict.missing };
    if (verdict !== null && SEVERITY[after] > SEVERITY[before])
      return this.#rise(verdict, before, step.turnedAt(verdict), step);
    const reason = this.#reasonOfFall(standing!, verdict, step);
    const corrected = reason === null && step.disproves(standing!);
    const turnedAt = corrected ? standing!.turnedAt : step.fellAt(standing!);
    this.#emit({
      kind: corrected ? 'CORRECTED' : 'FELL',
      reason,
      before,
      verdict: verdict ?? { ...standing!, level: 'NONE' },
      turnedAt,
      at: step.at,
    });
    if (verdict === null) return null;
    // A card that is disproved is withdrawn whole; the lower level that holds instead begins a life of its own.
    if (corrected && SEVERITY[after] >= SEVERITY.WARNING)
      return this.#rise(verdict, 'NONE', step.turnedAt(verdict), step);
    return { ...verdictKey(verdict), level: after, turnedAt, missing: verdict.missing };
  }

  #rise(verdict: Verdict, before: Level, turnedAt: Instant, step: Step): StandingVerdict {
    this.#emit({ kind: 'ROSE', reason: null, before, verdict, turnedAt, at: step.at });
    return { ...verdictKey(verdict), level: verdict.level, turnedAt, missing: verdict.missing };
  }

  #reasonOfFall(standing: StandingVerdict, verdict: Verdict | null, step: Step): FallReason | null {
    if (standing.level === 'UNKNOWN') return 'KNOWN';
    // Also when a lower rung is true: a stronger one that cannot be decided is not disproved.
    if (verdict !== null && verdict.missing.length > 0) return 'MISSING';
    const { pack, subject, calendar } = this.#input;
    if (!packAt(pack, step.now).rules.has(standing.rule)) return 'RULE_ENDED';
    if (verdict !== null) return null;
    const alone = pack.judgeRule(standing.rule, subject.kind, this.#facts, this.#scope, calendar, step.now);
    const own = alone.find((candidate) => candidate.occurrence === standing.occurrence);
    return own !== undefined && SEVERITY[own.level] >= SEVERITY[standing.level] ? 'YIELDED' : null;
  }

  #isDisproved(standing: StandingVerdict, arrival: Arrival): boolean {
    const { pack, subject, calendar } = this.#input;
    const then = arrival.asOf === undefined ? arrival.facts : arrival.asOf(standing.turnedAt);
    const alone = pack.judgeRule(standing.rule, subject.kind, then, this.#scope, calendar, standing.turnedAt);
    const own = alone.find((candidate) => candidate.occurrence === standing.occurrence);
    if (own === undefined) return true;
    return own.missing.length === 0 && SEVERITY[own.level] < SEVERITY[standing.level];
  }

  #turnedAt(verdict: Verdict, arrival: Arrival, now: Instant): Instant {
    const origin = Math.min(arrival.origin ?? now, now);
    const { pack, subject, calendar } = this.#input;
    const turned = pack.turnedAt(
      verdict.rule,
      subject.kind,
      verdict.occurrence,
      this.#facts,
      this.#scope,
      calendar,
      now,
      origin,
    );
    // Held since the beginning under these facts: not time turned it but what is new in them.
    if (turned <= origin) return Math.max(origin, Math.min(arrival.happenedAt ?? now, now));
    return turned;
  }

  #emit(cause: SignalCause): void {
    this.#signalCount += 1;
    this.#signals.push(composeSignal(this.#input, this.#facts, this.#scope, cause, this.#signalCount));
  }

  #name(): string {
    return `${this.#input.subject.kind} ${this.#input.subject.id}`;
  }
}

/** How one step dates a rise and judges a fall. */
interface Step {
  /** When it became known. */
  readonly at: Instant;
  /** The instant judged; before `at` under a horizon. */
  readonly now: Instant;
  turnedAt(verdict: Verdict): Instant;
  fellAt(standing: StandingVerdict): Instant;
  disproves(standing: StandingVerdict): boolean;
}

function verdictKey(verdict: Verdict): Pick<StandingVerdict, 'rule' | 'occurrence'> {
  return { rule: verdict.rule, occurrence: verdict.occurrence };
}

function compareKeys(
  a: Pick<StandingVerdict, 'rule' | 'occurrence'>,
  b: Pick<StandingVerdict, 'rule' | 'occurrence'>,
): number {
  if (a.rule !== b.rule) return a.rule < b.rule ? -1 : 1;
  if (a.occurrence === b.occurrence) return 0;
  return a.occurrence < b.occurrence ? -1 : 1;
}
