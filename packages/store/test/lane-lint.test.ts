import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, lintLaneTables, lintStatement } from '../src/index.ts';

let world: TestDatabase;
let database: Database;

beforeAll(async () => {
  world = await openTestDatabase({
    alpha: new URL('./fixture/migrations/', import.meta.url),
    beta: new URL('./fixture/tally-migrations/', import.meta.url),
  });
  database = await world.open('alpha');
});
afterAll(() => world.close());

test('tables whose keys begin with lane pass, the tallies among them', async () => {
  expect(await lintLaneTables(database.sql, 'alpha')).toEqual([]);
  const beta = await world.open('beta');
  expect(await lintLaneTables(beta.sql, 'beta')).toEqual([]);
});

test('each fault is named with its table', async () => {
  await database.sql.unsafe(`
    create table late (lane smallint, id integer, constraint late_pkey primary key (id, lane));
    create table child (lane smallint, id integer, parent_lane smallint, parent integer, constraint child_pkey primary key (lane, id),
      constraint child_parent_fkey foreign key (parent, parent_lane) references late (id, lane));
    create table loose (lane smallint);
    create function nothing() returns trigger language plpgsql as 'begin return new; end';
    create trigger child_touch before update on child for each row execute function nothing();
    create table open_to_all (id integer);
    select hub.publish('open_to_all');`);
  expect(await lintLaneTables(database.sql, 'alpha')).toEqual([
    'late: unique index late_pkey must begin with lane',
    'child: foreign key child_parent_fkey must contain lane',
    'loose: a lane table needs a primary key',
    'child: trigger child_touch; a lane table has none',
    'open_to_all: viewers may read it, and no row security guards it',
  ]);
  expect(await lintLaneTables(database.sql, 'alpha', ['open_to_all'])).toHaveLength(4);
});

test('statements that would not survive distribution by lane are found, and others are not', () => {
  const tables = ['work_item'];
  expect(lintStatement("select * from work_item where id = 'lane' for update", tables)).toEqual([
    'locks rows of work_item without naming lane',
  ]);
  expect(lintStatement('insert into work_item (id) values (1) on conflict (id) do nothing', tables)).toEqual([
    'on conflict of work_item must begin with lane',
  ]);
  expect(lintStatement("select pg_notify('a', 'b')", tables)).toEqual(['notifies in a writer; the relay does that']);
  expect(lintStatement('select * from work_item where lane = 3 and id = 4 for no key update', tables)).toEqual([]);
  expect(
    lintStatement('select * from work_item order by due_at limit 5 for no key update skip locked', tables),
  ).toEqual([]);
  expect(
    lintStatement('insert into work_item (lane, id) values (1, 2) on conflict (lane, id) do nothing -- notify', tables),
  ).toEqual([]);
});
