import type { Transaction } from '@gnomon/subgraph-kit';
import { MARKS } from '../marks.ts';
import { addCounts, type SourceCounts, zeroCounts } from '../source-counts.ts';

/** Counts of a source for each day from `from` to `to` (both included) on which anything came. */
export async function sourceCounts(
  tx: Transaction,
  source: string,
  from: string,
  to: string,
): Promise<Map<string, SourceCounts>> {
  const rows = await tx<{ day: string; counts: Partial<SourceCounts> }[]>`
    /* sourceCounts */
    select day, counts from source_delta where source = ${source} and day between ${from}::date and ${to}::date`;
  const days = new Map<string, SourceCounts>();
  for (const row of rows) {
    const counts = days.get(row.day) ?? zeroCounts();
    addCounts(counts, row.counts);
    days.set(row.day, counts);
  }
  return days;
}

/** Totals that a source declared for the days from `from` to `to`. */
export async function controlTotals(
  tx: Transaction,
  source: string,
  from: string,
  to: string,
): Promise<Map<string, { readonly accepted: number; readonly finished: number }>> {
  const rows = await tx<{ day: string; accepted: number; finished: number }[]>`
    /* controlTotals */
    select day, accepted, finished from control_total where source = ${source} and day between ${from}::date and ${to}::date`;
  return new Map(rows.map((row) => [row.day, row]));
}

/** Work items first received in the span that repeat another one: same applicant, item and minute of application (DP-09). */
export async function repeatedApplications(tx: Transaction, source: string, from: number, to: number): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    /* repeatedApplications */
    select coalesce(sum(n - 1), 0)::int as n from (
      select count(*) as n from work_item
      where source = ${source} and first_received_at >= ${from}::timestamptz and first_received_at < ${to}::timestamptz
        and applicant_key is not null and applied_at is not null
      group by applicant_key, item_code, date_trunc('minute', applied_at) having count(*) > 1) g`;
  return row!.n;
}

/** Child rows that came in the span and still wait for their parent. */
export async function waitingOrphans(tx: Transaction, source: string, from: number, to: number): Promise<number> {
  const rows = await tx<{ doc: Record<string, unknown> }[]>`
    /* waitingOrphans */
    select doc from work_item where source = ${source} and orphan_since is not null and orphan_since < ${to}::timestamptz`;
  let count = 0;
  for (const { doc } of rows) {
    for (const part of Object.values(doc)) {
      if (!Array.isArray(part)) continue;
      for (const row of part as { r: number; r0?: number }[]) {
        const came = row.r0 ?? row.r;
        if (came >= from && came < to) count += 1;
      }
    }
  }
  return count;
}

export interface AgencyMonthCounts {
  readonly accepted: number;
  readonly repeated: number;
  readonly paid: number;
  readonly fee_defect: number;
  readonly finished: number;
  readonly flow_defect: number;
  readonly promise: number;
  readonly one_instant: number;
  readonly excess: number;
  readonly key_changes: number;
}

/**
 * What an agency's month counts: by acceptance for notices and fees, by finish for flow and instants. Steps are missing only of what was
 * finished before `completeTo`: of the rest they may still come in time.
 */
export async function agencyMonthCounts(
  tx: Transaction,
  agency: string,
  from: number,
  to: number,
  completeTo: number,
): Promise<AgencyMonthCounts> {
  const day = 86_400_000;
  const [row] = await tx<AgencyMonthCounts[]>`
    /* agencyMonthCounts */
    select a.*, f.*,
      (select count(*)::int from item_event where agency = ${agency} and kind = 'EXCESS_CHARGE'
        and at >= ${to - 90 * day}::timestamptz and at < ${to}::timestamptz) as excess,
      (select count(*)::int from item_event where agency = ${agency} and kind = 'KEY_TIME_CHANGE'
        and at >= ${to - 30 * day}::timestamptz and at < ${to}::timestamptz) as key_changes
    from (select count(*)::int as accepted, (count(*) filter (where marks & ${MARKS.REPEATED_NOTICES} > 0))::int as repeated,
        (count(*) filter (where marks & ${MARKS.PAID} > 0))::int as paid,
        (count(*) filter (where marks & ${MARKS.FEE_DEFECT} > 0))::int as fee_defect
      from work_item where agency = ${agency} and accepted_at >= ${from}::timestamptz and accepted_at < ${to}::timestamptz) a,
    (select count(*)::int as finished, (count(*) filter (where marks & ${MARKS.FLOW_DEFECT} > 0 and finished_at < ${completeTo}::timestamptz))::int as flow_defect,
        (count(*) filter (where marks & ${MARKS.PROMISE_THREE_DAYS} > 0))::int as promise,
        (count(*) filter (where marks & ${MARKS.PROMISE_THREE_DAYS} > 0 and marks & ${MARKS.ONE_INSTANT} > 0))::int as one_instant
      from work_item where agency = ${agency} and marks & ${MARKS.FINISHED} > 0
        and finished_at >= ${from}::timestamptz and finished_at < ${to}::timestamptz) f`;
  return row!;
}

export interface AgencyItemMonthCounts {
  readonly ended: number;
  readonly return_rate: number;
  readonly special_share: number;
  readonly over_promise: number;
  readonly over_triple: number;
  readonly peer_return: number;
  readonly peer_special: number;
  readonly longer: number;
}

/** What an agency's month of one item counts, beside the regional medians of the same item over all agencies. */
export async function agencyItemMonthCounts(
  tx: Transaction,
  agency: string,
  item: string,
  from: number,
  to: number,
): Promise<AgencyItemMonthCounts | null> {
  const [row] = await tx<AgencyItemMonthCounts[]>`
    /* agencyItemMonthCounts */
    with each_agency as (
      select agency, count(*)::int as ended,
        avg((marks & ${MARKS.NEGATIVE} > 0)::int)::float8 as return_rate,
        avg((marks & ${MARKS.SPECIAL} > 0)::int)::float8 as special_share,
        avg((suspended_share > 1)::int)::float8 as over_promise, avg((suspended_share > 3)::int)::float8 as over_triple
      from work_item where item_basic = ${item} and finished_at >= ${from}::timestamptz and finished_at < ${to}::timestamptz
      group by agency)
    select own.ended, own.return_rate, own.special_share, own.over_promise, own.over_triple,
      (select percentile_cont(0.5) within group (order by return_rate) from each_agency) as peer_return,
      (select percentile_cont(0.5) within group (order by special_share) from each_agency) as peer_special,
      (select count(*)::int from item_event where agency = ${agency} and kind = 'LONGER_LIMIT' and item_basic = ${item}
        and at >= ${to - 30 * 86_400_000}::timestamptz and at < ${to}::timestamptz) as longer
    from each_agency own where own.agency = ${agency}`;
  return row ?? null;
}
