import { hash } from 'node:crypto';
import type { ReferenceAgency, ReferenceItem, ReferenceSource } from '@gnomon/reference';
import { REFERENCE_STREAM } from '@gnomon/reference';
import { type Database, type Feed, type FeedEntry, lockPosition, writePosition } from '@gnomon/store';

const BATCH = 500;
const TYPES = new Set(['agency', 'service-item', 'source']);

/** The registry's published objects as this subgraph keeps them: in a table, and in memory for the intake. */
export interface ReferenceCopy {
  agency(uscc: string): ReferenceAgency | undefined;
  /** By implementation code (31), business-handling item (33: its first 31) or basic code (12). */
  item(taskCode: string, catalogCode: string | undefined): ReferenceItem | undefined;
  source(id: string): ReferenceSource | undefined;
  sources(): Iterable<ReferenceSource>;
  /** Reads what is published up to now; the intake calls it before its first chunk, so that nothing is judged without limits. */
  catchUp(): Promise<boolean>;
  /** Follows the registry until the signal aborts. */
  follow(signal: AbortSignal, onLook: () => void): Promise<void>;
}

/** Opens the copy of the subgraph `name` and loads what the table holds. `onSource` hears of each source that is published or changed. */
export async function openReferenceCopy(
  database: Database,
  feed: Feed,
  name: string,
  onSource: (sources: readonly ReferenceSource[]) => Promise<void>,
): Promise<ReferenceCopy> {
  const follower = `${name} reference`;
  const agencies = new Map<string, ReferenceAgency>();
  const items = new Map<string, ReferenceItem>();
  const sources = new Map<string, ReferenceSource>();
  const rows = await database.sql<{ type: string; key: string; body: unknown }[]>`
    /* loadReference */ select type, key, body from reference`;
  for (const row of rows) remember(row.type, row.body);

  function remember(type: string, given: unknown): void {
    const body = sharedObject(given);
    if (type === 'agency') agencies.set((body as ReferenceAgency).uscc, body as ReferenceAgency);
    else if (type === 'service-item') items.set((body as ReferenceItem).code, body as ReferenceItem);
    else if (type === 'source') sources.set((body as ReferenceSource).id, body as ReferenceSource);
  }

  async function apply(entries: readonly FeedEntry[]): Promise<void> {
    const newest = new Map<string, FeedEntry>();
    for (const entry of entries) if (TYPES.has(entry.type)) newest.set(`${entry.type}\n${entry.key}`, entry);
    const last = entries.at(-1);
    if (last === undefined) return;
    const wanted = [...newest.values()].sort((a, b) => (a.type + a.key < b.type + b.key ? -1 : 1));
    await database.transaction(async (tx) => {
      if (wanted.length > 0) {
        await tx`/* keepReference */
          insert into reference (type, key, body)
          select * from unnest(${wanted.map((e) => e.type)}::text[], ${wanted.map((e) => e.key)}::text[],
            ${wanted.map((e) => JSON.stringify(e.payload))}::json[])
          on conflict (type, key) do update set body = excluded.body`;
      }
      await writePosition(tx, { follower, stream: REFERENCE_STREAM, cursor: last.cursor });
    });
    for (const entry of wanted) remember(entry.type, entry.payload);
    const published = wanted
      .filter((entry) => entry.type === 'source')
      .map((entry) => entry.payload as ReferenceSource);
    if (published.length > 0) await onSource(published);
  }

  const position = (): Promise<string | null> =>
    database.transaction((tx) => lockPosition(tx, follower, REFERENCE_STREAM));

  return {
    agency: (uscc) => agencies.get(uscc),
    item: (taskCode, catalogCode) =>
      items.get(taskCode) ??
      (taskCode.length === 33 ? items.get(taskCode.slice(0, 31)) : undefined) ??
      (taskCode.length >= 31 ? items.get(taskCode.slice(19, 31)) : undefined) ??
      (catalogCode === undefined ? undefined : items.get(catalogCode)),
    source: (id) => sources.get(id),
    sources: () => sources.values(),
    async catchUp() {
      let worked = false;
      for (;;) {
        const entries = await feed.read(REFERENCE_STREAM, await position(), BATCH);
        if (entries.length === 0) return worked;
        worked = true;
        await apply(entries);
      }
    },
    async follow(signal, onLook) {
      const how = { signal, batch: BATCH, onLook };
      for await (const entries of feed.follow(REFERENCE_STREAM, await position(), how)) await apply(entries);
    },
  };
}

const shared = new Map<string, WeakRef<object>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (shared.get(key)?.deref() === undefined) shared.delete(key);
});

/** Published objects are read and never written: domains of one process hold the same one, and not a copy each. */
function sharedObject(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const key = hash('sha256', JSON.stringify(body), 'base64');
  const known = shared.get(key)?.deref();
  if (known !== undefined) return known;
  shared.set(key, new WeakRef(body));
  forgotten.register(body, key);
  return body;
}
