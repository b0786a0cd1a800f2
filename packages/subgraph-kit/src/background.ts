import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { KitMetrics } from './metrics.ts';
import type { BackgroundPart } from './types.ts';

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 30_000;
/** A part that ran this long was well; its next failure starts again from the first backoff. */
const WELL_AFTER_MS = 60_000;

/** Long-running parts under watch: each is started again with growing pauses until `stop`. */
export interface Background {
  /** Names of the parts that are in a backoff now; `/ready` says them. */
  readonly failing: ReadonlySet<string>;
  /** Aborts all parts and waits for them. */
  stop(): Promise<void>;
}

export function runBackground(
  subgraph: string,
  parts: readonly BackgroundPart[],
  log: Logger,
  metrics: KitMetrics,
  failing = new Set<string>(),
): Background {
  const stopping = new AbortController();
  const running = parts.map((part) => keepRunning(part));

  async function keepRunning(part: BackgroundPart): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      try {
        await part.run(stopping.signal);
        if (stopping.signal.aborted) return;
        throw new Error(`the part ${part.name} ended although nobody asked it to`);
      } catch (err) {
        if (stopping.signal.aborted) return;
        if (performance.now() - startedAt > WELL_AFTER_MS) backoffMs = FIRST_BACKOFF_MS;
        failing.add(part.name);
        metrics.restarts.inc({ subgraph, part: part.name });
        log.error(
          { err, part: part.name, backoffMs },
          'a background part failed; what it does waits until it is started again',
        );
        await pause(backoffMs, stopping.signal);
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
        failing.delete(part.name);
      }
    }
  }

  return {
    failing,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** Lets each part do what is due, in turn, until none has anything left. */
export async function settleParts(parts: readonly BackgroundPart[]): Promise<boolean> {
  let worked = false;
  for (let again = true; again; ) {
    again = false;
    for (const part of parts) again = ((await part.settle?.()) ?? false) || again;
    worked ||= again;
  }
  return worked;
}

/** Waits, or ends at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
