import { type CopyColumns, copyRows } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import type { LoggedRow } from '../arrive.ts';
import { basicCodeOf } from '../facts.ts';
import { instantText } from '../instant-text.ts';
import type { ItemState } from '../item-state.ts';
import { laneOf } from '../lane.ts';
import type { ReadRow } from '../read-row.ts';
import type { CountBook } from '../source-counts.ts';

const LOG = [
  'lane',
  'source',
  'no',
  'tbl',
  'guid',
  'version',
  'op',
  'hash',
  'code_system',
  'payload',
  { name: 'made_at', as: 'instant' },
  { name: 'event_at', as: 'instant' },
  { name: 'received_at', as: 'instant' },
  'batch',
] as const satisfies CopyColumns;

/** Appends the versions that are kept, in key order. A version that another writer logged meanwhile fails the transaction. */
export async function logRows(tx: Transaction, logged: readonly LoggedRow[], batch: string): Promise<void> {
  if (logged.length === 0) return;
  const sorted = logged.toSorted(
    (a, b) =>
      a.state.lane - b.state.lane ||
      compare(a.state.id, b.state.id) ||
      compare(a.row.table, b.row.table) ||
      compare(a.row.guid, b.row.guid),
  );
  await copyRows(
    tx,
    'row_log',
    LOG,
    sorted
      .filter(({ state }) => state.document.classified !== true)
      .map(({ state, row, version }) => [
        state.lane,
        state.source,
        state.no,
        row.table,
        row.guid,
        version,
        row.op,
        row.hash,
        row.codeSystem,
        row.payload,
        instantText(row.madeAt),
        instantText(row.eventAt),
        instantText(row.receivedAt),
        row.batch === '' ? batch : row.batch,
      ]),
  );
}

/** Replaces the dated findings of items that have any. */
export async function writeEvents(tx: Transaction, touched: readonly ItemState[]): Promise<void> {
  const found = touched.filter((state) => (state.summary?.events.length ?? 0) > 0);
  if (found.length === 0) return;
  await tx`/* clearEvents */
    delete from item_event e using unnest(${found.map((state) => state.lane)}::int[], ${found.map((state) => state.id)}::text[]) as k(lane, id)
    where e.lane = k.lane::smallint and e.id = k.id collate "C"`;
  const rows = found.flatMap((state) =>
    state.summary!.events.map((event, n) => [
      state.lane,
      state.id,
      event.kind,
      n,
      event.at,
      state.place.agency,
      basicCodeOf(state.summary!.itemCode),
    ]),
  );
  await copyRows(
    tx,
    'item_event',
    ['lane', 'id', 'kind', 'n', { name: 'at', as: 'instant' }, 'agency', 'item_basic'],
    rows,
  );
}

/** The totals that a source declared; the last one that it made for a day holds. */
export async function writeControlTotals(tx: Transaction, rows: readonly ReadRow[]): Promise<void> {
  const newest = new Map<string, ReadRow>();
  for (const row of rows) {
    const key = `${row.source} ${row.totals!.day}`;
    const known = newest.get(key);
    if (known === undefined || row.madeAt >= known.madeAt) newest.set(key, row);
  }
  for (const key of [...newest.keys()].sort()) {
    const row = newest.get(key)!;
    await tx`/* writeControlTotals */
      insert into control_total as c (lane, source, day, accepted, finished, made_at, received_at)
      values (${laneOf(row.source)}, ${row.source}, ${row.totals!.day}::date, ${row.totals!.accepted}, ${row.totals!.finished},
        ${row.madeAt}::timestamptz, ${row.receivedAt}::timestamptz)
      on conflict (lane, source, day) do update set accepted = excluded.accepted, finished = excluded.finished,
        made_at = excluded.made_at, received_at = excluded.received_at
      where c.made_at <= excluded.made_at`;
  }
}

export async function writeCounts(tx: Transaction, counts: CountBook): Promise<void> {
  const rows: unknown[][] = [];
  for (const page of counts.entries()) {
    const parts = Object.entries(page.counts).filter(([, value]) => value !== 0);
    if (parts.length > 0) rows.push([laneOf(page.source), page.source, page.day, Object.fromEntries(parts)]);
  }
  if (rows.length > 0)
    await copyRows(tx, 'source_delta', ['lane', 'source', 'day', { name: 'counts', as: 'json' }], rows);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
