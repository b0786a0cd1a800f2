/** How single calls become batches. */
export interface CoalesceOptions {
  /** How long the first call of a batch waits for others; 2 when not given. */
  readonly windowMs?: number;
  /** 500 when not given. */
  readonly maxBatch?: number;
  /** Batches in flight at once; calls wait, and gather, beyond it; 2 when not given. */
  readonly maxInFlight?: number;
}

interface Waiting<I, O> {
  readonly input: I;
  readonly resolve: (output: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers single calls into batches, each caller with its own result: an `Error` in the list of results rejects that caller alone, an
 * error thrown by `handle` rejects all callers of the batch.
 */
export function coalesce<I, O>(
  handle: (inputs: I[]) => Promise<readonly (O | Error)[]>,
  options: CoalesceOptions = {},
): (input: I) => Promise<O> {
  const { windowMs = 2, maxBatch = 500, maxInFlight = 2 } = options;
  let waiting: Waiting<I, O>[] = [];
  let window: NodeJS.Timeout | undefined;
  let inFlight = 0;

  const start = (): void => {
    clearTimeout(window);
    window = undefined;
    while (waiting.length > 0 && inFlight < maxInFlight) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      inFlight += 1;
      void settle(handle, batch).then(() => {
        inFlight -= 1;
        // Calls that came while no batch could start have waited long enough.
        if (waiting.length > 0 && window === undefined) start();
      });
    }
  };

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (inFlight >= maxInFlight) return;
      if (waiting.length >= maxBatch) start();
      else window ??= setTimeout(start, windowMs);
    });
}

async function settle<I, O>(
  handle: (inputs: I[]) => Promise<readonly (O | Error)[]>,
  batch: readonly Waiting<I, O>[],
): Promise<void> {
  try {
    const outputs = await handle(batch.map(({ input }) => input));
    if (outputs.length !== batch.length) {
      throw new Error(
        `coalesce: expected ${batch.length} results, one for each input in order, got ${outputs.length}.`,
      );
    }
    batch.forEach(({ resolve, reject }, index) => {
      const output = outputs[index] as O | Error;
      if (output instanceof Error) reject(output);
      else resolve(output);
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
