import { openTestDatabase, settableTime, type TestDatabase } from '@gnomon/test-kit';
import type { TransactionSql } from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { claimDue, createClient, type Database, runTimers, settleTimers, type TimersOptions } from '../src/index.ts';

interface Subject {
  readonly lane: number;
  readonly kind: string;
  readonly id: string;
  readonly due_at: number;
  readonly turns: number;
}

const START = Date.parse('2026-03-02T00:00:00+08:00');
let world: TestDatabase;
let database: Database;

beforeAll(async () => {
  world = await openTestDatabase({ alpha: new URL('./fixture/migrations/', import.meta.url) });
  database = await world.open('alpha');
});
beforeEach(() => database.sql`truncate subject`);
afterAll(() => world.close());

const arm = (count: number, dueAt: (index: number) => number | null) =>
  database.sql`insert into subject (lane, kind, id, due_at) select n % 64, 'work-item', n::text, at
    from unnest(${Array.from({ length: count }, (_, index) => index)}::integer[], ${Array.from({ length: count }, (_, index) => dueAt(index))}::timestamptz[]) s (n, at)`;

/** Notes when a row was handled and lets it rest. */
const rest = async (tx: TransactionSql, rows: readonly Subject[]): Promise<void> => {
  await tx`update subject set due_at = null, turns = turns + 1 where id = any(${rows.map(({ id }) => id)})`;
};
const options = (time: { now(): number }, more: Partial<TimersOptions<Subject>> = {}): TimersOptions<Subject> => ({
  database,
  time,
  table: 'subject',
  handle: rest,
  ...more,
});
const turned = async () =>
  (await database.sql`select id from subject where turns > 0 order by id::integer`).map(({ id }) => id);

test('a timer falls due at its exact millisecond, not one before', async () => {
  await arm(3, (index) => START + index);
  const time = settableTime(START - 1);
  expect(await settleTimers(options(time))).toBe(0);
  time.advance(1);
  expect(await settleTimers(options(time))).toBe(1);
  expect(await turned()).toEqual(['0']);
  time.advance(1);
  await settleTimers(options(time));
  expect(await turned()).toEqual(['0', '1']);
});

test('claims are oldest first and carry the due instant in milliseconds', async () => {
  await arm(5, (index) => START - index);
  const rows = await database.transaction((tx) => claimDue<Subject>(tx, { table: 'subject', limit: 3, now: START }));
  expect(rows.map(({ id, due_at }) => [id, due_at])).toEqual([
    ['4', START - 4],
    ['3', START - 3],
    ['2', START - 2],
  ]);
});

test('a timer that arms itself again is handled until the present instant is reached', async () => {
  await arm(1, () => START);
  const seen: number[] = [];
  const handle = async (tx: TransactionSql, rows: readonly Subject[]) => {
    for (const { id, due_at } of rows) {
      seen.push(due_at - START);
      await tx`update subject set due_at = ${due_at + 1_000} where id = ${id}`;
    }
  };
  await settleTimers(options(settableTime(START + 3_500), { handle }));
  expect(seen).toEqual([0, 1_000, 2_000, 3_000]);
});

test('several workers share the timers, and each timer is handled once', async () => {
  await arm(2_000, (index) => START - index);
  const time = settableTime(START);
  const counts = await Promise.all([1, 2, 3, 4].map(() => settleTimers(options(time, { limit: 100 }))));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_000);
  expect(await database.sql`select turns, count(*) as n from subject group by turns`).toEqual([{ turns: 1, n: 2_000 }]);
});

test('a row that cannot be handled is set aside alone, and all others are handled', async () => {
  await arm(300, (index) => START - index);
  const setAside: string[] = [];
  const handle = async (tx: TransactionSql, rows: readonly Subject[]) => {
    if (rows.some(({ id }) => id === '137')) throw new Error('facts are broken');
    await rest(tx, rows);
  };
  const aside = async (tx: TransactionSql, row: Subject, error: unknown) => {
    setAside.push(`${row.id}: ${(error as Error).message}`);
    await tx`update subject set due_at = null where id = ${row.id}`;
  };
  await settleTimers(options(settableTime(START), { handle, setAside: aside }));
  expect(setAside).toEqual(['137: facts are broken']);
  expect(await turned()).toHaveLength(299);
});

test('without a place for broken rows the run ends and names the row', async () => {
  await arm(2, () => START);
  const handle = async () => Promise.reject(new Error('facts are broken'));
  await expect(settleTimers(options(settableTime(START), { handle }))).rejects.toThrow(
    /timer of \{.*"work-item".*\}: facts are broken/,
  );
  expect(await turned()).toEqual([]);
});

test('a worker that is cut off in the middle leaves its timers to the next round, handled once', async () => {
  await arm(50, () => START);
  const administrator = createClient({ url: world.url, applicationName: 'killer', max: 1 });
  const stop = new AbortController();
  let cuts = 2;
  const handle = async (tx: TransactionSql, rows: readonly Subject[]) => {
    await rest(tx, rows);
    if (cuts === 0) return;
    cuts -= 1;
    const [{ pid }] = (await tx`select pg_backend_pid() as pid`) as unknown as [{ pid: number }];
    await administrator`select pg_terminate_backend(${pid})`;
    await tx`select 1`;
  };
  const running = runTimers({ ...options(settableTime(START), { handle }), signal: stop.signal, pollMs: 5 });
  await vi.waitUntil(async () => (await turned()).length === 50, { timeout: 300_000 });
  stop.abort();
  await Promise.all([running, administrator.end()]);
  expect(cuts).toBe(0);
  expect(await database.sql`select turns, count(*) as n from subject group by turns`).toEqual([{ turns: 1, n: 50 }]);
});

test('a running loop takes what falls due when time moves on, and ends when told', async () => {
  await arm(2, (index) => START + index * 60_000);
  const time = settableTime(START);
  const stop = new AbortController();
  const running = runTimers({ ...options(time), signal: stop.signal, pollMs: 5 });
  await vi.waitUntil(async () => (await turned()).length === 1, { timeout: 300_000 });
  time.advance(60_000);
  await vi.waitUntil(async () => (await turned()).length === 2, { timeout: 300_000 });
  stop.abort();
  await running;
});

test('the claim walks the partial index and not the table', async () => {
  await arm(3_000, (index) => (index < 5 ? START : null));
  await database.sql`analyze subject`;
  const plan =
    await database.sql`explain select * from subject where due_at <= ${START}::timestamptz order by due_at limit 100 for no key update skip locked`;
  expect(plan.map((line) => Object.values(line)[0]).join('\n')).toContain('subject_due');
});
