import { type CopyColumns, copyRows } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import type { LoggedRow } from '../arrive.ts';
import { instantText } from '../instant-text.ts';
import type { ReadRow } from '../read-row.ts';

const BUNDLE = [
  'lane',
  'kind',
  'record',
  'source',
  { name: 'received_at', as: 'instant' },
  'versions',
  'payloads',
] as const satisfies CopyColumns;
/** A bundle that has grown beyond this many characters is closed, so that no value grows without end. */
const BUNDLE_CHARS = 65_536;

/** Appends the versions that are kept, in bundles: a record's rows of one source that came at one instant. */
export async function logRows(tx: Transaction, logged: readonly LoggedRow[], batch: string): Promise<void> {
  if (logged.length === 0) return;
  await copyRows(tx, 'row_bundle', BUNDLE, bundlesOf(logged, batch));
}

/** Record by record in key order; the rows of one record as they came. */
function* bundlesOf(logged: readonly LoggedRow[], batch: string): Generator<readonly unknown[]> {
  const records = Map.groupBy(logged, ({ state }) => state);
  const states = [...records.keys()].sort((a, b) => a.lane - b.lane || compare(a.kind + a.id, b.kind + b.id));
  for (const state of states) {
    const rows = records.get(state)!;
    let versions = '';
    let payloads = '';
    for (let index = 0; index < rows.length; index += 1) {
      const { row, version } = rows[index]!;
      const cut = versions === '' ? '[' : ',';
      versions += cut + versionOf(row, version, batch);
      payloads += cut + row.payload;
      const next = rows[index + 1];
      const goesOn = next?.row.receivedAt === row.receivedAt && next.row.source === row.source;
      if (goesOn && payloads.length <= BUNDLE_CHARS) continue;
      yield [state.lane, state.kind, state.id, row.source, instantText(row.receivedAt), `${versions}]`, `${payloads}]`];
      versions = '';
      payloads = '';
    }
  }
}

/** What the view `row_log` tells of a version beside its payload; put together by hand, most parts need no escapes. */
function versionOf(row: ReadRow, version: number, batch: string): string {
  const { table, guid, op, hash, codeSystem, madeAt, eventAt } = row;
  const own = row.batch === '' ? batch : row.batch;
  return `["${table.name}",${JSON.stringify(guid)},${version},"${op}","${hash}",${quoteSystem(codeSystem)},${madeAt},${eventAt},${quoteBatch(own)}]`;
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
