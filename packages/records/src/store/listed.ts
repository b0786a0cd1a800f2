import type { Transaction } from '@gnomon/subgraph-kit';
import type { ListedRow } from '../list-book.ts';

/** All published objects, deleted ones included. */
export async function readListed(tx: Transaction): Promise<readonly ListedRow[]> {
  return tx<ListedRow[]>`/* readListed */
    select tbl as "table", key, source, guid, hash, deleted, body, made_at as "madeAt", received_at as "receivedAt" from listed`;
}

/** Keeps the newest version of each object. */
export async function writeListed(tx: Transaction, rows: readonly ListedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const sorted = rows
    .toSorted((a, b) => (a.table + a.key < b.table + b.key ? -1 : 1))
    .map((row) => ({
      ...row,
      madeAt: new Date(row.madeAt).toISOString(),
      receivedAt: new Date(row.receivedAt).toISOString(),
    }));
  await tx`/* writeListed */
    insert into listed as l (tbl, key, source, guid, hash, deleted, body, made_at, received_at)
    select "table", key, source, guid, hash, deleted, body, "madeAt", "receivedAt"
    from json_to_recordset(${JSON.stringify(sorted)}::text::json) as r("table" text, key text, source text, guid text, hash text,
      deleted boolean, body json, "madeAt" timestamptz, "receivedAt" timestamptz)
    on conflict (tbl, key) do update set source = excluded.source, guid = excluded.guid, hash = excluded.hash,
      deleted = excluded.deleted, body = excluded.body, made_at = excluded.made_at, received_at = excluded.received_at
    where (l.made_at, l.hash) <= (excluded.made_at, excluded.hash)`;
}
