import { isConnectionLoss } from './connection-loss.ts';
import { pause } from './pause.ts';
import type { Database } from './types.ts';

const BATCH = 5_000;
/** The relay looks again after 2 ms while there is work, and ever more rarely, up to this, while there is none. */
const MAX_IDLE_MS = 32;
/** Another process leads; it may end at any time. */
const STANDBY_MS = 250;
const MAX_BACKOFF_MS = 500;

export interface RelayOptions {
  readonly database: Pick<Database, 'sql' | 'log'>;
  readonly signal: AbortSignal;
  /** Rows a move; 5,000 when not given. */
  readonly batch?: number;
}

/**
 * Moves rows from the outbox to the feed until the signal aborts. Any number of processes may run it: one moves, the others stand by.
 * A lost connection is waited out.
 */
export async function runRelay({ database, signal, batch = BATCH }: RelayOptions): Promise<void> {
  let waitMs = 2;
  let backoffMs = 50;
  while (!signal.aborted) {
    try {
      const moved = await move(database, batch, false);
      backoffMs = 50;
      if (moved < 0) waitMs = STANDBY_MS;
      else if (moved > 0) waitMs = 2;
      else waitMs = Math.min(waitMs * 2, MAX_IDLE_MS);
      if (moved < batch) await pause(waitMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!isConnectionLoss(error)) throw error;
      database.log.warn(
        { err: error, backoffMs },
        'relay: entries wait in the outbox until the database answers again',
      );
      await pause(backoffMs, signal);
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
    }
  }
}

/** Moves everything that has been committed by now; waits for its turn when another relay is at work. Returns how many rows it moved. */
export async function relayOnce(database: Pick<Database, 'sql'>, batch = BATCH): Promise<number> {
  let total = 0;
  for (;;) {
    const moved = await move(database, batch, true);
    total += moved;
    if (moved < batch) return total;
  }
}

async function move({ sql }: Pick<Database, 'sql'>, batch: number, wait: boolean): Promise<number> {
  const [row] = await sql<{ moved: number }[]>`/* relay */ select hub.relay(${batch}, ${wait}) as moved`;
  return row!.moved;
}
