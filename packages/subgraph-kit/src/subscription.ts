import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';

/**
 * The answer stream of a subscription. By convention the source yields root values `{ [field]: event, cursor }`; the
 * cursor leaves in `extensions.cursor` of that event's result, so that whoever is cut resumes after exactly this event.
 *
 * `stop` is aborted when the reader goes: a source that waits for its next event ends at once instead of with that event.
 */
export async function answerStream(
  args: ExecutionArgs,
  stop: AbortController,
  finish: (result: ExecutionResult) => ExecutionResult,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!isAsyncIterable(source)) return finish(source);
  return mapEvents(source, stop, async (event) => {
    const result = await execute({ ...args, rootValue: event });
    const cursor = (event as { cursor?: unknown } | null)?.cursor;
    return finish(typeof cursor === 'string' ? { ...result, extensions: { ...result.extensions, cursor } } : result);
  });
}

function mapEvents<A, B>(
  source: AsyncIterable<A>,
  stop: AbortController,
  map: (event: A) => Promise<B>,
): AsyncGenerator<B> {
  const iterator = source[Symbol.asyncIterator]();
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    stop.abort();
    await iterator.return?.();
    return { done: true, value: undefined };
  };
  const answers: AsyncGenerator<B> = {
    async next() {
      if (stop.signal.aborted) return { done: true, value: undefined };
      try {
        const step = await iterator.next();
        if (step.done !== true) return { done: false, value: await map(step.value) };
        return { done: true, value: undefined };
      } catch (cause) {
        // A source that was told to stop may say so by throwing; that is its end, not a fault.
        if (stop.signal.aborted) return { done: true, value: undefined };
        throw cause;
      }
    },
    return: end,
    async throw(cause) {
      await end();
      throw cause;
    },
    [Symbol.asyncIterator]: () => answers,
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
  return answers;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
