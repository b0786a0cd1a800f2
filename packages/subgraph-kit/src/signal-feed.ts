import { isWithin } from '@gnomon/identity';
import type { Feed, FeedEntry, RowScope } from '@gnomon/store';
import { SIGNAL_ENTRY_TYPE, type Signal } from './signal.ts';

/** A signal with the cursor to go on after it. */
export interface ReadSignal {
  readonly signal: Signal;
  readonly cursor: string;
}

/** A page of a domain's signals; `endCursor` is the given one when there was nothing new. */
export interface SignalPage {
  readonly nodes: readonly ReadSignal[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

/** The most batches read for one page: a viewer of few among many gets an empty page with a cursor, not a long wait. */
const MOST_READS = 20;
const BATCH = 200;

/**
 * A page of the signals in a domain's stream that the scope admits, in commit order. Others' signals do not exist for the
 * reader: they are passed over, and the cursor moves on.
 */
export async function readSignals(
  feed: Feed,
  stream: string,
  scope: RowScope,
  page: { readonly first: number; readonly after?: string | null },
): Promise<SignalPage> {
  const nodes: ReadSignal[] = [];
  let cursor = page.after ?? null;
  for (let read = 0; read < MOST_READS && nodes.length < page.first; read += 1) {
    const entries = await feed.read(stream, cursor, Math.max(page.first, BATCH));
    if (entries.length === 0) return { nodes, endCursor: cursor, hasNextPage: false };
    for (const entry of entries) {
      if (nodes.length === page.first) return { nodes, endCursor: cursor, hasNextPage: true };
      cursor = entry.cursor;
      const signal = visibleSignal(entry, scope);
      if (signal !== null) nodes.push({ signal, cursor });
    }
  }
  return { nodes, endCursor: cursor, hasNextPage: true };
}

/** The signals as they come, from after the cursor or from now on, until the request ends. */
export async function* followSignals(
  feed: Feed,
  stream: string,
  scope: RowScope,
  from: { readonly after?: string | null; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<ReadSignal, void, void> {
  const start = from.after ?? (await feed.head(stream));
  const ending = from.signal ?? new AbortController().signal;
  for await (const entries of feed.follow(stream, start, { signal: ending }))
    for (const entry of entries) {
      const signal = visibleSignal(entry, scope);
      if (signal !== null) yield { signal, cursor: entry.cursor };
    }
}

/** The same test that row security makes. */
function visibleSignal(entry: FeedEntry, scope: RowScope): Signal | null {
  if (entry.type !== SIGNAL_ENTRY_TYPE) return null;
  const signal = entry.payload as Signal;
  const { division, agency, source } = signal;
  return isWithin(scope, { division: division || null, agency: agency || null, source }) ? signal : null;
}
