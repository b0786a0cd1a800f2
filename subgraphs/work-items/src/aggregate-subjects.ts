import type { ReferenceCopy } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import type { RulesPort, SubjectArrival, Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';
import { type Clock, dayOf, formatDay, openClock, parseDay, startOfDay, type WorkCalendar } from '@gnomon/working-time';

/** GraphQL type of each subject kind. */
export const SUBJECT_TYPES: Readonly<Record<string, string>> = {
  'work-item': 'WorkItem',
  'source-day': 'SourceDay',
  source: 'Source',
  'agency-month': 'AgencyMonth',
  'agency-item-month': 'AgencyItemMonth',
  'intake-batch': 'IntakeBatch',
};
const CORRECTION_WORKDAYS = 3;
const CONNECTION_WORKDAYS = 15;
const ACTIVE_WORKDAYS = 30;

/** What aggregates are computed with. */
export interface AggregatePorts {
  readonly rules: RulesPort;
  readonly reference: ReferenceCopy;
}

/** A clock that simply ends at an instant. */
export function endingAt(endsAt: number, startsAt: number): Clock {
  return { axis: 'TIME', limit: endsAt - startsAt, due: endsAt, stoppedAt: null, provisional: false };
}

/** Facts of batches in which rows were refused: the correction clock runs from the first refusal (DP-12). */
export async function batchArrivals(
  tx: Transaction,
  { rules }: AggregatePorts,
  batches: readonly string[],
  at: number,
): Promise<readonly SubjectArrival[]> {
  if (batches.length === 0) return [];
  const rows = await tx<
    {
      batch: string;
      source: string;
      agency: string | null;
      division: string | null;
      refused: number;
      open: number;
      since: number;
      settled: readonly number[];
    }[]
  >`/* countRefusedRows */
    select b.id as batch, b.source, b.agency, b.division, count(*)::int as refused,
      (count(*) filter (where r.state = 'OPEN'))::int as open, min(r.received_at) as since,
      coalesce(array_agg(r.settled_at) filter (where r.settled_at is not null), '{}') as settled
    from intake_batch b join refused_row r on r.batch = b.id and (b.source = '*' or r.source = b.source)
    where b.id = any (${[...new Set(batches)]}::text[]) and r.code <> 'CLASSIFIED'
    group by b.id, b.source, b.agency, b.division order by b.id`;
  const { calendar } = rules.current();
  return rows.map((row) => {
    const factsAt = (openRows: number): Facts => ({
      refusedRows: row.refused,
      openRows,
      correction: workdayClock(calendar, CORRECTION_WORKDAYS, row.since),
    });
    return {
      lane: laneOf(row.batch),
      kind: 'intake-batch',
      id: row.batch,
      division: row.division ?? '',
      agency: row.agency ?? '',
      department: '',
      item: null,
      source: row.source,
      arrival: {
        at,
        origin: Math.min(row.since, at),
        facts: factsAt(row.open),
        // A correction ends the finding; it does not disprove it.
        asOf: (instant: number) =>
          factsAt(row.refused - row.settled.filter((settledAt) => settledAt <= instant).length),
      },
    };
  });
}

/**
 * Facts of sources at an instant: silence since the last day on which rows came (DP-02), and the duty to connect (DP-13).
 * Sources that the register does not know are left out.
 * @param isAnew The calendar has changed: what is known counts other working days and says nothing of what is newer.
 */
export async function sourceArrivals(
  tx: Transaction,
  { rules, reference }: AggregatePorts,
  sources: readonly string[],
  at: number,
  isAnew = false,
): Promise<readonly SubjectArrival[]> {
  const registered = [...new Set(sources)].sort().flatMap((id) => reference.source(id) ?? []);
  if (registered.length === 0) return [];
  const { calendar } = rules.current();
  const today = dayOf(at);
  const since = formatDay(calendar.dayOfWorkday(calendar.workdayNumber(today) - ACTIVE_WORKDAYS + 1));
  const rows = await tx<{ source: string; last_day: string; recent: number }[]>`
    /* sourceActivity */
    select source, max(day) as last_day,
      coalesce(sum((counts->>'rows')::int) filter (where day >= ${since}::date), 0)::int as recent
    from source_delta
    where source = any (${registered.map((source) => source.id)}::text[]) and day <= ${formatDay(today)}::date group by source`;
  const activity = new Map(rows.map((row) => [row.source, row]));
  const before = await tx<{ id: string; facts: Facts }[]>`
    /* sourceFacts */ select id, facts from subject where kind = 'source' and (lane, id) in
      (select k.lane::smallint, k.id collate "C"
       from unnest(${registered.map((one) => laneOf(one.id))}::int[], ${registered.map((one) => one.id)}::text[]) as k(lane, id))`;
  const known = new Map(before.map((row) => [row.id, row.facts]));
  return registered.flatMap((source) => {
    const pushed = activity.get(source.id);
    const registeredAt = Date.parse(source.registeredAt);
    const facts: Facts = {
      mustPush: source.mustPush,
      exempt: isExempt(source.exempt, today),
      pushedBefore: pushed !== undefined,
      activeSource: (pushed?.recent ?? 0) >= ACTIVE_WORKDAYS,
      silence: pushed === undefined ? undefined : workdayClock(calendar, 1, startOfDay(parseDay(pushed.last_day))),
      connecting: connectionClock(calendar, registeredAt),
    };
    // A day that closes late looks back at a source that has pushed since: news from the past would bring its silence back.
    const was = known.get(source.id)?.silence as Clock | undefined;
    const isPast = was !== undefined && facts.silence !== undefined && was.due > (facts.silence as Clock).due;
    if (isPast && !isAnew) return [];
    return {
      lane: laneOf(source.id),
      kind: 'source',
      id: source.id,
      division: source.division,
      agency: source.agency,
      department: reference.agency(source.agency)?.department ?? '',
      item: null,
      source: source.id,
      arrival: {
        at,
        origin: Math.min(registeredAt, at),
        facts,
        // Rows that came today end a silence; they do not disprove it.
        asOf: (instant: number) => (instant < startOfDay(today) ? (known.get(source.id) ?? facts) : facts),
      },
    };
  });
}

/** Sources, and batches with refused rows, as they stand at an instant under the calendar in force. */
export async function arrivalsAnew(
  tx: Transaction,
  ports: AggregatePorts,
  at: number,
): Promise<readonly SubjectArrival[]> {
  const rows = await tx<{ kind: string; id: string }[]>`/* subjectsWithClocks */
    select kind, id from subject where kind in ('source', 'intake-batch') and due_at is not null order by id`;
  const ids = (kind: string) => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  return [
    ...(await batchArrivals(tx, ports, ids('intake-batch'), at)),
    ...(await sourceArrivals(tx, ports, ids('source'), at, true)),
  ];
}

/** How long a source that must push has been registered (DP-13). */
export function connectionClock(calendar: WorkCalendar, registeredAt: number): Clock {
  return workdayClock(calendar, CONNECTION_WORKDAYS, registeredAt);
}

function isExempt(exempt: { readonly from: string; readonly to: string | null } | null, today: number): boolean {
  if (exempt === null) return false;
  const date = formatDay(today);
  return exempt.from.slice(0, 10) <= date && (exempt.to === null || date <= exempt.to.slice(0, 10));
}

function workdayClock(calendar: WorkCalendar, amount: number, start: number): Clock {
  return openClock({ calendar, limit: { amount, unit: 'WORKDAY' }, start });
}
