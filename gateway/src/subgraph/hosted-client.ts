import type { ExecutionResult } from 'graphql';
import type { InProcessSubgraph, SubgraphAnswer, SubgraphClient } from '../types.ts';

/** A subgraph in this process: the parsed document and the context itself are handed over, nothing is printed or parsed. */
export function hostedClient(hosted: InProcessSubgraph): SubgraphClient {
  return {
    name: hosted.name,
    fetch: async (request) => answerOf(await hosted.execute(request)),
    async subscribe(request, signal) {
      const events = await hosted.subscribe({ ...request, context: { ...request.context, signal } });
      return Symbol.asyncIterator in events ? answers(events, signal) : answerOf(events);
    },
    // The hub that made the subgraph closes it.
    close: async () => {},
  };
}

function answerOf(result: ExecutionResult): SubgraphAnswer {
  return result as SubgraphAnswer;
}

/** Ends when the signal aborts, also while the subgraph is silent, and closes the subgraph's iterator then. */
async function* answers(
  events: AsyncIterable<ExecutionResult>,
  signal: AbortSignal,
): AsyncGenerator<SubgraphAnswer, void, void> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    while (!signal.aborted) {
      const step = await nextOrAbort(iterator, signal);
      if (step === null || step.done) return;
      yield answerOf(step.value);
    }
  } finally {
    // Not awaited: an async generator that waits for its next event only returns after it.
    void iterator.return?.().catch(() => {});
  }
}

/** A promise of its own for each step: racing one long-lived promise would keep a reaction of every event for ever. */
function nextOrAbort<Value>(
  iterator: AsyncIterator<Value>,
  signal: AbortSignal,
): Promise<IteratorResult<Value> | null> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(null);
    signal.addEventListener('abort', stop, { once: true });
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
