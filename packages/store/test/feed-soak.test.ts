import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  appendToOutbox,
  createClient,
  type Database,
  openDatabase,
  openFeed,
  relayOnce,
  runRelay,
} from '../src/index.ts';
import { createRandom } from './random.ts';
import { silent } from './silent.ts';

const WRITERS = 6;
const TRANSACTIONS = 60;
const READERS = 4;
const SEED = Number(process.env.SOAK_SEED ?? 20_260_101);

let world: TestDatabase;
let database: Database;

beforeAll(async () => {
  world = await openTestDatabase({ alpha: null });
  database = await world.open('alpha', { max: 10 });
});
afterAll(() => world.close());

const tick = () => new Promise((done) => setImmediate(done));

test('with many writers, relays killed at random and slow readers that are cut: no gap, no double, in order', async () => {
  const random = createRandom(SEED);
  const administrator = createClient({ url: world.url, applicationName: 'killer', max: 1 });
  const stop = new AbortController();
  let sent = 0;

  const write = async (writer: number) => {
    for (let n = 0; n < TRANSACTIONS; n += 1) {
      const size = 1 + random.below(12);
      const rollBack = random.below(5) === 0;
      await database
        .transaction(async (tx) => {
          const entries = Array.from({ length: size }, (_, part) => ({
            stream: `soak-${random.below(2)}`,
            type: 'signal',
            key: String(writer),
            at: n,
            payload: { writer, n, part },
          }));
          await appendToOutbox(tx, entries);
          for (let wait = random.below(6); wait > 0; wait -= 1) await tick();
          if (rollBack) throw new Error('rolled back');
        })
        .then(
          () => (sent += size),
          (error: Error) => {
            if (error.message !== 'rolled back') throw error;
          },
        );
    }
  };

  // Three relays compete; the backend of whichever leads is killed again and again.
  const relayDatabase = await openDatabase({
    url: world.url,
    schema: 'alpha',
    applicationName: 'relay',
    max: 3,
    log: silent,
  });
  const relays = [1, 2, 3].map(() => runRelay({ database: relayDatabase, signal: stop.signal, batch: 40 }));
  let kills = 0;
  const killing = (async () => {
    while (!stop.signal.aborted) {
      const killed = await administrator`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'relay' limit 1`;
      kills += killed.length;
      for (let wait = random.below(40); wait > 0; wait -= 1) await tick();
    }
  })();

  const goals = new Map<string, number>();
  const read = async (stream: string) => {
    const seen: { seq: number; payload: { writer: number; n: number; part: number } }[] = [];
    const feed = openFeed(database);
    let cursor: string | null = null;
    while (seen.length < (goals.get(stream) ?? Number.POSITIVE_INFINITY)) {
      const cut = new AbortController();
      let left = 1 + random.below(6);
      for await (const entries of feed.follow(stream, cursor, { signal: cut.signal, batch: 1 + random.below(30) })) {
        for (const entry of entries) seen.push(entry as (typeof seen)[number]);
        cursor = entries[entries.length - 1]!.cursor;
        for (let wait = random.below(8); wait > 0; wait -= 1) await tick();
        if ((left -= 1) === 0 || seen.length >= (goals.get(stream) ?? Number.POSITIVE_INFINITY)) break;
      }
      cut.abort();
    }
    return { stream, seen };
  };
  const readers = Array.from({ length: READERS }, (_, index) => read(`soak-${index % 2}`));

  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  await relayOnce(database);
  const feed = openFeed(database);
  const whole = new Map<string, unknown[]>();
  for (const stream of ['soak-0', 'soak-1'])
    whole.set(
      stream,
      [...(await feed.read(stream, null, 10_000))].map(({ seq, payload }) => ({ seq, payload })),
    );
  const heads = [...whole.values()].map((entries) => entries.length);
  expect(heads[0]! + heads[1]!).toBe(sent);
  for (const [stream, entries] of whole) goals.set(stream, entries.length);
  // One more entry wakes readers that have met the head already. One that missed an entry waits here until the test's limit.
  await database.transaction((tx) =>
    appendToOutbox(
      tx,
      ['soak-0', 'soak-1'].map((stream) => ({
        stream,
        type: 'end',
        key: 'end',
        at: 0,
        payload: { writer: -1, n: 0, part: 0 },
      })),
    ),
  );
  const answers = await Promise.all(readers);
  stop.abort();
  await Promise.all([...relays, killing]);
  await Promise.all([administrator.end(), relayDatabase.close()]);

  for (const { stream, seen } of answers) {
    const written = seen.filter(({ payload }) => payload.writer >= 0);
    expect(written.map(({ seq, payload }) => ({ seq, payload }))).toEqual(whole.get(stream));
  }
  for (const entries of whole.values()) {
    const list = entries as { seq: number; payload: { writer: number; n: number; part: number } }[];
    expect(list.map(({ seq }) => seq)).toEqual(list.map((_, index) => index + 1));
    for (let writer = 0; writer < WRITERS; writer += 1) {
      // A writer's own transactions follow one another, so its entries must stand in the order in which it made them.
      const own = list
        .filter(({ payload }) => payload.writer === writer)
        .map(({ payload }) => payload.n * 100 + payload.part);
      expect(own).toEqual([...own].sort((a, b) => a - b));
      expect(new Set(own).size).toBe(own.length);
    }
  }
  expect(kills).toBeGreaterThan(5);
});
