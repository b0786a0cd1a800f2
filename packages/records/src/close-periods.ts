import type { Facts } from '@gnomon/rule-engine';
import type { Signal, Transaction } from '@gnomon/subgraph-kit';
import { dayOf, formatDay } from '@gnomon/working-time';
import { openView } from './aggregate-view.ts';
import { deriveWorld } from './derive-world.ts';
import { type Judging, judgeGone, judgeNews } from './judge-subject.ts';
import { keepSubjects } from './keep-subjects.ts';
import { pushHorizon } from './lateness.ts';
import { sumMarks } from './mark-sums.ts';
import type { TimerPorts } from './pass-time.ts';
import { nextSpan, type Period, periodOf, weekOf } from './periods.ts';
import type { DatedCount } from './store/mark-reads.ts';
import { takeDuePeriods, writePeriods } from './store/periods.ts';
import { readSubjects } from './store/subjects.ts';
import { newSubject, type SubjectState, subjectKey } from './subject-state.ts';
import type { AggregateKind, DeriveWorld, RecordPlace } from './types.ts';

const BATCH = 200;

/**
 * Closes the periods that are due by `now`, one batch: computes the facts of their aggregates from what was known at the
 * instant at which each was due, and judges them at it, however late this runs. @returns how many were closed.
 */
export async function closePeriods(tx: Transaction, ports: TimerPorts, now: number): Promise<number> {
  const due = await takeDuePeriods(tx, now, BATCH);
  if (due.length === 0) return 0;
  const rules = ports.rules.current();
  const closing: Closing = {
    ...{ tx, rules, log: ports.log, domain: ports.catalogue.domain.domain },
    world: deriveWorld(rules, ports.reference, ports.lists),
    aggregates: new Map(ports.catalogue.domain.aggregates.map((aggregate) => [aggregate.kind, aggregate])),
    subjects: await readSubjects(tx, due),
  };
  const signals: Signal[] = [];
  // The questions go to the server together; the answers are judged one after another, in the order of their instants.
  const facts = await Promise.all(due.map((period) => factsOf(closing, period)));
  for (const [index, period] of due.entries()) signals.push(...(await close(closing, period, facts[index]!)));
  const changed = [...closing.subjects.values()].filter((subject) => subject.changed);
  await keepSubjects(tx, ports, changed, signals, now);
  return due.length;
}

interface Closing extends Judging {
  readonly log: TimerPorts['log'];
  readonly tx: Transaction;
  readonly world: DeriveWorld;
  readonly aggregates: ReadonlyMap<string, AggregateKind>;
  readonly subjects: Map<string, SubjectState>;
}

/** A period's facts, with the aggregate and the instant they are of. */
interface Computed {
  readonly aggregate: AggregateKind;
  readonly at: number;
  readonly found: { readonly facts: Facts; readonly place: RecordPlace } | 'WAITS' | null;
}

async function factsOf(closing: Closing, period: Period): Promise<Computed | 'UNKNOWN_KIND'> {
  const aggregate = closing.aggregates.get(period.kind);
  // A kind that the domain no longer has leaves nothing to close.
  if (aggregate === undefined) return 'UNKNOWN_KIND';
  const at = period.span === '' ? period.dueAt : Math.min(period.dueAt, period.endsAt);
  try {
    return { aggregate, at, found: await factsAt(closing, aggregate, period, at, true) };
  } catch (err) {
    // What the database refuses ends the transaction; only what the domain's own facts throw is put aside.
    if (isFromDatabase(err)) throw err;
    closing.log.error(
      { err, kind: period.kind, aggregate: period.id, dueAt: new Date(period.dueAt).toISOString() },
      'the facts of an aggregate could not be computed; its verdicts stand as they were until one of its marks changes',
    );
    return { aggregate, at, found: 'WAITS' };
  }
}

async function close(
  closing: Closing,
  period: Period,
  computed: Computed | 'UNKNOWN_KIND',
): Promise<readonly Signal[]> {
  if (computed === 'UNKNOWN_KIND') return [];
  const { aggregate, at, found } = computed;
  const known = closing.subjects.get(subjectKey(period)) ?? null;
  if (found === 'WAITS') return [];
  if (found === null) return known === null ? [] : gone(closing, known, period.dueAt);
  const { type } = aggregate;
  const state =
    known ?? newSubject({ kind: period.kind, id: period.id, type, record: null, place: found.place, source: null });
  closing.subjects.set(subjectKey(state), state);
  const earlier = await factsBefore(closing, aggregate, period, state, at);
  return judgeNews(state, closing, {
    place: found.place,
    source: null,
    delayed: false,
    sources: [],
    tallyDay: formatDay(dayOf(at - 1)),
    arrival: {
      facts: found.facts,
      at: Math.max(period.dueAt, state.judgedTo ?? -Infinity),
      origin: at,
      happenedAt: at,
      asOf: (instant) => earlier.get(instant) ?? found.facts,
    },
  });
}

