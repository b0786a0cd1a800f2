import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  appendToOutbox,
  BadCursorError,
  type Cursors,
  createClient,
  cursorsOf,
  type Database,
  type FeedEntry,
  lockPosition,
  openFeed,
  readPosition,
  relayOnce,
  runRelay,
  writePosition,
} from '../src/index.ts';

let world: TestDatabase;
let writer: Database;
let reader: Database;
let cursors: Cursors;

beforeAll(async () => {
  world = await openTestDatabase({ alpha: null, beta: null, gamma: null });
  writer = await world.open('alpha');
  reader = await world.open('beta');
  cursors = await cursorsOf(reader.sql);
});
afterAll(() => world.close());

const entry = (stream: string, payload: unknown) => ({ stream, type: 'signal', key: 'k', at: 1_000, payload });
const append = (stream: string, ...payloads: unknown[]) =>
  writer.transaction((tx) =>
    appendToOutbox(
      tx,
      payloads.map((payload) => entry(stream, payload)),
    ),
  );
const payloads = (entries: readonly FeedEntry[]) => entries.map(({ payload }) => payload);

test('what commits reaches the feed once, in order, dense in each stream, with every part of it', async () => {
  const feed = openFeed(reader);
  expect(await feed.head('one')).toBeNull();
  await append('one', 'a', { b: ['ü', null] });
  await append('two', 1);
  await append('one', 3);
  expect(await relayOnce(writer)).toBe(4);
  expect(await relayOnce(writer)).toBe(0);
  const entries = await feed.read('one', null, 10);
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(entries[1]).toEqual({ ...entry('one', { b: ['ü', null] }), seq: 2, cursor: cursors.write('one', 2) });
  expect(payloads(await feed.read('one', entries[0]!.cursor, 1))).toEqual([{ b: ['ü', null] }]);
  expect(await feed.read('one', entries[2]!.cursor, 10)).toEqual([]);
  expect(await feed.head('one')).toBe(entries[2]!.cursor);
  expect(payloads(await feed.read('two', null, 10))).toEqual([1]);
});

test('who holds the only connection of a pool reads the feed within his transaction', async () => {
  const narrow = await world.open('gamma', { max: 1 });
  await append('within', 1, 2);
  await relayOnce(writer);
  const feed = openFeed(narrow);
  const read = await narrow.transaction((tx) => feed.read('within', null, 10, tx));
  expect(payloads(read)).toEqual([1, 2]);
});

