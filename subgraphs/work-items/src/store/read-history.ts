import { instantText } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import type { Transaction } from '@gnomon/subgraph-kit';
import { dayOf, formatDay } from '@gnomon/working-time';
import type { ItemState } from '../item-state.ts';
import { type ItemRow, STATE_COLUMNS, stateOf } from './items.ts';

/** Which items' histories. */
export interface HistoryFilter {
  readonly from: number;
  readonly to: number;
  readonly division: string | null;
  readonly agency: string | null;
}

/** An item whose history can be gone through again. */
export interface HistoryItem {
  readonly lane: number;
  readonly id: string;
  readonly source: string;
  readonly no: string;
  /** The applicant's later application for the same item (WI-15), and the instant at which its first row came. */
  readonly reapplied_at: number | null;
  readonly reapplication_came_at: number | null;
}

/** A kept row of an item. */
export interface HistoryRow {
  readonly no: string;
  readonly source: string;
  readonly received_at: number;
  readonly payload: Record<string, unknown>;
}

function within(tx: Transaction, { from, to, division, agency }: HistoryFilter) {
  return tx`w.listed_at >= ${instantText(from)}::timestamptz and w.listed_at < ${instantText(to)}::timestamptz
    and coalesce(w.doc->>'classified', '') <> 'true'
    ${division === null ? tx`` : tx`and w.division like ${`${division}%`}`}
    ${agency === null ? tx`` : tx`and w.agency = ${agency}`}`;
}

/** How many histories there are; of classified items nothing is kept that could be judged again. */
export async function countHistories(tx: Transaction, filter: HistoryFilter): Promise<number> {
  const [row] = await tx<{ n: number }[]>`/* countHistories */
    select count(*)::int as n from work_item w where ${within(tx, filter)}`;
  return row!.n;
}

/** Items in order of keys, after a key. */
export async function historyItems(
  tx: Transaction,
  filter: HistoryFilter,
  after: { readonly lane: number; readonly id: string } | null,
  limit: number,
): Promise<readonly HistoryItem[]> {
  return tx<HistoryItem[]>`/* historyItems */
    select w.lane, w.id, w.source, w.no, (w.mind->>'reappliedAt')::bigint as reapplied_at,
      case when w.mind->>'reappliedAt' is null then null else (
        select min(o.first_received_at) from work_item o
        where o.applicant_key = w.applicant_key and o.id <> w.id
          and o.applied_at = 'epoch'::timestamptz + (w.mind->>'reappliedAt')::bigint * interval '1 millisecond') end as reapplication_came_at
    from work_item w where ${within(tx, filter)}
      ${after === null ? tx`` : tx`and (w.lane, w.id) > (${after.lane}::smallint, ${after.id} collate "C")`}
    order by w.lane, w.id limit ${limit}`;
}

/** Every version of every row of these items, in the order of their arrival; of one instant an earlier version of a row before a later one. */
export async function historyRows(tx: Transaction, items: readonly HistoryItem[]): Promise<readonly HistoryRow[]> {
  return tx<HistoryRow[]>`/* historyRows */
    select l.no, l.source, l.received_at, l.payload from
      unnest(${items.map(({ lane }) => lane)}::int[], ${items.map(({ source }) => source)}::text[], ${items.map(({ no }) => no)}::text[]) as k(lane, source, no)
      join row_log l on l.lane = k.lane::smallint and l.no = k.no collate "C" and l.source = k.source collate "C"
    order by l.received_at, l.version, l.tbl, l.guid`;
}

/** Open items in order of keys, after one. */
export async function openItems(
  tx: Transaction,
  after: Pick<ItemState, 'lane' | 'id'> | null,
  limit: number,
): Promise<readonly ItemState[]> {
  const rows = await tx<ItemRow[]>`/* openItems */
    select ${tx.unsafe(STATE_COLUMNS)} from work_item where is_open
      ${after === null ? tx`` : tx`and (lane, id) > (${after.lane}::smallint, ${after.id} collate "C")`}
    order by lane, id limit ${limit}`;
  return rows.map(stateOf);
}

/** An aggregate with the facts that it was judged on last. */
export interface KeptAggregate {
  readonly kind: string;
  readonly id: string;
  readonly division: string;
  readonly agency: string;
  readonly department: string;
  readonly item: string | null;
  readonly facts: Facts;
  readonly judged_at: number;
}

/** Aggregates that were told something of in a period, or whose day or month lies in it by its id. */
export async function keptAggregates(
  tx: Transaction,
  { division, agency }: Pick<HistoryFilter, 'division' | 'agency'>,
  { from, until }: { readonly from: number; readonly until: number },
): Promise<readonly KeptAggregate[]> {
  return tx<KeptAggregate[]>`/* keptAggregates */
    select * from (
      select kind, id, division, agency, department, item, facts,
        coalesce((substring(id from '(\\d{4}-\\d{2}(?:-\\d{2})?)')), '') as span, lane,
        ${instantText(until)}::timestamptz as judged_at
      from subject) s
    where true ${division === null ? tx`` : tx`and division like ${`${division}%`}`} ${agency === null ? tx`` : tx`and agency = ${agency}`}
      and (span = '' or (span >= ${dayText(from).slice(0, 7)} and span <= ${dayText(until)}))
    order by lane, kind, id`;
}

const dayText = (instant: number): string => formatDay(dayOf(instant));
