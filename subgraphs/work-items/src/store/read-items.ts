import type { Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';
import type { ItemDocument } from '../document.ts';
import type { ItemMind } from '../item-state.ts';

/** A work item as readers see it. */
export interface ItemRecord {
  readonly lane: number;
  readonly id: string;
  readonly source: string;
  readonly no: string;
  readonly agency: string;
  readonly division: string;
  readonly department: string;
  readonly item_code: string | null;
  readonly item_name: string | null;
  readonly item_version: string | null;
  readonly channel: string | null;
  readonly kind: string | null;
  readonly state: string | null;
  readonly is_open: boolean;
  readonly applied_at: number | null;
  readonly accepted_at: number | null;
  readonly finished_at: number | null;
  readonly first_received_at: number;
  readonly received_at: number;
  readonly listed_at: number;
  readonly applicant_type: string | null;
  readonly applicant_masked: string | null;
  readonly doc: ItemDocument;
  readonly mind: ItemMind;
}

const COLUMNS = `lane, id, source, no, agency, division, department, item_code, item_name, item_version, channel, kind, state, is_open,
  applied_at, accepted_at, finished_at, first_received_at, received_at, listed_at, applicant_type, applicant_masked, doc, mind`;

export async function itemsById(tx: Transaction, ids: readonly string[]): Promise<readonly ItemRecord[]> {
  return tx<ItemRecord[]>`/* itemsById */
    select ${tx.unsafe(COLUMNS)} from work_item
    where (lane, id) in (select k.lane::smallint, k.id collate "C" from unnest(${ids.map(laneOf)}::int[], ${ids as string[]}::text[]) as k(lane, id))`;
}

/** Which work items; what is null does not restrict. */
export interface ItemFilter {
  readonly agency?: string | null;
  readonly division?: string | null;
  readonly source?: string | null;
  readonly item?: string | null;
  readonly state?: readonly string[] | null;
  readonly isOpen?: boolean | null;
  readonly from?: number | null;
  readonly to?: number | null;
}

/** Work items, newest first, after a key. */
export async function listItems(
  tx: Transaction,
  filter: ItemFilter,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly ItemRecord[]> {
  const { agency, division, source, item, state, isOpen, from, to } = filter;
  return tx<ItemRecord[]>`/* listItems */
    select ${tx.unsafe(COLUMNS)} from work_item where true
      ${given(agency) ? tx`and agency = ${agency}` : tx``}
      ${given(division) ? tx`and division like ${`${division}%`}` : tx``}
      ${given(source) ? tx`and source = ${source}` : tx``}
      ${given(item) ? tx`and (item_code = ${item} or item_basic = ${item})` : tx``}
      ${given(state) ? tx`and state = any (${state as string[]}::text[])` : tx``}
      ${given(isOpen) ? tx`and is_open = ${isOpen}` : tx``}
      ${given(from) ? tx`and listed_at >= ${from}::timestamptz` : tx``}
      ${given(to) ? tx`and listed_at < ${to}::timestamptz` : tx``}
      ${after === null ? tx`` : tx`and (listed_at, id) < (${after[0]}::timestamptz, ${after[1]})`}
    order by listed_at desc, id desc limit ${limit}`;
}

export interface RowVersionRecord {
  readonly tbl: string;
  readonly guid: string;
  readonly version: number;
  readonly op: string;
  readonly hash: string;
  readonly code_system: string;
  readonly payload: Record<string, unknown>;
  readonly made_at: number;
  readonly received_at: number;
}

/** Every version of every row of an item, newest first. */
export async function rowVersions(
  tx: Transaction,
  item: { readonly lane: number; readonly source: string; readonly no: string },
  limit: number,
  table: string | null = null,
): Promise<readonly RowVersionRecord[]> {
  return tx<RowVersionRecord[]>`/* rowVersions */
    select tbl, guid, version, op, hash, code_system, payload, made_at, received_at from row_log
    where lane = ${item.lane} and source = ${item.source} and no = ${item.no} ${table === null ? tx`` : tx`and tbl = ${table}`}
    order by received_at desc, tbl, guid, version desc limit ${limit}`;
}

/** Steps of a source with a due time of their own, and how many were done after their due day in the source's time zone. */
export async function stepDeadlines(
  tx: Transaction,
  source: string,
): Promise<{ readonly steps: number; readonly with_due: number; readonly late: number }> {
  const [row] = await tx<{ steps: number; with_due: number; late: number }[]>`/* stepDeadlines */
    with step as (
      select (s->'c'->>'due_time')::int8 as due, (s->'c'->>'event_end_time')::int8 as done,
        coalesce((s->'c'->>'due_offset')::int8, 480) * 60000 as due_offset, coalesce((s->'c'->>'done_offset')::int8, (s->'c'->>'due_offset')::int8, 480) * 60000 as done_offset
      from work_item, json_array_elements(doc->'steps') s where source = ${source} and s->'d' is null)
    select count(*)::int as steps, count(due)::int as with_due,
      (count(*) filter (where floor((done + done_offset) / 86400000.0) > floor((due + due_offset) / 86400000.0)))::int as late
    from step`;
  return row!;
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