test('what is rolled back never reaches the feed and leaves no gap', async () => {
  await append('rolled', 1);
  await writer
    .transaction(async (tx) => {
      await appendToOutbox(tx, [entry('rolled', 'lost')]);
      throw new Error('no');
    })
    .catch(() => {});
  await append('rolled', 2);
  await relayOnce(writer);
  const entries = await openFeed(reader).read('rolled', null, 10);
  expect(entries.map(({ seq, payload }) => [seq, payload])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test('a transaction that commits late comes after what was already read, and is not missed', async () => {
  const commit = Promise.withResolvers<void>();
  const appended = Promise.withResolvers<void>();
  const late = writer.transaction(async (tx) => {
    await appendToOutbox(tx, [entry('late', 'began first')]);
    appended.resolve();
    await commit.promise;
  });
  await appended.promise;
  await append('late', 'committed first');
  await relayOnce(writer);
  const feed = openFeed(reader);
  const [first] = await feed.read('late', null, 10);
  expect(first!.payload).toBe('committed first');
  commit.resolve();
  await late;
  await relayOnce(writer);
  expect(payloads(await feed.read('late', first!.cursor, 10))).toEqual(['began first']);
});

test('many entries at once go by COPY and look the same', async () => {
  const many = Array.from({ length: 1_234 }, (_, index) => ({ index, text: `tab\t "${index}"\n\\` }));
  await append('many', ...many);
  await relayOnce(writer, 100);
  expect(payloads(await openFeed(reader).read('many', null, 2_000))).toEqual(many);
});

test('a follower wakes at once when the relay has moved something', async () => {
  const stop = new AbortController();
  const relay = runRelay({ database: writer, signal: stop.signal });
  const seen: unknown[] = [];
  const following = (async () => {
    for await (const entries of openFeed(reader).follow('wake', null, { signal: stop.signal }))
      seen.push(...payloads(entries));
  })();
  const before = performance.now();
  for (let n = 1; n <= 10; n += 1) {
    await append('wake', n);
    await vi.waitUntil(() => seen.length === n, { interval: 1, timeout: 300_000 });
  }
  // Without notifications ten entries would take ten polls of a second.
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  stop.abort();
  await Promise.all([relay, following]);
});

test('a follower whose listening connection was cut listens again, and wakes at once', async () => {
  const administrator = createClient({ url: world.url, applicationName: 'killer', max: 1 });
  const listeners = () => administrator<{ pid: number }[]>`select pid from pg_stat_activity
    where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`;
  const stop = new AbortController();
  const seen: unknown[] = [];
  const following = (async () => {
    for await (const entries of openFeed(reader).follow('cut', null, { signal: stop.signal }))
      seen.push(...payloads(entries));
  })();
  await vi.waitUntil(async () => (await listeners()).length > 0, { timeout: 300_000 });
  const before = (await listeners()).map(({ pid }) => pid);
  await administrator`select pg_terminate_backend(pid) from unnest(${before}::integer[]) pid`;
  await vi.waitUntil(async () => (await listeners()).some(({ pid }) => !before.includes(pid)), { timeout: 300_000 });
  const relay = runRelay({ database: writer, signal: stop.signal });
  const startedAt = performance.now();
  for (let n = 1; n <= 10; n += 1) {
    await append('cut', n);
    await vi.waitUntil(() => seen.length === n, { interval: 1, timeout: 300_000 });
  }
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  stop.abort();
  await Promise.all([relay, following, administrator.end()]);
});

test('bad cursors are refused by name: of another stream, beyond the newest entry, and nonsense', async () => {
  await append('strict', 1);
  await relayOnce(writer);
  const feed = openFeed(reader);
  for (const cursor of [cursors.write('one', 1), cursors.write('strict', 2), 'nonsense', '']) {
    await expect(feed.read('strict', cursor, 10)).rejects.toThrow(BadCursorError);
    const follow = feed.follow('strict', cursor, { signal: new AbortController().signal });
    await expect(follow[Symbol.asyncIterator]().next()).rejects.toThrow(BadCursorError);
  }
});

test('a position is kept with what was derived, is the follower’s own, and lets one process at a time go on', async () => {
  const cursor = cursors.write('one', 2);
  await reader.transaction((tx) => writePosition(tx, { follower: 'cards', stream: 'one', cursor }));
  expect(await readPosition(reader.sql, 'cards', 'one')).toBe(cursor);
  expect(await readPosition(writer.sql, 'cards', 'one')).toBeNull();
  const order: string[] = [];
  const step = (name: string) =>
    reader.transaction(async (tx) => {
      const at = await lockPosition(tx, 'shared', 'one');
      order.push(`${name} from ${at === null ? 'start' : 'one'}`);
      await new Promise((done) => setImmediate(done));
      order.push(`${name} done`);
      await writePosition(tx, { follower: 'shared', stream: 'one', cursor: cursors.write('one', 1) });
    });
  await Promise.all([step('a'), step('b')]);
  expect(order.map((line) => line.slice(2))).toEqual(['from start', 'done', 'from one', 'done']);
});

test('a position that an older build kept goes on where it stood', async () => {
  const open = Buffer.concat([Buffer.of(1, 3), Buffer.from('one'), Buffer.from([0, 0, 0, 0, 0, 0, 0, 2])]).toString(
    'base64url',
  );
  const kept = { follower: 'old', stream: 'one', cursor: open };
  await reader.transaction((tx) => writePosition(tx, kept));
  expect(await readPosition(reader.sql, 'old', 'one')).toBe(cursors.write('one', 2));
  expect(await reader.transaction((tx) => lockPosition(tx, 'old', 'one'))).toBe(cursors.write('one', 2));
  await expect(openFeed(reader).read('one', open, 1)).rejects.toThrow('has version 1 and not 2');
});

test('entries of the feed cannot be changed, not even by the owner of the hub', async () => {
  const hub = await world.open('hub');
  await expect(hub.sql`update hub.feed set payload = 'null'`).rejects.toThrow('entries are appended only');
  await expect(hub.sql`delete from hub.feed`).rejects.toThrow('entries are appended only');
});
