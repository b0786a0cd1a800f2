import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { KitMetrics } from './metrics.ts';
import { createPartBook, type PartBook, type PartHealth } from './part-health.ts';
import type { BackgroundPart } from './types.ts';

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 30_000;
/** A part that ran this long was well; its next failure starts again from the first backoff. */
const WELL_AFTER_MS = 60_000;
const EVERY_MS = 1_000;
const NEVER = new AbortController().signal;

/** Long-running parts under watch: each is started again with growing pauses until `stop`. */
export interface Background {
  readonly health: PartHealth;
  /** Aborts all parts and waits for them. */
  stop(): Promise<void>;
}

export function runBackground(
  subgraph: string,
  parts: readonly BackgroundPart[],
  log: Logger,
  metrics: KitMetrics,
  book: PartBook = createPartBook(),
): Background {
  const stopping = new AbortController();
  const running = parts.map((part) => keepRunning(part));

  async function keepRunning(part: BackgroundPart): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    const round = () => book.came(part.name, part.everyMs ?? EVERY_MS);
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      round();
      try {
        await part.run(stopping.signal, round);
        if (stopping.signal.aborted) return;
        throw new Error(`the part ${part.name} ended although nobody asked it to`);
      } catch (err) {
        if (stopping.signal.aborted) return;
        if (performance.now() - startedAt > WELL_AFTER_MS) backoffMs = FIRST_BACKOFF_MS;
        book.failed(part.name);
        metrics.restarts.inc({ subgraph, part: part.name });
        log.error(
          { err, part: part.name, backoffMs },
          'a background part failed; what it does waits until it is started again',
        );
        await pause(backoffMs, stopping.signal);
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
  }

  return {
    health: book,
    async stop() {
      stopping.abort();
      await Promise.all(running);
      for (const { name } of parts) book.stopped(name);
    },
  };
}

/** A part that goes round: one step after another while there is something to do, and a pause of `everyMs` when there is not. */
export function createRounds(
  name: string,
  everyMs: number,
  step: (signal: AbortSignal) => Promise<boolean>,
): BackgroundPart {
  return {
    ...{ name, everyMs },
    async run(signal, round) {
      while (!signal.aborted) {
        round();
        if (!(await step(signal))) await pause(everyMs, signal);
      }
    },
    settle: () => step(NEVER),
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
    await delay(ms, undefined, { signal, ref: false });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
