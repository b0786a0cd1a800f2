import type { TransactionSql } from 'postgres';
import { isConnectionLoss } from './connection-loss.ts';
import { quoteTable } from './copy.ts';
import { pause } from './pause.ts';
import type { Database, Milliseconds, TimeSource } from './types.ts';

const POLL_MS = 200;
const LIMIT = 1_000;
const BACKOFF_MS = 500;

/** Which rows a claim takes. */
export interface DueClaim {
  /**
   * A table with `due_at timestamptz` and `create index on … (due_at) where due_at is not null`.
   * The claim walks that index, so what is not due costs nothing.
   */
  readonly table: string;
  readonly limit: number;
  /** Due up to and with this instant. */
  readonly now: Milliseconds;
}

/** Takes rows that are due, oldest first, and leaves out those that another worker has taken. They stay taken until the transaction ends. */
export async function claimDue<Row extends object>(
  tx: TransactionSql,
  { table, limit, now }: DueClaim,
): Promise<readonly Row[]> {
  const rows = await tx<Row[]>`/* claimDue */ select * from ${tx.unsafe(quoteTable(table))}
    where due_at <= ${now}::timestamptz order by due_at limit ${limit} for no key update skip locked`;
  return [...(rows as unknown as Row[])];
}

export interface TimersOptions<Row extends object> {
  readonly database: Pick<Database, 'transaction' | 'log'>;
  readonly time: TimeSource;
  /** The table of `claimDue`, unless `claim` is given. */
  readonly table?: string;
  readonly claim?: (
    tx: TransactionSql,
    claim: { readonly limit: number; readonly now: Milliseconds },
  ) => Promise<readonly Row[]>;
  /** Judges the rows and arms them anew (a later `due_at`, or null), in the transaction that holds them. */
  readonly handle: (tx: TransactionSql, rows: readonly Row[], now: Milliseconds) => Promise<void>;
  /**
   * A row whose handling throws, alone as well as in company. In a transaction of its own; must move its `due_at` and leave a record.
   * Without it the error ends the run.
   */
  readonly setAside?: (tx: TransactionSql, row: Row, error: unknown, now: Milliseconds) => Promise<void>;
  /** Rows a transaction; 1,000 when not given. */
  readonly limit?: number;
}

/**
 * Handles timers as they fall due, until the signal aborts; polls every 200 ms. A lost connection is waited out. Several processes share
 * the work.
 */
export async function runTimers<Row extends object>(
  options: TimersOptions<Row> & { readonly signal: AbortSignal; readonly pollMs?: number },
): Promise<void> {
  const { signal, pollMs = POLL_MS, database } = options;
  while (!signal.aborted) {
    try {
      await settleTimers(options);
    } catch (error) {
      if (signal.aborted) return;
      if (!isConnectionLoss(error)) throw error;
      database.log.warn({ err: error }, 'timers: nothing falls due until the database answers again');
      await pause(BACKOFF_MS, signal);
    }
    await pause(pollMs, signal);
  }
}

/** Handles all timers that are due at the present instant, and those that come due by being handled. Returns how many rows it handled. */
export async function settleTimers<Row extends object>(
  options: TimersOptions<Row> & { readonly signal?: AbortSignal },
): Promise<number> {
  const { time, signal, limit = LIMIT } = options;
  let handled = 0;
  while (!signal?.aborted) {
    const now = time.now();
    const count = await handleBatch(options, limit, now);
    handled += count;
    if (count === 0) break;
  }
  return handled;
}

async function handleBatch<Row extends object>(
  options: TimersOptions<Row>,
  limit: number,
  now: Milliseconds,
): Promise<number> {
  let failed: readonly Row[] = [];
  try {
    return await options.database.transaction(async (tx) => {
      const rows = await claimRows(options, tx, limit, now);
      if (rows.length > 0) {
        failed = rows;
        await options.handle(tx, rows, now);
      }
      return rows.length;
    });
  } catch (error) {
    if (failed.length === 0 || isConnectionLoss(error)) throw error;
    // Half a batch each time: one bad row costs a dozen transactions, not all timers.
    if (failed.length > 1) return handleBatch(options, Math.ceil(failed.length / 2), now);
    await setAsideOne(options, failed[0]!, error, now);
    return 1;
  }
}

function claimRows<Row extends object>(
  options: TimersOptions<Row>,
  tx: TransactionSql,
  limit: number,
  now: Milliseconds,
) {
  if (options.claim !== undefined) return options.claim(tx, { limit, now });
  if (options.table !== undefined) return claimDue<Row>(tx, { table: options.table, limit, now });
  throw new Error('timers: expected a table or a claim, got neither.');
}

async function setAsideOne<Row extends object>(
  options: TimersOptions<Row>,
  row: Row,
  error: unknown,
  now: Milliseconds,
): Promise<void> {
  const { setAside, database } = options;
  if (setAside === undefined)
    throw new Error(`timer of ${JSON.stringify(row)}: ${(error as Error).message}`, { cause: error });
  database.log.error({ err: error, row }, 'timers: this row cannot be handled and is set aside');
  await database.transaction((tx) => setAside(tx, row, error, now));
}
