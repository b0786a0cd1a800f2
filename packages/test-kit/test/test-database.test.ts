import { afterEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../src/database.ts';

const MIGRATIONS = new URL('../../store/test/fixture/migrations/', import.meta.url);
const opened: TestDatabase[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

async function world(): Promise<TestDatabase> {
  const database = await openTestDatabase({ alpha: MIGRATIONS });
  opened.push(database);
  return database;
}

test('each test database is migrated, and is its own', async () => {
  const [one, two] = [await world(), await world()];
  const first = await one.open('alpha');
  const second = await two.open('alpha');
  await first.sql`insert into note (lane, id, division, agency, body) values (1, 'a', '15', 'A', '')`;
  expect(await first.sql`select id from note`).toEqual([{ id: 'a' }]);
  expect(await second.sql`select id from note`).toEqual([]);
});

test('files that ask for the same template at once all get a database', async () => {
  const databases = await Promise.all([world(), world(), world(), world()]);
  expect(new Set(databases.map(({ url }) => url)).size).toBe(4);
});

test('a closed test database is gone', async () => {
  const database = await openTestDatabase({ alpha: MIGRATIONS });
  const alpha = await database.open('alpha');
  await alpha.sql`select 1`;
  await database.close();
  const other = await (await world()).open('alpha');
  const name = new URL(database.url).pathname.slice(1);
  expect(await other.sql`select 1 from pg_database where datname = ${name}`).toEqual([]);
});
