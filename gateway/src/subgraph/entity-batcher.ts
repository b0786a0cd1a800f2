import { identityOf } from '../claim-class.ts';
import type { SubgraphAnswer, SubgraphClient, SubgraphError, SubgraphFetch } from '../types.ts';

interface Caller {
  readonly fetch: SubgraphFetch;
  readonly representations: readonly unknown[];
  resolve(answer: SubgraphAnswer): void;
  reject(cause: unknown): void;
}

/** At most so many entities go in one request; a larger need becomes several. */
const MAX_REPRESENTATIONS = 1_000;

/**
 * Puts `_entities` fetches of equal text, variables and identity, asked for in one turn of the event loop, into one request.
 * Each caller gets its own part: its entities in its order, errors with its own indices. Equal representations are asked once.
 */
export function batchEntities(
  client: Pick<SubgraphClient, 'fetch'>,
): (fetch: SubgraphFetch) => Promise<SubgraphAnswer> {
  const waiting = new Map<string, Caller[]>();
  return (fetch) =>
    new Promise((resolve, reject) => {
      const { representations, ...others } = fetch.variables;
      const list = representations as readonly unknown[];
      const key = `${identityOf(fetch.context)}\n${JSON.stringify(others)}\n${fetch.text}`;
      const caller: Caller = { fetch, representations: list, resolve, reject };
      const batch = waiting.get(key);
      if (batch && sizeOf(batch) + list.length <= MAX_REPRESENTATIONS) {
        batch.push(caller);
        return;
      }
      const fresh = [caller];
      waiting.set(key, fresh);
      // After the promise jobs of this turn, so that everything that becomes ready together goes together.
      Promise.resolve().then(() =>
        process.nextTick(() => {
          if (waiting.get(key) === fresh) waiting.delete(key);
          void sendBatch(client, fresh);
        }),
      );
    });
}

function sizeOf(batch: readonly Caller[]): number {
  return batch.reduce((sum, caller) => sum + caller.representations.length, 0);
}

async function sendBatch(client: Pick<SubgraphClient, 'fetch'>, batch: readonly Caller[]): Promise<void> {
  const only = batch.length === 1 ? batch[0] : undefined;
  try {
    if (only) only.resolve(await client.fetch(only.fetch));
    else await sendMerged(client, batch);
  } catch (cause) {
    for (const caller of batch) caller.reject(cause);
  }
}

async function sendMerged(client: Pick<SubgraphClient, 'fetch'>, batch: readonly Caller[]): Promise<void> {
  const merged: unknown[] = [];
  const places = new Map<string, number>();
  const wanted = batch.map((caller) =>
    caller.representations.map((representation) => {
      const key = JSON.stringify(representation);
      let place = places.get(key);
      if (place === undefined) {
        place = merged.push(representation) - 1;
        places.set(key, place);
      }
      return place;
    }),
  );
  const { fetch } = batch[0]!;
  // One caller's leaving must not take the answer from the others.
  const { signal: _left, ...context } = fetch.context;
  const answer = await client.fetch({ ...fetch, context, variables: { ...fetch.variables, representations: merged } });
  const taken = new Set<number>();
  batch.forEach((caller, index) => {
    caller.resolve(partOf(answer, wanted[index]!, taken));
  });
}

function partOf(answer: SubgraphAnswer, wanted: readonly number[], taken: Set<number>): SubgraphAnswer {
  const entities = answer.data?._entities;
  const part: SubgraphAnswer = { data: answer.data ?? null };
  if (Array.isArray(entities)) {
    part.data = {
      _entities: wanted.map((place) => {
        // Callers merge into what they get: the second taker of an entity needs a copy.
        const isFirst = !taken.has(place);
        taken.add(place);
        return isFirst ? entities[place] : structuredClone(entities[place]);
      }),
    };
  }
  const errors = (answer.errors ?? []).flatMap((error) => errorsAt(error, wanted));
  if (errors.length > 0) part.errors = errors;
  return part;
}

function errorsAt(error: SubgraphError, wanted: readonly number[]): SubgraphError[] {
  const place = error.path?.[0] === '_entities' ? error.path[1] : undefined;
  if (typeof place !== 'number') return [error];
  const { message, extensions } = error;
  return wanted.flatMap((own, index) =>
    own === place ? [{ message, extensions, path: ['_entities', index, ...error.path!.slice(2)] }] : [],
  );
}
