import { lintLaneTables, relayOnce, runRelay } from '@gnomon/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followDomain, positionOf } from '../src/follow.ts';
import { postSignal } from '../src/post.ts';
import type { Signal } from '../src/signal.ts';
import { readBook } from '../src/store/book.ts';
import { takeOver } from '../src/take-over.ts';
import { signalOf } from './signals.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const STREAM = 'work-items';
let count = 0;
/** A history of one new subject: warned, yellow, red. */
function history(): readonly Signal[] {
  const subject = `115:${(count += 1)}`;
  return [
    signalOf({ kind: 'ROSE', level: 'WARNING', subject }),
    signalOf({ kind: 'ROSE', level: 'YELLOW', previousLevel: 'WARNING', subject }),
    signalOf({ kind: 'ROSE', level: 'RED', previousLevel: 'YELLOW', subject }),
  ];
}

test('signals become warnings and cards, and each change is one entry of the own stream, in order', async () => {
  const head = await world.ports.feed.head('supervision');
  await world.post(...history());
  const entries = await world.ports.feed.read('supervision', head, 10);
  expect(entries.map(({ payload }) => (payload as { kind: string }).kind)).toEqual([
    'WARNING_ISSUED',
    'ISSUED',
    'WARNING_TURNED',
    'SUPERSEDED',
    'ISSUED',
  ]);
});

test('a history that is read again from an earlier cursor changes nothing and tells nothing', async () => {
  await world.post(...history());
  const before = await fingerprint();
  const entries = await world.ports.feed.read(STREAM, null, 1000);
  await world.ports.database.sql`delete from hub.follower where stream = ${STREAM}`;
  await world.settle();
  expect(await fingerprint()).toEqual(before);
  expect(await positionOf(world.ports, STREAM)).toBe(entries.at(-1)!.cursor);
});

test('a crash in the middle of a batch leaves nothing of it, and the batch is taken over whole afterwards', async () => {
  await world.settle();
  await world.tell(...history());
  const before = await fingerprint();
  const position = await positionOf(world.ports, STREAM);
  const entries = await world.ports.feed.read(STREAM, position, 100);
  const dying: Parameters<typeof takeOver>[0] = {
    ...world.ports,
    database: {
      ...world.ports.database,
      transaction: (work) =>
        world.ports.database.transaction(async (tx) => {
          await work(tx);
          throw new Error('the process ends here');
        }),
    },
  };
  await expect(takeOver(dying, STREAM, position, entries)).rejects.toThrow('the process ends here');
  expect(await fingerprint()).toEqual(before);
  expect(await positionOf(world.ports, STREAM)).toBe(position);
  await world.settle();
  expect((await fingerprint()).cards).toBe(before.cards + 2);
});

test('two followers at once take each signal over once', async () => {
  await world.settle();
  const before = await fingerprint();
  for (let round = 0; round < 5; round += 1) await world.tell(...history(), ...history());
  await Promise.all([world.hosted.settle(), world.hosted.settle(), world.hosted.settle()]);
  await relayOnce(world.ports.database);
  const after = await fingerprint();
  expect(after.signals - before.signals).toBe(30);
  expect(after.cards - before.cards).toBe(20);
  expect(after.entries - before.entries).toBe(50);
});

test('a follower that runs takes over what comes, and ends when it is told to', async () => {
  const stop = new AbortController();
  const head = await world.ports.feed.head('supervision');
  const running = followDomain(world.ports, STREAM, stop.signal);
  const relay = runRelay({ database: world.ports.database, signal: stop.signal });
  await world.tell(...history());
  const heard: string[] = [];
  for await (const entries of world.ports.feed.follow('supervision', head, { signal: stop.signal })) {
    heard.push(...entries.map(({ payload }) => (payload as { kind: string }).kind));
    if (heard.length >= 5) break;
  }
  stop.abort();
  await Promise.all([running, relay]);
  expect(heard).toEqual(['WARNING_ISSUED', 'ISSUED', 'WARNING_TURNED', 'SUPERSEDED', 'ISSUED']);
});

