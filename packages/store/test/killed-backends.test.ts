import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyRows, createClient, type Database, isConnectionLoss, openDatabase } from '../src/index.ts';
import { createRandom } from './random.ts';
import { silent } from './silent.ts';

const POOL = 5;
const WORKERS = 12;
const KILLS = 150;
const ROWS = 3;

let world: TestDatabase;

beforeAll(async () => {
  world = await openTestDatabase({ alpha: new URL('./fixture/migrations/', import.meta.url) });
});
afterAll(() => world.close());

/**
 * Without the patch of the driver this test hangs, or ends the process with an uncaught error: the pool keeps a buffered write of a dead
 * socket, COPY writes to none, and a transaction goes on in a connection that already serves another.
 */
test('while backends are killed in a loop, every query, transaction and COPY settles, and the pool works afterwards', async () => {
  const random = createRandom(Number(process.env.SOAK_SEED ?? 77));
  const administrator = createClient({ url: world.url, applicationName: 'killer', max: 1 });
  const database = await openDatabase({
    url: world.url,
    schema: 'alpha',
    applicationName: 'victim',
    max: POOL,
    log: silent,
  });
  const counts = { succeeded: 0, lost: 0, killed: 0 };
  let tag = 0;
  let isOver = false;

  const work = async () => {
    while (!isOver) {
      const id = String((tag += 1));
      try {
        await [query, transaction, copy, largeParameter, lateWriter][random.below(5)]!(database, id);
        counts.succeeded += 1;
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
        counts.lost += 1;
        await new Promise((done) => setImmediate(done));
      }
    }
  };
  const workers = Array.from({ length: WORKERS }, work);
  while (counts.killed < KILLS) {
    // Lets some work through between two rounds, so that kills meet every stage of it and not only sign-in.
    const goal = counts.succeeded + random.below(8);
    while (counts.succeeded < goal) await new Promise((done) => setImmediate(done));
    const killed = await administrator`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'victim' and datname = current_database() order by random() limit ${1 + random.below(3)}`;
    counts.killed += killed.length;
  }
  isOver = true;
  await Promise.all(workers);

  expect(counts.succeeded).toBeGreaterThan(KILLS / 2);
  expect(counts.lost).toBeGreaterThan(0);
  const answers = await Promise.all(
    Array.from({ length: POOL * 4 }, (_, n) => database.sql`select ${n}::integer as n, pg_sleep(0.01)`),
  );
  expect(answers.map((rows) => rows[0]!.n)).toEqual(Array.from({ length: POOL * 4 }, (_, n) => n));
  // All or none of each transaction: nothing of a broken one went into a stranger's.
  const partial = await database.sql`select agency, count(*) as n from note group by agency having count(*) <> ${ROWS}`;
  expect(partial).toEqual([]);
  const stuck = await administrator`select state from pg_stat_activity
    where application_name = 'victim' and datname = current_database() and state <> 'idle'`;
  expect(stuck).toEqual([]);
  await Promise.all([database.close(), administrator.end()]);
});

const row = (id: string, part: number) => [part, id, '15', id, 'x'.repeat(200)];
const COLUMNS = ['lane', 'id', 'division', 'agency', 'body'];

async function query({ sql }: Database): Promise<void> {
  await Promise.all([sql`select 1`, sql`select count(*) from note where division = ${'15'}`, sql`select 2`]);
}

async function transaction(database: Database, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    for (let part = 0; part < ROWS; part += 1) {
      await tx`insert into note (lane, id, division, agency, body) values (${part}, ${id}, '15', ${id}, 'x')`;
    }
  });
}

async function copy(database: Database, id: string): Promise<void> {
  await database.transaction((tx) =>
    copyRows(
      tx,
      'note',
      COLUMNS,
      [0, 1, 2].map((part) => row(id, part)),
    ),
  );
}

async function largeParameter({ sql }: Database): Promise<void> {
  await sql`select length(${'y'.repeat(300_000)}::text) as n`;
}

/** Goes on writing after its connection was lost, as code with its own error handling does. */
async function lateWriter(database: Database, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    for (let part = 0; part < ROWS; part += 1) {
      await new Promise((done) => setTimeout(done, 1));
      await tx`insert into note (lane, id, division, agency, body) values (${part}, ${id}, '15', ${id}, 'x')`.catch(
        () => {},
      );
    }
  });
}
