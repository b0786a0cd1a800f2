import { type Database, openFeed, relayOnce } from '@gnomon/store';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { both, type Finding, finding } from '../../src/watch/finding.ts';
import { type AlarmEvent, keepAlarms, WATCH_STREAM } from '../../src/watch/keep-alarms.ts';

let world: TestDatabase;
let database: Database;
beforeAll(async () => {
  world = await openTestDatabase({ toy: null });
  database = await world.open('toy');
});
afterAll(() => world.close());

const said = both('一', 'one');
const holds = (name: string, more: Partial<Finding> = {}) =>
  finding('PART_FAILING', name, { what: said, expected: said, remedy: said, ...more });
const keep = (found: readonly Finding[], now: number) => database.transaction((tx) => keepAlarms(tx, found, now));
const short = (events: readonly AlarmEvent[]) => events.map(({ kind, at, alarm }) => `${kind} ${alarm.about} ${at}`);

test('what must hold for a while is raised when it has, once, with its beginning; and cleared once', async () => {
  const slow = holds('slow', { forMs: 100 });
  expect(short(await keep([slow], 1_000))).toEqual([]);
  expect(short(await keep([slow], 1_099))).toEqual([]);
  const raised = await keep([slow], 1_100);
  expect(short(raised)).toEqual(['RAISED slow 1100']);
  expect(raised[0]!.alarm).toMatchObject({ since: 1_000, raisedAt: 1_100 });
  expect(short(await keep([slow], 9_000))).toEqual([]);
  const cleared = await keep([], 9_001);
  expect(short(cleared)).toEqual(['CLEARED slow 9001']);
  expect(cleared[0]!.alarm).toMatchObject({ since: 1_000, raisedAt: 1_100 });
});

test('what has gone before its time was never an alarm, and its time begins anew', async () => {
  const slow = holds('brief', { forMs: 100 });
  expect(short(await keep([slow], 1_000))).toEqual([]);
  expect(short(await keep([], 1_050))).toEqual([]);
  expect(short(await keep([slow], 1_060))).toEqual([]);
  expect(short(await keep([slow], 1_120))).toEqual([]);
  expect(short(await keep([slow], 1_160))).toEqual(['RAISED brief 1160']);
  await keep([], 1_161);
});

test('other words for the same thing reach who reads what stands, and nobody is told again', async () => {
  await keep([holds('worded')], 1_000);
  expect(await keep([holds('worded', { what: both('二', 'two') })], 1_001)).toEqual([]);
  const [row] = await database.sql<{ content: Finding }[]>`select content from hub.alarm where raised_at is not null`;
  expect(row!.content.what.en).toBe('two');
  await keep([], 1_002);
});

test('in any order of what holds, each thing is raised and cleared in turn, and the feed tells exactly that', async () => {
  const step = fc.record({
    names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    after: fc.integer({ min: 1, max: 120 }),
  });
  let now = 100_000;
  const feed = openFeed(database);
  await relayOnce(database);
  const before = await feed.head(WATCH_STREAM);
  const told: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const standing = new Set<string>();
      const heldSince = new Map<string, number>();
      for (const { names, after } of [...steps, { names: [], after: 1 }]) {
        now += after;
        const events = await keep(
          names.map((name) => holds(name, { forMs: name === 'c' ? 100 : 0 })),
          now,
        );
        told.push(...short(events));
        // The naive reckoning: what holds for as long as it must stands; all else does not.
        for (const name of ['a', 'b', 'c'] as const) {
          if (!names.includes(name)) heldSince.delete(name);
          else if (!heldSince.has(name)) heldSince.set(name, now);
          const stands = heldSince.has(name) && now - heldSince.get(name)! >= (name === 'c' ? 100 : 0);
          const expected = stands === standing.has(name) ? [] : [`${stands ? 'RAISED' : 'CLEARED'} ${name} ${now}`];
          expect(short(events).filter((one) => one.split(' ')[1] === name)).toEqual(expected);
          if (stands) standing.add(name);
          else standing.delete(name);
        }
      }
      expect(standing.size).toBe(0);
    }),
    { numRuns: 25, seed: 4 },
  );
  await relayOnce(database);
  const entries = await feed.read(WATCH_STREAM, before, 10_000);
  expect(short(entries.map(({ payload }) => payload as AlarmEvent))).toEqual(told);
});

test('a transaction that breaks has neither raised nor told anything', async () => {
  const before = await database.sql`select 1 from hub.alarm`;
  await expect(
    database.transaction(async (tx) => {
      await keepAlarms(tx, [holds('broken')], 1);
      throw new Error('the disk is full');
    }),
  ).rejects.toThrow('disk');
  expect((await database.sql`select 1 from hub.alarm`).length).toBe(before.length);
  expect(short(await keep([holds('broken')], 2))).toEqual(['RAISED broken 2']);
  await keep([], 3);
});
