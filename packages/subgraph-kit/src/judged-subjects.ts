import { type Facts, type Level, packUntil } from '@gnomon/rule-engine';
import {
  appendToOutbox,
  appendWatch,
  type Database,
  type OutboxEntry,
  settleTimers,
  type TimeSource,
} from '@gnomon/store';
import type { Instant } from '@gnomon/working-time';
import type { Logger } from 'pino';
import { type Advanced, type AdvanceInput, advance, levelsBefore } from './advance.ts';
import { createRounds } from './background.ts';
import { followRules } from './follow-rules.ts';
import type { KitMetrics } from './metrics.ts';
import { SIGNAL_ENTRY_TYPE, type Signal } from './signal.ts';
import type { Arrival } from './subject-state.ts';
import {
  claimDueSubjects,
  clearFaults,
  lockSubjects,
  rearmSubjects,
  type SubjectKey,
  type SubjectRow,
  type Transaction,
  writeSubjects,
} from './subject-store.ts';
import type { BackgroundPart, RulesInForce, RulesPort } from './types.ts';
import { createWatchBook } from './watch/watch-book.ts';

const BATCH = 500;
const POLL_MS = 200;

/** A subject's place and new facts. */
export interface SubjectArrival extends Omit<SubjectRow, 'facts' | 'standing' | 'dueAt' | 'fault' | 'sources'> {
  readonly arrival: Arrival;
  readonly sources?: SubjectRow['sources'];
}

/** What one step did to one subject; `levelsBefore` judges the old facts again and is paid for only when called. */
export interface SubjectChange {
  readonly subject: SubjectRow;
  readonly signals: readonly Signal[];
  readonly levelsBefore: () => ReadonlyMap<string, Level> | null;
  readonly levels: ReadonlyMap<string, Level> | null;
}

/** How a domain keeps its judged subjects. */
export interface JudgedSubjectsOptions {
  readonly database: Database;
  /** Table of the shape of `sql/subject.sql`, in the subgraph's schema. */
  readonly table: string;
  /** Stream of the feed into which the signals go. */
  readonly stream: string;
  readonly domain: string;
  /** GraphQL type of a subject kind, for example `source-day` → `SourceDay`. */
  readonly typeOf: (kind: string) => string;
  /** What a rule's scope compares of a subject's item, for example the basic code inside a longer one. */
  readonly scopeItem: (item: string) => string;
  /** When what the facts tell of was over, `null` while it goes on: rules that come into force later do not judge it. Default: never over. */
  readonly endOf?: (facts: Facts) => Instant | null;
  readonly rules: RulesPort;
  readonly time: TimeSource;
  readonly log: Logger;
  readonly metrics: KitMetrics;
  /** As in `AdvanceInput`. */
  readonly receipts?: NonNullable<AdvanceInput['receipts']>;
  /**
   * Other rules or another calendar came into force: facts that hold clocks of its working days, anew as of now, since a stored clock counts
   * the working days of the calendar under which it was opened.
   */
  readonly anew?: (tx: Transaction, at: Instant) => Promise<readonly SubjectArrival[]>;
  /** Writes what else belongs to the step (tallies), in the same transaction. */
  readonly onChanged?: (tx: Transaction, changes: readonly SubjectChange[]) => Promise<void>;
}

/** Subjects that are judged when facts arrive and when time passes, each in one transaction with their signals (law 5). */
export interface JudgedSubjects {
  /** Judges arrivals inside the caller's transaction and writes state, signals and what `onChanged` adds. One arrival a subject. */
  take(tx: Transaction, arrivals: readonly SubjectArrival[], until?: Instant): Promise<readonly SubjectChange[]>;
  /** Judges all subjects that are due at the present instant; the number judged. */
  passTime(): Promise<number>;
  /** The timer loop. */
  readonly timers: BackgroundPart;
}

