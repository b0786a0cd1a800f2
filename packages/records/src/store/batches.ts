import type { Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';
import type { ReferenceCopy } from '../reference-copy.ts';

/** What a chunk or a batch came to. `taken + setAside + refused + identical = rows`, always. */
export interface ChunkAccount {
  readonly rows: number;
  readonly taken: number;
  readonly setAside: number;
  readonly refused: number;
  readonly identical: number;
}

/** The key of a batch: what its source calls it, within the source. */
export interface BatchKey {
  readonly lane: number;
  readonly id: string;
}

/** The id of a batch: `<source>:<label>`; a history import that carries rows of several sources has the source `*`. */
export function batchIdOf(source: string | null, label: string): string {
  return `${source ?? '*'}:${label}`;
}

/**
 * Makes sure that the batch is there. A history import of the domain then holds the timers of all domains: until its first
 * chunk is in, at the beginning of time.
 */
export async function openBatch(
  tx: Transaction,
  domain: string,
  reference: ReferenceCopy,
  input: {
    readonly batch: string;
    readonly source: string | null;
    readonly receivedAt: number;
    readonly replay: boolean;
    /** Where a history import begins to hold the timers. */
    readonly from?: number;
  },
): Promise<BatchKey> {
  const id = batchIdOf(input.source, input.batch);
  const lane = laneOf(id);
  const source = input.source === null ? undefined : reference.source(input.source);
  const opened = await tx`/* openBatch */
    insert into intake_batch (lane, id, source, agency, division, label, replay, opened_at)
    values (${lane}, ${id}, ${input.source ?? '*'}, ${source?.agency ?? null}, ${source?.division ?? null}, ${input.batch},
      ${input.replay}, ${input.receivedAt}::timestamptz)
    on conflict (lane, id) do nothing`;
  if (input.replay && opened.count > 0)
    await tx`/* openHistory */
      insert into hub.history_horizon (domain, batch, horizon) values (${domain}, ${id}, ${input.from ?? null}::timestamptz) on conflict do nothing`;
  return { lane, id };
}

/** The account of a chunk that is in already, or `null`. */
export async function findChunk(tx: Transaction, batch: BatchKey, chunk: number): Promise<ChunkAccount | null> {
  const [row] = await tx<
    { rows_count: number; taken: number; set_aside: number; refused: number; identical: number }[]
  >`
    /* findChunk */
    select rows_count, taken, set_aside, refused, identical from intake_chunk
    where lane = ${batch.lane} and batch = ${batch.id} and chunk = ${chunk}`;
  if (row === undefined) return null;
  return {
    rows: row.rows_count,
    taken: row.taken,
    setAside: row.set_aside,
    refused: row.refused,
    identical: row.identical,
  };
}

/** Writes the ledger row; a second writer of the same chunk fails on it, and all it wrote goes with it. */
export async function writeChunk(
  tx: Transaction,
  domain: string,
  batch: BatchKey,
  chunk: number,
  at: number,
  account: ChunkAccount,
): Promise<void> {
  await tx`/* writeChunk */
    insert into intake_chunk (lane, batch, chunk, received_at, rows_count, taken, set_aside, refused, identical)
    values (${batch.lane}, ${batch.id}, ${chunk}, ${at}::timestamptz, ${account.rows}, ${account.taken}, ${account.setAside},
      ${account.refused}, ${account.identical})`;
  await tx`/* moveHorizon */
    update hub.history_horizon set horizon = ${at}::timestamptz
    where domain = ${domain} and batch = ${batch.id} and (horizon is null or horizon < ${at}::timestamptz)`;
}

/** Closes a batch: a history import then no longer holds the timers. */
export async function closeBatch(tx: Transaction, domain: string, id: string, at: number): Promise<boolean> {
  const closed = await tx`/* closeBatch */
    update intake_batch set closed_at = ${at}::timestamptz where lane = ${laneOf(id)} and id = ${id} and closed_at is null`;
  await tx`/* closeHistory */ delete from hub.history_horizon where domain = ${domain} and batch = ${id}`;
  return closed.count > 0;
}

/** The sum of a batch's chunks. */
export async function batchAccount(tx: Transaction, id: string): Promise<ChunkAccount & { readonly chunks: number }> {
  const [row] = await tx<
    { chunks: number; rows: number; taken: number; set_aside: number; refused: number; identical: number }[]
  >`
    /* batchAccount */
    select count(*)::int as chunks, coalesce(sum(rows_count), 0)::int as rows, coalesce(sum(taken), 0)::int as taken,
      coalesce(sum(set_aside), 0)::int as set_aside, coalesce(sum(refused), 0)::int as refused,
      coalesce(sum(identical), 0)::int as identical
    from intake_chunk where lane = ${laneOf(id)} and batch = ${id}`;
  return {
    chunks: row!.chunks,
    rows: row!.rows,
    taken: row!.taken,
    setAside: row!.set_aside,
    refused: row!.refused,
    identical: row!.identical,
  };
}

/** Up to where timers may run: the present, held back by the history imports of all domains that are still open. */
export async function horizonOf(tx: Transaction, now: number): Promise<number> {
  const [row] = await tx<{ horizon: number | null }[]>`
    /* horizonOf */ select min(coalesce(horizon, '-infinity')) as horizon from hub.history_horizon`;
  return Math.min(now, row?.horizon ?? now);
}