function gone(closing: Closing, known: SubjectState, at: number): readonly Signal[] {
  if (known.levels === '' && known.standing.verdicts.length === 0) return [];
  return judgeGone(known, closing, Math.max(at, known.judgedTo ?? -Infinity));
}

/**
 * The facts of a period as of an instant. `null`: there is nothing to say of it. `WAITS`: rows that may still come in time
 * are waited for; the same period is due again when they must have come.
 */
async function factsAt(
  closing: Closing,
  aggregate: AggregateKind,
  period: Period,
  at: number,
  mayStretch: boolean,
): Promise<{ readonly facts: Facts; readonly place: RecordPlace } | 'WAITS' | null> {
  const { tx, world } = closing;
  const minimum = minimumOf(aggregate, world);
  const narrowed = (counts: readonly DatedCount[]) => smallDays(counts, period.span, aggregate.stretch?.of, minimum);
  const moment = { at, knownAt: period.dueAt };
  const { view, counts } = await openView(tx, world, aggregate, period, moment, narrowed);
  if (period.span !== '' && at === period.endsAt && counts.some(({ delayed }) => delayed)) {
    const complete = pushHorizon(closing.rules.calendar).inverse(period.endsAt);
    if (period.dueAt < complete) {
      // The mark that may come late has armed that instant itself, unless it is none of those that make the aggregate come to be.
      await writePeriods(tx, [{ ...period, dueAt: complete }]);
      return 'WAITS';
    }
  }
  if (aggregate.stretch !== undefined && view.sums.count(aggregate.stretch.of) < minimum && at === period.endsAt) {
    const spans = nextSpan(period.span, [...new Set(counts.map(({ day }) => day))]);
    if (mayStretch && counts.length > 0)
      await writePeriods(
        tx,
        spans.map((span) => periodOf(aggregate, period.parts, span, period.dueAt)),
      );
    return null;
  }
  const facts = await aggregate.facts(view);
  return facts === null ? null : { facts, place: aggregate.place(view) };
}

/** Facts as of the instants at which something that stands turned: they tell what ended from what was never so. */
async function factsBefore(
  closing: Closing,
  aggregate: AggregateKind,
  period: Period,
  state: SubjectState,
  at: number,
): Promise<ReadonlyMap<number, Facts>> {
  const earlier = new Map<number, Facts>();
  if (typeof aggregate.span !== 'object' && aggregate.asItGoes !== true) return earlier;
  for (const { turnedAt } of state.standing.verdicts) {
    if (turnedAt >= at || earlier.has(turnedAt)) continue;
    const then = await factsAt(closing, aggregate, period, turnedAt, false);
    if (then !== null && then !== 'WAITS') earlier.set(turnedAt, then.facts);
  }
  return earlier;
}

function minimumOf({ kind, stretch }: AggregateKind, world: DeriveWorld): number {
  if (stretch === undefined) return 0;
  const minimum = world.constants(kind)[stretch.minimum];
  if (minimum !== undefined) return minimum;
  throw new Error(
    `facts/${kind}.yaml: the constant ${stretch.minimum} is missing, below which a day goes into its week; add it.`,
  );
}

/** A day belongs to itself; small days belong to their week, and to their month when the week stays small too. */
function smallDays(
  counts: readonly DatedCount[],
  span: string,
  of: string | undefined,
  minimum: number,
): readonly DatedCount[] {
  if (of === undefined || /^\d{4}-\d{2}-\d{2}$/.test(span)) return counts;
  const byDay = Map.groupBy(counts, ({ day }) => day);
  const isSmall = (some: readonly DatedCount[]): boolean => sumMarks(some).count(of) < minimum;
  const small = [...byDay].filter(([, some]) => isSmall(some)).flatMap(([, some]) => some);
  if (span.includes('W')) return small;
  const byWeek = Map.groupBy(small, ({ day }) => weekOf(day));
  return [...byWeek.values()].filter(isSmall).flat();
}

function isFromDatabase(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === 'string';
}
