import type { Logger } from 'pino';
import type { Sql, TransactionSql } from 'postgres';

/** Milliseconds since 1970-01-01T00:00:00Z; the same meaning as `Instant` of `@gnomon/working-time`. */
export type Milliseconds = number;

/** The port through which everything below the edge learns the time. Tests and the simulated province set it. */
export interface TimeSource {
  now(): Milliseconds;
}

/** What a viewer may see of agency-owned rows; see `@gnomon/identity`. A row is visible when any part admits it. */
export interface RowScope {
  readonly all: boolean;
  /** Division code prefixes: `15`, `1501`, `150121` … */
  readonly divisions: readonly string[];
  /** Unified social credit codes. */
  readonly agencies: readonly string[];
  /** Source ids. */
  readonly sources: readonly string[];
}

export interface Database {
  /** The schema of the subgraph; first in the search path, `hub` second. */
  readonly schema: string;
  readonly sql: Sql;
  /** Runs `work` in one transaction as the owner of the schema. */
  transaction<T>(work: (tx: TransactionSql) => Promise<T>): Promise<T>;
  /** Runs `work` in a read-only transaction under row security with the viewer's scope set. */
  asViewer<T>(scope: RowScope, work: (tx: TransactionSql) => Promise<T>): Promise<T>;
  /** A client of its own for drizzle, which rewrites the parsers of the client it is given; opened at the first use. */
  readonly forDrizzle: Sql;
  /** Calls `onWake` at each notification on `channel`, and after each (re)connect of the listening connection. */
  listen(channel: string, onWake: (payload: string | null) => void): Promise<void>;
  /** Where background parts of this database write what they cannot hand to a caller. */
  readonly log: Logger;
  close(): Promise<void>;
}

/** What a writer appends; the relay gives it a place in its stream. */
export interface OutboxEntry {
  readonly stream: string;
  readonly type: string;
  /** Identity of the thing the entry speaks of, for readers that want one thing's entries only. */
  readonly key: string;
  readonly at: Milliseconds;
  readonly payload: unknown;
}

/** An entry of the feed: dense (`seq` 1, 2, 3 … without a gap in each stream) and in commit order. */
export interface FeedEntry extends OutboxEntry {
  readonly seq: number;
  /** Opaque; hand it back to resume after this entry. */
  readonly cursor: string;
}

/** A reader of one stream. The cursor `null` is the stream's beginning. */
export interface Feed {
  /**
   * Entries behind a cursor. Who holds a transaction reads within it: to wait for another connection while one is held can stop a whole pool.
   */
  read(stream: string, after: string | null, limit: number, within?: TransactionSql): Promise<readonly FeedEntry[]>;
  /** Cursor of the newest entry at this moment, or `null` for an empty stream. */
  head(stream: string): Promise<string | null>;
  /**
   * Batches in order, from `after`, for ever, until the signal aborts. Wakes on notification, on reconnect and every second, and calls
   * `onLook` each time.
   * @throws {BadCursorError} when the cursor is not of this stream.
   */
  follow(
    stream: string,
    after: string | null,
    options: { readonly signal: AbortSignal; readonly batch?: number; readonly onLook?: () => void },
  ): AsyncIterable<readonly FeedEntry[]>;
}

/** A name and value kept by a follower in the same transaction as what it derived from the feed. */
export interface FollowerPosition {
  readonly follower: string;
  readonly stream: string;
  readonly cursor: string | null;
}
