import { pushHorizon, spanBounds, weekOf } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import type { JudgedSubjects, SubjectArrival, Transaction } from '@gnomon/subgraph-kit';
import { DAY_MS, dayOf, formatDay, parseDay, type WorkCalendar } from '@gnomon/working-time';
import { type AggregatePorts, endingAt, sourceArrivals } from './aggregate-subjects.ts';
import { type Period, sourceDay } from './periods.ts';
import { addCounts, dateOf, type SourceCounts, zeroCounts } from './source-counts.ts';
import {
  agencyItemMonthCounts,
  agencyMonthCounts,
  controlTotals,
  repeatedApplications,
  sourceCounts,
  waitingOrphans,
} from './store/aggregates.ts';
import { armPeriods, claimDuePeriods, disarmPeriods } from './store/periods.ts';

/** Rows below which a day is carried into its week, and a week into its month (rules/facts/source-day.yaml). */
const MINIMUM_ROWS = 20;
const BATCH = 50;

/**
 * Closes the periods that are due at `now`, one batch: computes their facts and judges them at the instant of their
 * end, however late this runs. @returns how many were closed.
 */
export async function closePeriods(
  tx: Transaction,
  ports: AggregatePorts & { readonly judged: JudgedSubjects },
  now: number,
): Promise<number> {
  const due = await claimDuePeriods(tx, now, BATCH);
  for (const period of due) {
    const arrivals = await arrivalsOf(tx, ports, period);
    await ports.judged.take(tx, arrivals);
  }
  if (due.length > 0) await disarmPeriods(tx, due);
  return due.length;
}

async function arrivalsOf(tx: Transaction, ports: AggregatePorts, period: Period): Promise<readonly SubjectArrival[]> {
  if (period.kind === 'source-day') return closeSourceSpan(tx, ports, period);
  const [agency, ...rest] = period.id.split(':') as [string, ...string[]];
  const facts =
    period.kind === 'agency-month'
      ? await agencyMonth(tx, ports, agency, period)
      : await agencyItemMonth(tx, agency, rest[0]!, period);
  if (facts === null) return [];
  const known = ports.reference.agency(agency);
  return [
    {
      lane: period.lane,
      kind: period.kind,
      id: period.id,
      division: known?.division ?? '',
      agency,
      department: known?.department ?? '',
      item: period.kind === 'agency-item-month' ? rest[0]! : null,
      source: null,
      arrival: { at: period.dueAt, origin: period.endsAt, facts },
    },
  ];
}

async function closeSourceSpan(
  tx: Transaction,
  ports: AggregatePorts,
  period: Period,
): Promise<readonly SubjectArrival[]> {
  const cut = period.id.lastIndexOf(':');
  const source = period.id.slice(0, cut);
  const span = period.id.slice(cut + 1);
  const kind = span.includes('W') ? 'WEEK' : span.length === 7 ? 'MONTH' : 'DAY';
  const registered = ports.reference.source(source);
  const days = await sourceCounts(tx, source, ...bounds(period, 6));
  const counted = [...days].filter(
    ([day]) => day >= dateOf(period.startsAt) && day < dateOf(period.endsAt) && belongs(day, kind, days),
  );
  const counts = zeroCounts();
  for (const [, page] of counted) addCounts(counts, page);
  if (kind === 'DAY' && counts.rows < MINIMUM_ROWS && counts.rows > 0)
    await armPeriods(tx, sourceDay(source, weekOf(span)), period.dueAt);
  if (kind === 'WEEK' && counts.rows < MINIMUM_ROWS) {
    for (const month of new Set(counted.map(([day]) => day.slice(0, 7))))
      await armPeriods(tx, sourceDay(source, month), period.dueAt);
    return [];
  }
  if (kind === 'MONTH' && counts.rows < MINIMUM_ROWS) return [];
  const settled = period.dueAt >= period.endsAt + DAY_MS;
  const facts: Facts = {
    span: kind,
    period: endingAt(period.endsAt, period.startsAt),
    settled: endingAt(period.endsAt + DAY_MS, period.startsAt),
    ...rates(counts, await repeatedOn(tx, source, counted)),
    orphanRate: settled ? share(counts.orphans + (await waitingOn(tx, source, counted)), counts.childRows) : undefined,
    ...(kind === 'DAY'
      ? await reconciliation(tx, ports, source, span, counts, registered?.mustPush === true)
      : { declared: true, daysUndeclared: 0, gapRate: 0, daysGapAboveThreePercent: 0 }),
  };
  if (kind === 'DAY' && period.stage === 'CLOSE' && registered?.mustPush === true && registered.exempt === null)
    await armPeriods(tx, sourceDay(source, nextWorkday(span, ports.rules.current().calendar)), period.endsAt);
  const arrival: SubjectArrival = {
    lane: period.lane,
    kind: 'source-day',
    id: period.id,
    division: registered?.division ?? '',
    agency: registered?.agency ?? '',
    department: ports.reference.agency(registered?.agency ?? '')?.department ?? '',
    item: null,
    source,
    arrival: { at: period.dueAt, origin: period.endsAt, facts },
  };
  const refreshed =
    kind === 'DAY' && period.stage === 'CLOSE' ? await sourceArrivals(tx, ports, [source], period.dueAt) : [];
  return [arrival, ...refreshed];
}

/** A day belongs to itself; small days belong to their week, and to their month when the week stays small too. */
function belongs(day: string, kind: string, days: ReadonlyMap<string, SourceCounts>): boolean {
  if (kind === 'DAY') return true;
  if (days.get(day)!.rows >= MINIMUM_ROWS) return false;
  if (kind === 'WEEK') return true;
  const week = weekOf(day);
  let rows = 0;
  for (const [other, counts] of days) if (counts.rows < MINIMUM_ROWS && weekOf(other) === week) rows += counts.rows;
  return rows < MINIMUM_ROWS;
}