test('a follower that is behind another leaves its batch alone and learns the position', async () => {
  await world.settle();
  const position = await positionOf(world.ports, STREAM);
  await world.tell(...history());
  const entries = await world.ports.feed.read(STREAM, position, 100);
  const moved = await takeOver(world.ports, STREAM, position, entries);
  const before = await fingerprint();
  expect(await takeOver(world.ports, STREAM, position, entries.slice(0, 1))).toBe(moved);
  expect(await fingerprint()).toEqual(before);
});

test('an entry that is no signal is kept with its reason, and what follows it is taken over', async () => {
  const [warning] = history();
  const broken = [
    null,
    7,
    {},
    { ...warning, level: 'PURPLE' },
    { ...warning, subject: 'a\u0000b' },
    { kind: '\ud800' },
  ];
  await world.settle();
  const before = await fingerprint();
  await world.tellPayloads(
    ...broken.map((payload) => JSON.parse(JSON.stringify(payload).replace('\\u0000', '\\u0001'))),
  );
  await world.post(warning!);
  const reasons = await world.ports.database.sql<{ reason: string }[]>`select reason from refused_entry order by seq`;
  expect(reasons.length).toBeGreaterThanOrEqual(5);
  expect(reasons.map(({ reason }) => reason).join('\n')).toContain('level: one of NONE, UNKNOWN, WARNING, YELLOW, RED');
  expect((await fingerprint()).warnings).toBeGreaterThan(before.warnings);
});

test('the database itself refuses a second open card of a rule, a subject and an occurrence', async () => {
  const [, yellow] = history();
  await world.post(yellow!);
  await expect(
    world.ports.database.sql`
      insert into card select (jsonb_populate_record(c, jsonb_build_object('id', 'another'))).* from card c where subject = ${yellow!.subject}`,
  ).rejects.toThrow('card_one_active');
});

test('the database itself refuses to change a history', async () => {
  await expect(world.ports.database.sql`update card_event set by = 'somebody'`).rejects.toThrow(
    'permission denied for table card_event',
  );
  await expect(world.ports.database.sql`delete from card_event`).rejects.toThrow(
    'permission denied for table card_event',
  );
});

test('the tables would survive distribution by lane, and nothing is open to viewers without row security', async () => {
  expect(await lintLaneTables(world.ports.database.sql, 'supervision', ['named_text', 'followed'])).toEqual([]);
});

test('numbers of cards are unique and name the division and the day in China', async () => {
  await world.post(...history());
  const rows = await world.ports.database.sql<{ number: string }[]>`select number from card`;
  expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
  for (const { number } of rows) expect(number).toMatch(/^JC-150105000000-20260302-\d{6}$/);
});

test('the book that is read back is the book that was written', async () => {
  const signals = history();
  await world.post(...signals);
  const { lane } = (
    await world.ports.database.sql<{ lane: number }[]>`
    select lane from finding where subject = ${signals[0]!.subject}`
  )[0]!;
  await world.ports.database.transaction(async (tx) => {
    const book = await readBook(tx, [
      { lane, subjectKind: 'work-item', subjectType: 'WorkItem', subject: signals[0]!.subject },
    ]);
    expect(book.openCard(signals[0]!)).toMatchObject({
      level: 'RED',
      turnedAt: signals[0]!.turnedAt,
      message: signals[0]!.message,
    });
    expect(book.finding(signals[0]!)).toMatchObject({ level: 'RED' });
    const posting = { at: 0, number: () => '', precedence: () => [], receiptHash: null };
    postSignal(
      book,
      signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'RED', subject: signals[0]!.subject }),
      posting,
    );
    expect(book.changes().cards.map(({ state }) => state)).toEqual(['WITHDRAWN', 'WITHDRAWN']);
  });
});

/** Everything that taking over may change, as numbers. */
async function fingerprint() {
  const [row] = await world.ports.database.sql<
    {
      signals: number;
      cards: number;
      warnings: number;
      events: number;
      findings: number;
      receipts: number;
      entries: number;
    }[]
  >`select (select count(*) from signal) as signals, (select count(*) from card) as cards, (select count(*) from warning) as warnings,
      (select count(*) from card_event) as events, (select count(*) from finding) as findings, (select count(*) from receipt) as receipts,
      (select count(*) from hub.feed where stream = 'supervision') as entries`;
  return row!;
}
