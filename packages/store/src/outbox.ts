import type { TransactionSql } from 'postgres';
import { copyRows } from './copy.ts';
import type { OutboxEntry } from './types.ts';

/** From this many entries on, COPY is cheaper than arrays: their payloads are large, and an array's text is escaped twice. */
const COPY_FROM = 20;
const MAX_STREAM_BYTES = 200;

const COLUMNS = ['stream', 'type', 'key', { name: 'at', as: 'instant' }, { name: 'payload', as: 'json' }] as const;

/**
 * Appends entries in the writer's own transaction: they reach the feed if it commits, in this order among themselves. No notification is
 * sent, because one in each transaction costs more than the transaction.
 */
export async function appendToOutbox(tx: TransactionSql, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return;
  for (const { stream } of entries) checkStream(stream);
  if (entries.length >= COPY_FROM) {
    await copyRows(tx, 'hub.outbox', COLUMNS, asRows(entries));
    return;
  }
  const rows = [...asRows(entries)];
  const column = (index: number) => rows.map((row) => row[index] as string);
  await tx`/* appendToOutbox */ insert into hub.outbox (stream, type, key, at, payload)
    select * from unnest(${column(0)}::text[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::timestamptz[],
      ${entries.map(({ payload }) => JSON.stringify(payload))}::json[])`;
}

function* asRows(entries: readonly OutboxEntry[]): Generator<readonly unknown[]> {
  for (const { stream, type, key, at, payload } of entries) yield [stream, type, key, at, payload];
}

function checkStream(stream: string): void {
  if (stream !== '' && Buffer.byteLength(stream) <= MAX_STREAM_BYTES) return;
  throw new Error(
    `stream ${JSON.stringify(stream)}: expected a name of 1 to ${MAX_STREAM_BYTES} bytes, for example work-items.`,
  );
}