export function createJudgedSubjects(options: JudgedSubjectsOptions): JudgedSubjects {
  const { database, table, time, metrics, log } = options;

  async function take(
    tx: Transaction,
    arrivals: readonly SubjectArrival[],
    until?: Instant,
  ): Promise<readonly SubjectChange[]> {
    refuseRepeated(arrivals);
    const known = new Map((await lockSubjects(tx, table, arrivals)).map((row) => [keyText(row), row]));
    const changes = arrivals.map((arrived) => {
      const { arrival, sources = [], ...place } = arrived;
      const old = known.get(keyText(arrived)) ?? null;
      const next = { ...place, sources, facts: arrival.facts };
      return step(options, old, { row: next, arrival, until: until ?? arrival.at });
    });
    await keep(tx, changes, Math.max(until ?? -Infinity, ...arrivals.map(({ arrival }) => arrival.at)));
    return changes;
  }

  const timers = {
    database,
    time,
    limit: BATCH,
    claim: (tx: Transaction, due: { limit: number; now: Instant }) => claimDueSubjects(tx, table, due.now, due.limit),
    handle: async (tx: Transaction, due: readonly SubjectRow[], now: Instant) => {
      await keep(
        tx,
        due.map((row) => judgeDue(row, now)),
        now,
      );
      for (const row of due) {
        metrics.timers.inc({ subgraph: database.schema, kind: row.kind });
        metrics.timerLagSeconds.observe({ subgraph: database.schema }, Math.max(0, now - row.dueAt) / 1000);
      }
    },
  };
  let followed: RulesInForce | null = null;
  async function passTime(): Promise<number> {
    const rules = options.rules.current();
    if (rules !== followed) {
      await followRules(database, table, rules, async (tx) => {
        // First, so that no clock of the old calendar is judged by the working days of the new one.
        const anew = (await options.anew?.(tx, time.now())) ?? [];
        if (anew.length > 0) await take(tx, anew);
        await rearmSubjects(tx, table, Math.min(time.now(), rules.since ?? Infinity));
      });
      // What could not be judged may be judged under other rules, or by another build.
      const cleared = await database.transaction((tx) => clearFaults(tx, table));
      if (cleared > 0) log.info({ cleared, table }, 'faulty subjects are judged again');
      followed = rules;
    }
    return settleTimers<SubjectRow>(timers);
  }

  function judgeDue(row: SubjectRow, now: Instant): SubjectChange {
    try {
      return step(options, row, { row, arrival: null, until: now });
    } catch (err) {
      log.error(
        { err, kind: row.kind, subject: row.id },
        'a due subject could not be judged; its timer rests until rules change or facts arrive, and its verdicts stand as they were',
      );
      const subject = { ...row, fault: err instanceof Error ? err.message : String(err) };
      return { subject, signals: [], levels: null, levelsBefore: () => null };
    }
  }

  async function keep(tx: Transaction, changes: readonly SubjectChange[], at: Instant): Promise<void> {
    await writeSubjects(
      tx,
      table,
      changes.map((change) => change.subject),
    );
    await appendToOutbox(
      tx,
      signalEntries(
        options.stream,
        changes.flatMap((change) => change.signals),
      ),
    );
    await appendWatch(tx, options.stream, watched(changes, at));
    await options.onChanged?.(tx, changes);
  }

  return {
    take,
    passTime,
    timers: createRounds(`${table} timers`, POLL_MS, async () => (await passTime()) > 0),
  };
}

/** Signals as entries of a domain's stream, in the order in which they became known; those of one subject keep theirs, so that no correction comes before its rise. */
export function signalEntries(stream: string, signals: readonly Signal[]): readonly OutboxEntry[] {
  return signals
    .toSorted((a, b) => (a.knownAt < b.knownAt ? -1 : a.knownAt > b.knownAt ? 1 : 0))
    .map((signal) => ({
      stream,
      type: SIGNAL_ENTRY_TYPE,
      key: signal.subject,
      at: Date.parse(signal.knownAt),
      payload: signal,
    }));
}

/** What was judged, for the proof of watching. */
function watched(changes: readonly SubjectChange[], at: Instant) {
  const book = createWatchBook();
  const places = new Map<string, SubjectRow>();
  for (const { subject, levels } of changes) {
    if (levels === null) continue;
    if (subject.source !== null) places.set(subject.source, subject);
    book.judged(subject.source, at, subject.kind, levels.keys());
  }
  return book.counts((source) => places.get(source));
}

type Place = Omit<SubjectRow, 'standing' | 'dueAt' | 'fault'>;

/** One subject's step. The rules are read once, so that pack and calendar agree. */
function step(
  options: JudgedSubjectsOptions,
  old: SubjectRow | null,
  next: { readonly row: Place; readonly arrival: Arrival | null; readonly until: Instant },
): SubjectChange {
  const rules = options.rules.current();
  const { row } = next;
  const endedAt = options.endOf?.(row.facts) ?? null;
  const input: AdvanceInput = {
    pack: endedAt === null ? rules.pack : packUntil(rules.pack, endedAt),
    calendar: rules.calendarFor(row.division),
    scope: scopeOfRow(options, row),
    subject: {
      domain: options.domain,
      kind: row.kind,
      type: options.typeOf(row.kind),
      id: row.id,
      agency: row.agency,
      division: row.division,
      item: row.item,
      source: row.source,
    },
    previous:
      old === null
        ? null
        : { facts: old.facts, standing: old.standing, dueAt: old.dueAt, scope: scopeOfRow(options, old) },
    arrival: next.arrival,
    until: next.until,
    sources: () => row.sources,
    ...(options.receipts === undefined ? {} : { receipts: options.receipts }),
  };
  const advanced: Advanced = advance(input);
  return {
    subject: { ...row, facts: advanced.facts, standing: advanced.standing, dueAt: advanced.dueAt, fault: null },
    signals: advanced.signals,
    levels: advanced.levels,
    levelsBefore: () => levelsBefore(input),
  };
}

function scopeOfRow(options: JudgedSubjectsOptions, row: Place): AdvanceInput['scope'] {
  return {
    division: row.division,
    agency: row.agency,
    department: row.department,
    item: options.scopeItem(row.item ?? ''),
  };
}

function refuseRepeated(arrivals: readonly SubjectArrival[]): void {
  const seen = new Set<string>();
  for (const arrival of arrivals) {
    const key = keyText(arrival);
    if (seen.has(key))
      throw new Error(
        `take: one arrival a subject was expected, ${arrival.kind} ${arrival.id} came twice; call once for each.`,
      );
    seen.add(key);
  }
}

function keyText(key: SubjectKey): string {
  return `${key.kind}\n${key.id}`;
}
