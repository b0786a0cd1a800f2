import { instantText } from '@gnomon/records';
import { type CopyColumns, copyRows } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';
import type { LoggedRow } from '../arrive.ts';
import { basicCodeOf } from '../facts.ts';
import type { ItemState } from '../item-state.ts';
import type { ReadRow } from '../read-row.ts';
import type { CountBook } from '../source-counts.ts';

const BUNDLE = [
  'lane',
  'source',
  'no',
  { name: 'received_at', as: 'instant' },
  'versions',
  'payloads',
] as const satisfies CopyColumns;
/** A bundle that has grown beyond this many characters is closed, so that no value grows without end. */
const BUNDLE_CHARS = 65_536;

/** Appends the versions that are kept, in bundles: an item's rows that came at one instant. */
export async function logRows(tx: Transaction, logged: readonly LoggedRow[], batch: string): Promise<void> {
  if (logged.length === 0) return;
  await copyRows(tx, 'row_bundle', BUNDLE, bundlesOf(logged, batch));
}

/** Item by item in key order; the rows of one item as they came. */
function* bundlesOf(logged: readonly LoggedRow[], batch: string): Generator<readonly unknown[]> {
  const items = Map.groupBy(logged, ({ state }) => state);
  const states = [...items.keys()].sort((a, b) => a.lane - b.lane || compare(a.id, b.id));
  for (const state of states) {
    if (state.document.classified === true) continue;
    const rows = items.get(state)!;
    let versions = '';
    let payloads = '';
    for (let index = 0; index < rows.length; index += 1) {
      const { row, version } = rows[index]!;
      const cut = versions === '' ? '[' : ',';
      versions += cut + versionOf(row, version, batch);
      payloads += cut + row.payload;
      const next = rows[index + 1];
      if (next?.row.receivedAt === row.receivedAt && payloads.length <= BUNDLE_CHARS) continue;
      yield [state.lane, state.source, state.no, instantText(row.receivedAt), `${versions}]`, `${payloads}]`];
      versions = '';
      payloads = '';
    }
  }
}

/** What the view `row_log` tells of a version beside its payload; put together by hand, most parts need no escapes. */
function versionOf(row: ReadRow, version: number, batch: string): string {
  const { table, guid, op, hash, codeSystem, madeAt, eventAt } = row;
  const own = row.batch === '' ? batch : row.batch;
  return `["${table}",${JSON.stringify(guid)},${version},"${op}","${hash}",${quoteSystem(codeSystem)},${madeAt},${eventAt},${quoteBatch(own)}]`;
}

/** JSON of texts of which the same comes again and again: the last one is remembered. */
function quoter(): (text: string) => string {
  let last = '';
  let quoted = '""';
  return (text) => {
    if (text !== last) {
      last = text;
      quoted = JSON.stringify(text);
    }
    return quoted;
  };
}
const quoteSystem = quoter();
const quoteBatch = quoter();

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
