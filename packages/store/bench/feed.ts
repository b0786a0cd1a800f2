import { appendToOutbox, openFeed, runRelay } from '../src/index.ts';
import { count, option, seconds, withDatabase } from './world.ts';

/** Events a second from the writers' commit to a reader: `node packages/store/bench/feed.ts [--events=100000] [--batch=500] [--writers=3]`. */
const EVENTS = option('events', 100_000);
const BATCH = option('batch', 500);
const WRITERS = option('writers', 3);

await withDatabase(async (database) => {
  const stop = new AbortController();
  const relay = runRelay({ database, signal: stop.signal });
  const feed = openFeed(database);
  let seen = 0;
  let next = 1;
  const read = async () => {
    for await (const entries of feed.follow('bench', null, { signal: stop.signal, batch: 2_000 })) {
      for (const { seq } of entries) if (seq !== next++) throw new Error(`gap at ${next}`);
      if ((seen += entries.length) >= EVENTS) return;
    }
  };
  const write = async () => {
    for (let sent = 0; sent < EVENTS / WRITERS; sent += BATCH) {
      const at = Date.now();
      const entries = Array.from({ length: BATCH }, (_, n) => ({
        stream: 'bench',
        type: 'signal',
        key: `115:${sent + n}`,
        at,
        payload: {
          id: `${sent + n}`,
          rule: 'WI-05',
          level: 'YELLOW',
          agency: '11150105MB0000000X',
          division: '150105',
          message: { zh: '办理超期', en: 'overdue' },
        },
      }));
      await database.transaction((tx) => appendToOutbox(tx, entries));
    }
  };
  const took = await seconds(() => Promise.all([read(), ...Array.from({ length: WRITERS }, write)]));
  // One at a time: how long an entry takes from commit to reader.
  const lags: number[] = [];
  const head = await feed.head('bench');
  const reader = feed.follow('bench', head, { signal: stop.signal })[Symbol.asyncIterator]();
  for (let n = 0; n < 100; n += 1) {
    const arrival = reader.next();
    await database.transaction((tx) =>
      appendToOutbox(tx, [{ stream: 'bench', type: 'signal', key: 'k', at: 0, payload: n }]),
    );
    const committedAt = performance.now();
    await arrival;
    lags.push(performance.now() - committedAt);
  }
  lags.sort((a, b) => a - b);
  stop.abort();
  await relay;
  console.log(
    `${count(seen / took)} events a second, ${WRITERS} writers, relay and reader in one process, in order without a gap`,
  );
  console.log(`commit to reader: median ${lags[50]!.toFixed(1)} ms, 99 of 100 within ${lags[98]!.toFixed(1)} ms`);
});
