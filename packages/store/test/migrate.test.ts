import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Database, migrate } from '../src/index.ts';

let world: TestDatabase | undefined;
let database: Database;
let folder: string;

beforeEach(async () => {
  await world?.close();
  world = await openTestDatabase({ alpha: null });
  database = await world.open('alpha');
  folder = await mkdtemp(join(tmpdir(), 'gnomon-migrations-'));
  return () => rm(folder, { recursive: true });
});
afterAll(() => world?.close());

const file = (name: string, text: string) => writeFile(join(folder, name), text);
const run = () => migrate(database, pathToFileURL(folder));

test('files are applied once, in order, and new ones afterwards', async () => {
  await file('0001-people.sql', 'create table people (id integer); insert into people values (1);');
  await file('0002-more.sql', 'insert into people values (2);');
  expect(await run()).toEqual(['0001-people.sql', '0002-more.sql']);
  expect(await run()).toEqual([]);
  await file('0003-names.sql', 'alter table people add column name text;');
  expect(await run()).toEqual(['0003-names.sql']);
  expect(await database.sql`select count(*) as n from people`).toEqual([{ n: 2 }]);
});

test('a file that has changed, or is gone, is refused by name', async () => {
  await file('0001-people.sql', 'create table people (id integer);');
  await file('0002-more.sql', 'insert into people values (2);');
  await run();
  await file('0001-people.sql', 'create table people (id bigint);');
  await expect(run()).rejects.toThrow(/migration alpha\/0001-people.sql: expected the text that was applied/);
  await file('0001-people.sql', 'create table people (id integer);');
  await rm(join(folder, '0002-more.sql'));
  await expect(run()).rejects.toThrow(/0002-more.sql: expected the file that was applied, found none/);
});

test('a file that fails leaves nothing of itself and is named', async () => {
  await file('0001-good.sql', 'create table good (id integer);');
  await file('0002-bad.sql', 'create table half (id integer); select * from nowhere;');
  await expect(run()).rejects.toThrow(/alpha\/0002-bad.sql: relation "nowhere" does not exist/);
  expect(await database.sql`select to_regclass('half') as half, to_regclass('good')::text as good`).toEqual([
    { half: null, good: 'good' },
  ]);
});

test('a gap, a number used twice and a bad name are refused', async () => {
  await file('0002-late.sql', 'select 1;');
  await expect(run()).rejects.toThrow('expected a name like 0001-what-it-does.sql');
  await file('0001-a.sql', 'select 1;');
  await file('0001-b.sql', 'select 1;');
  await expect(run()).rejects.toThrow('migration 0001-b.sql');
});

test('of several processes that migrate at once, each file is applied by one', async () => {
  await file('0001-people.sql', 'create table people (id integer); insert into people values (1);');
  await file('0002-more.sql', 'insert into people values (2);');
  const runs = await Promise.all([run(), run(), run(), run()]);
  expect(runs.flat().sort()).toEqual(['0001-people.sql', '0002-more.sql']);
  expect(await database.sql`select count(*) as n from people`).toEqual([{ n: 2 }]);
});
