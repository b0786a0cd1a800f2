import type { TransactionSql } from 'postgres';
import { type StoredSignal, signals } from './columns.ts';

/** Keeps signals; gives the ids of those that were not kept before. A signal that comes again changes nothing. */
export async function insertNewSignals(
  tx: TransactionSql,
  stream: string,
  rows: readonly StoredSignal[],
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const names = signals.columns.join(', ');
  const inserted = await tx.unsafe<{ id: string }[]>(
    `/* insertNewSignals */ insert into signal (stream, ${names})
     select $2, ${names} from jsonb_populate_recordset(null::signal, $1::text::jsonb)
     on conflict (lane, id) do nothing returning id`,
    [signals.json(rows), stream],
  );
  return new Set(inserted.map((row) => row.id));
}

/** An entry of a feed that is no signal. */
export interface RefusedEntry {
  readonly stream: string;
  readonly seq: number;
  readonly reason: string;
  readonly payload: unknown;
}

/** Keeps what could not be read as a signal, with the reason (law 13). */
export async function keepRefused(tx: TransactionSql, entries: readonly RefusedEntry[]): Promise<void> {
  if (entries.length === 0) return;
  // The payload goes in as the text it came as: jsonb would refuse what JSON allows, for example \\u0000.
  const json = JSON.stringify(entries.map((entry) => ({ ...entry, payload: JSON.stringify(entry.payload ?? null) })));
  await tx`
    /* keepRefused */ insert into refused_entry (stream, seq, reason, payload)
    select stream, seq, reason, payload
    from jsonb_to_recordset(${json}::text::jsonb) as e (stream text, seq bigint, reason text, payload text)
    on conflict (stream, seq) do nothing`;
}
