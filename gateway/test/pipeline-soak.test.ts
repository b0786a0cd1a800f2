import { describe, expect, test } from 'vitest';
import type { Ending } from '../src/subscription/endings.ts';
import { type Frame, makeFrame } from '../src/subscription/frame.ts';
import { type FrameSink, Pipeline, type PipelineSource, type Reader } from '../src/subscription/pipeline.ts';
import type { SubgraphAnswer } from '../src/types.ts';
import { type CardEvent, EventLog } from './rig.ts';

const RING = 24;
const LEVELS = [null, 'RED', 'YELLOW'] as const;
const ROUNDS = 600;

/** A small generator (mulberry32), so that a failing seed can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One client: reads, pauses, is cut, resumes from its last cursor; remembers everything that it was given. */
class SoakClient implements FrameSink {
  isReady = true;
  cursor: string | null = null;
  reader: Reader | null = null;
  received: number[] = [];
  endings: string[] = [];
  readonly #count: (name: string) => void;
  /** Frames that the socket still takes before it is full. */
  room = Number.POSITIVE_INFINITY;

  constructor(count: (name: string) => void) {
    this.#count = count;
  }

  write(frame: Frame): void {
    expect(this.isReady).toBe(true);
    const { payload } = JSON.parse(`${frame.body}"x"}`) as {
      payload: { data: { seq: number }; extensions: { cursor: string } };
    };
    this.received.push(payload.data.seq);
    this.cursor = payload.extensions.cursor;
    if (--this.room <= 0) this.isReady = false;
  }
  end(ending: Ending): void {
    this.reader = null;
    const code = ending === null ? 'COMPLETE' : String(ending[0]?.extensions?.code);
    this.endings.push(code);
    this.#count(code);
  }
}

async function soak(seed: number) {
  const pick = random(seed);
  const log = new EventLog<CardEvent>();
  const pipelines = new Map<string | null, Pipeline>();
  let plan = 0;
  const counts: Record<string, number> = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };

  const sourceOf = (level: string | null, primaryKey: string): PipelineSource => ({
    primaryKey,
    isResumable: true,
    async open(after, signal) {
      for (let wait = pick(4); wait > 0; wait--) await turn();
      return events(log, level, after === null ? null : Number(after.slice(1)), signal);
    },
    async complete(event) {
      for (let wait = pick(6); wait > 0; wait--) await turn();
      return makeFrame({ data: event.data ?? null }, String(event.extensions?.cursor));
    },
  });
  const pipelineOf = (level: string | null): Pipeline => {
    const known = pipelines.get(level);
    if (known && !known.isClosed) return known;
    const fresh = new Pipeline(sourceOf(level, `plan ${plan}`), {
      ringFrames: RING,
      completionsAtOnce: 32,
      backoff: turn,
      onFrame: count,
      onLoss: () => count('loss'),
      onEmpty() {},
    });
    pipelines.set(level, fresh);
    return fresh;
  };

  const clients = Array.from({ length: 36 }, (_, index) => ({
    client: new SoakClient(count),
    level: LEVELS[index % LEVELS.length]!,
  }));
  // Everybody begins at a cursor, so that the whole of what each must get is known.
  for (const { client } of clients) client.cursor = 'c0';
  const connect = ({ client, level }: (typeof clients)[number]) => {
    client.isReady = true;
    client.room = pick(3) === 0 ? 1 + pick(40) : Number.POSITIVE_INFINITY;
    const reader = pipelineOf(level).join(client, client.cursor);
    if (client.endings.length === 0 || client.reader === null) client.reader = reader;
  };

  for (let round = 0; round < ROUNDS; round++) {
    for (let burst = pick(12) === 0 ? pick(40) : pick(3); burst > 0; burst--) {
      const seq = log.events.length + 1;
      log.append({ seq, level: LEVELS[1 + pick(2)]!, item: `W${seq}` });
    }
    const chosen = clients[pick(clients.length)]!;
    const { client } = chosen;
    const action = pick(10);
    if (client.reader === null) {
      client.endings = [];
      connect(chosen);
    } else if (action < 3) {
      client.isReady = true;
      client.room = 1 + pick(30);
      client.reader.resume();
    } else if (action < 5) {
      client.isReady = false;
    } else if (action === 5) {
      client.reader.leave();
      client.reader = null;
      count('cut');
    }
    if (pick(50) === 0) log.breakStreams();
    if (pick(120) === 0) {
      // Half of the reloads change only what comes after the primary fetch.
      if (pick(2) === 0) plan++;
      for (const [level, pipeline] of pipelines)
        if (!pipeline.isClosed) pipeline.replan(sourceOf(level, `plan ${plan}`));
      count('reload');
    }
    if (pick(3) === 0) await turn();
  }
  await quiesce(clients, connect, log);
  for (const { client } of clients) client.reader?.leave();
  return { clients, log, counts };
}

/** Everybody reads at full speed, and reconnects as a client would, until all have everything. */
async function quiesce(
  clients: readonly { client: SoakClient; level: string | null }[],
  connect: (one: never) => void,
  log: EventLog<CardEvent>,
): Promise<void> {
  for (let wait = 0; wait < 4_000; wait++) {
    for (const one of clients) {
      one.client.isReady = true;
      one.client.room = Number.POSITIVE_INFINITY;
      if (one.client.reader === null) {
        connect(one as never);
        one.client.room = Number.POSITIVE_INFINITY;
      } else one.client.reader.resume();
    }
    await turn();
    if (clients.every(({ client, level }) => client.received.length >= wanted(log, level).length)) break;
  }
  for (let wait = 0; wait < 50; wait++) await turn();
}

function wanted(log: EventLog<CardEvent>, level: string | null): number[] {
  return log.events.filter((event) => level === null || event.level === level).map(({ seq }) => seq);
}

async function* events(
  log: EventLog<CardEvent>,
  level: string | null,
  after: number | null,
  signal: AbortSignal,
): AsyncGenerator<SubgraphAnswer, void, void> {
  const wake = () => log.wake();
  signal.addEventListener('abort', wake, { once: true });
  for await (const event of log.follow(after)) {
    if (signal.aborted) return;
    if (level === null || event.level === level)
      yield { data: { seq: event.seq }, extensions: { cursor: `c${event.seq}` } };
  }
}

describe('pipelines under random clients, pauses, cuts, broken upstreams and reloads', () => {
  test.each([1, 2, 3, 4, 5, 6])('deliver to each exactly its events, in order (seed %i)', async (seed) => {
    const { clients, log, counts } = await soak(seed);
    for (const { client, level } of clients) expect(client.received).toEqual(wanted(log, level));
    // The run met what it is for.
    for (const name of ['live', 'replay', 'cut', 'reload', 'loss', 'LAGGED'])
      expect(counts[name], name).toBeGreaterThan(0);
  });
});