async function repeatedOn(
  tx: Transaction,
  source: string,
  counted: readonly (readonly [string, SourceCounts])[],
): Promise<number> {
  let repeated = 0;
  for (const [day] of counted) {
    const { startsAt, endsAt } = spanBounds(day);
    repeated += await repeatedApplications(tx, source, startsAt, endsAt);
  }
  return repeated;
}

async function waitingOn(
  tx: Transaction,
  source: string,
  counted: readonly (readonly [string, SourceCounts])[],
): Promise<number> {
  let waiting = 0;
  for (const [day] of counted) {
    const { startsAt, endsAt } = spanBounds(day);
    waiting += await waitingOrphans(tx, source, startsAt, endsAt);
  }
  return waiting;
}

function rates(counts: SourceCounts, repeated: number): Facts {
  return {
    rows: counts.rows,
    lateRate: share(counts.late, counts.rows),
    lateMaxWorkdays: counts.lateMaxWorkdays,
    missingRate: share(counts.missing, counts.rows),
    refusedRate: share(counts.refused, counts.rows),
    codeRows: counts.codeRows,
    badCodeRate: share(counts.badCodes, counts.codeRows),
    identifierRows: counts.identifierRows,
    badIdentifierRate: share(counts.badIdentifiers, counts.identifierRows),
    acceptedItems: counts.acceptedItems,
    unlistedItemRate: share(counts.unlisted, counts.acceptedItems),
    childRows: counts.childRows,
    itemsTouched: counts.itemsTouched,
    disorderRate: share(counts.disorder, counts.itemsTouched),
    duplicateRate: share(counts.duplicates + repeated, counts.rows),
    mismatchRate: share(counts.mismatch, counts.itemsTouched),
  };
}

/** DP-11. Control totals are owed on working days by sources that must push. */
async function reconciliation(
  tx: Transaction,
  { rules }: AggregatePorts,
  source: string,
  day: string,
  counts: SourceCounts,
  owed: boolean,
): Promise<Facts> {
  const { calendar } = rules.current();
  const from = formatDay(parseDay(day) - 30);
  const totals = await controlTotals(tx, source, from, day);
  const earlier = await sourceCounts(tx, source, from, day);
  const gapOn = (date: string): number | null => {
    const declared = totals.get(date);
    if (declared === undefined) return null;
    const came = earlier.get(date) ?? zeroCounts();
    return Math.max(
      Math.abs(declared.accepted - came.acceptRows) / Math.max(declared.accepted, 1),
      Math.abs(declared.finished - came.resultRows) / Math.max(declared.finished, 1),
    );
  };
  const running = (holds: (date: string) => boolean): number => {
    let n = 0;
    for (let d = parseDay(day); d >= parseDay(from); d -= 1) {
      const date = formatDay(d);
      if (!calendar.isWorkday(d) && !totals.has(date)) continue;
      if (!holds(date)) return n;
      n += 1;
    }
    return n;
  };
  const first = [...earlier.keys()].sort()[0] ?? day;
  const declared = totals.has(day);
  void counts;
  return {
    declared,
    gapRate: gapOn(day) ?? (owed ? 1 : 0),
    daysUndeclared: owed ? running((date) => date >= first && !totals.has(date)) : 0,
    daysGapAboveThreePercent: running((date) => (gapOn(date) ?? 0) > 0.03),
  };
}

/** The month is counted when it ends, and again when everything that happened in it must have come. */
async function agencyMonth(tx: Transaction, ports: AggregatePorts, agency: string, period: Period): Promise<Facts> {
  const horizon = pushHorizon(ports.rules.current().calendar);
  if (period.stage === 'CLOSE')
    await armPeriods(tx, [{ ...period, stage: 'SETTLE', dueAt: horizon.inverse(period.endsAt) }], period.dueAt);
  const completeTo = horizon.of(period.dueAt);
  const found = await agencyMonthCounts(tx, agency, period.startsAt, period.endsAt, completeTo);
  return {
    period: endingAt(period.endsAt, period.startsAt),
    items: found.accepted,
    finishedItems: found.finished,
    promiseItems: found.promise,
    repeatedNoticeRate: share(found.repeated, found.accepted),
    flowDefectRate: share(found.flow_defect, found.finished),
    oneInstantRate: share(found.one_instant, found.promise),
    paidItems: found.paid,
    feeDefectRate: share(found.fee_defect, found.paid),
    excessCharges90Days: found.excess,
    keyTimeChanges30Days: found.key_changes,
  };
}

async function agencyItemMonth(tx: Transaction, agency: string, item: string, period: Period): Promise<Facts | null> {
  const found = await agencyItemMonthCounts(tx, agency, item, period.startsAt, period.endsAt);
  if (found === null) return null;
  return {
    period: endingAt(period.endsAt, period.startsAt),
    items: found.ended,
    returnRate: found.return_rate,
    peerReturnRate: found.peer_return,
    specialShare: found.special_share,
    peerSpecialShare: found.peer_special,
    suspendedOverPromiseShare: found.over_promise,
    suspendedOverTripleShare: found.over_triple,
    longerLimitItems30Days: found.longer,
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** The days of a period with a margin, so that weeks reaching out of a month are whole. */
function bounds(period: Period, margin: number): [string, string] {
  return [formatDay(dayOf(period.startsAt) - margin), formatDay(dayOf(period.endsAt) + margin)];
}

function nextWorkday(day: string, calendar: WorkCalendar): string {
  return formatDay(calendar.dayOfWorkday(calendar.workdayNumber(parseDay(day)) + 1));
}
