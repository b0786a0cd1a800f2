import type { Sql, TransactionSql } from 'postgres';
import { isConnectionLoss } from './connection-loss.ts';
import { BadCursorError, type Cursors, cursorsOf } from './cursor.ts';
import { pause } from './pause.ts';
import type { Database, Feed, FeedEntry } from './types.ts';

const CHANNEL = 'gnomon_feed';
const DEFAULT_BATCH = 500;
const MAX_BATCH = 10_000;
/** A reader looks at least this often, whatever became of the notifications. */
const WAKE_LIMIT_MS = 1_000;
const RETRY_MS = 200;

/**
 * The streams of the hub's feed. A notification only wakes a reader; what it gets is what stands behind its cursor. Closes with the
 * database.
 */
export function openFeed(database: Pick<Database, 'sql' | 'listen' | 'log'>): Feed {
  const wakers = createWakers(database);
  let known: Cursors | null = null;
  const cursorsIn = async (sql: Sql | TransactionSql): Promise<Cursors> => (known ??= await cursorsOf(sql));
  const read: Feed['read'] = async (stream, after, limit, within) => {
    const sql = within ?? database.sql;
    return readFeed(sql, await cursorsIn(sql), stream, after, limit);
  };
  return {
    read,
    async head(stream) {
      const seq = await headOf(database.sql, stream);
      return seq === 0 ? null : (await cursorsIn(database.sql)).write(stream, seq);
    },
    async *follow(stream, after, { signal, batch = DEFAULT_BATCH, onLook }) {
      let cursor = after;
      const waker = wakers.of(stream);
      while (!signal.aborted) {
        // Taken before the read: a wake that comes during it is not lost.
        const mark = waker.mark();
        onLook?.();
        const entries = await readPatiently(() => read(stream, cursor, batch), database, signal);
        if (signal.aborted) return;
        if (entries.length > 0) {
          cursor = entries[entries.length - 1]!.cursor;
          yield entries;
        }
        if (entries.length < batch) await waker.wait(mark, signal);
      }
    },
  };
}

async function readFeed(
  sql: Sql | TransactionSql,
  cursors: Cursors,
  stream: string,
  after: string | null,
  limit: number,
): Promise<readonly FeedEntry[]> {
  const from = cursors.read(stream, after);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_BATCH) {
    throw new RangeError(`feed ${stream}: expected a limit of 1 to ${MAX_BATCH} entries, got ${limit}.`);
  }
  const rows = await sql<Omit<FeedEntry, 'cursor'>[]>`/* readFeed */
    select stream, seq, type, key, at, payload from hub.feed where stream = ${stream} and seq > ${from} order by seq limit ${limit}`;
  // A cursor from before a restored backup would otherwise wait and then skip entries without a word.
  if (rows.length === 0 && after !== null && from > (await headOf(sql, stream))) {
    throw new BadCursorError(stream, after, 'points beyond the newest entry');
  }
  return rows.map((row) => ({ ...row, cursor: cursors.write(stream, row.seq) }));
}

async function headOf(sql: Sql | TransactionSql, stream: string): Promise<number> {
  const [row] = await sql<{ head: number }[]>`/* headOfFeed */ select head from hub.stream where name = ${stream}`;
  return row?.head ?? 0;
}

/** Waits out a server that is away; other errors are the reader's. */
async function readPatiently<T>(
  read: () => Promise<readonly T[]>,
  { log }: Pick<Database, 'log'>,
  signal: AbortSignal,
): Promise<readonly T[]> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (signal.aborted) return [];
      if (!isConnectionLoss(error)) throw error;
      log.warn({ err: error }, 'feed: reading stands still until the database answers again');
      await pause(RETRY_MS, signal);
      if (signal.aborted) return [];
    }
  }
}

/** Readers of a stream that sleep until a notification names it. */
interface Waker {
  mark(): number;
  /** Resolves at the first wake after `mark`, at the latest after a second. */
  wait(mark: number, signal: AbortSignal): Promise<void>;
}

function createWakers(database: Pick<Database, 'listen' | 'log'>) {
  const counts = new Map<string, number>();
  const sleepers = new Map<string, Set<() => void>>();
  const wake = (stream: string) => {
    counts.set(stream, (counts.get(stream) ?? 0) + 1);
    for (const rouse of sleepers.get(stream) ?? []) rouse();
  };
  let isListening = false;
  const listen = () => {
    if (isListening) return;
    isListening = true;
    // `null`: the listening connection was made (again); what was notified meanwhile is unknown, so everybody looks.
    database
      .listen(CHANNEL, (payload) => (payload === null ? [...sleepers.keys()].forEach(wake) : wake(payload)))
      .catch((error: unknown) => {
        isListening = false;
        database.log.warn({ err: error }, 'feed: no notifications; readers look once a second');
      });
  };
  const of = (stream: string): Waker => ({
    mark: () => {
      listen();
      return counts.get(stream) ?? 0;
    },
    wait: (mark, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || (counts.get(stream) ?? 0) !== mark) return resolve();
        const asleep = sleepers.get(stream) ?? new Set();
        sleepers.set(stream, asleep);
        const rouse = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', rouse);
          asleep.delete(rouse);
          resolve();
        };
        const timer = setTimeout(rouse, WAKE_LIMIT_MS);
        signal.addEventListener('abort', rouse, { once: true });
        asleep.add(rouse);
      }),
  });
  return { of };
}
