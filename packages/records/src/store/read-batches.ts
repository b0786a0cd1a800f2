import type { Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';

/** A batch as readers see it. */
export interface BatchRow {
  readonly id: string;
  readonly source: string;
  readonly label: string;
  readonly replay: boolean;
  readonly opened_at: number;
  readonly closed_at: number | null;
}
/** Sums over a batch's chunks. */
export interface BatchAccountRow {
  readonly batch: string;
  readonly chunks: number;
  readonly rows: number;
  readonly taken: number;
  readonly set_aside: number;
  readonly refused: number;
  readonly identical: number;
}

export async function batchesById(tx: Transaction, ids: readonly string[]): Promise<readonly BatchRow[]> {
  return tx<BatchRow[]>`/* batchesById */
    select id, source, label, replay, opened_at, closed_at from intake_batch
    where (lane, id) in (select k.lane::smallint, k.id collate "C" from unnest(${ids.map(laneOf)}::int[], ${ids as string[]}::text[]) as k(lane, id))`;
}

/** Sums over the chunks of batches, one row a batch. */
export async function batchAccounts(tx: Transaction, ids: readonly string[]): Promise<readonly BatchAccountRow[]> {
  return tx<BatchAccountRow[]>`/* batchAccounts */
    select batch, count(*)::int as chunks, sum(rows_count)::int as rows, sum(taken)::int as taken, sum(set_aside)::int as set_aside,
      sum(refused)::int as refused, sum(identical)::int as identical
    from intake_chunk where (lane, batch) in
      (select k.lane::smallint, k.id collate "C" from unnest(${ids.map(laneOf)}::int[], ${ids as string[]}::text[]) as k(lane, id))
    group by batch`;
}

/** Batches, newest first, after a key. */
export async function listBatches(
  tx: Transaction,
  source: string | null,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly BatchRow[]> {
  return tx<BatchRow[]>`/* listBatches */
    select id, source, label, replay, opened_at, closed_at from intake_batch where true
      ${source === null ? tx`` : tx`and source = ${source}`}
      ${after === null ? tx`` : tx`and (opened_at, id) < (${after[0]}::timestamptz, ${after[1]})`}
    order by opened_at desc, id desc limit ${limit}`;
}

/** A refused row as readers see it. */
export interface RefusedRecord {
  readonly id: string;
  readonly source: string;
  readonly batch: string;
  readonly tbl: string;
  readonly guid: string;
  readonly no: string;
  readonly code: string;
  readonly detail: string;
  readonly payload: string | null;
  readonly received_at: number;
  readonly state: string;
  readonly explanation: string | null;
}

/** Refused rows, newest first, after a key. */
export async function listRefused(
  tx: Transaction,
  filter: { readonly batch: string | null; readonly state: string | null; readonly id: string | null },
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly RefusedRecord[]> {
  return tx<RefusedRecord[]>`/* listRefused */
    select id, source, batch, tbl, guid, no, code, detail, payload, received_at, state, explanation from refused_row where true
      ${filter.batch === null ? tx`` : tx`and batch = ${filter.batch}`}
      ${filter.state === null ? tx`` : tx`and state = ${filter.state}`}
      ${filter.id === null ? tx`` : tx`and id = ${filter.id}`}
      ${after === null ? tx`` : tx`and (received_at, id) < (${after[0]}::timestamptz, ${after[1]})`}
    order by received_at desc, id desc limit ${limit}`;
}
