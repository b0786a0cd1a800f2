import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, type Database, openDatabase, provisionSchemas, type RowScope } from '../src/index.ts';
import { silent } from './silent.ts';

const MIGRATIONS = new URL('./fixture/migrations/', import.meta.url);
const NOBODY: RowScope = { all: false, divisions: [], agencies: [], sources: [] };

let world: TestDatabase;
let database: Database;

beforeAll(async () => {
  world = await openTestDatabase({ alpha: MIGRATIONS, beta: MIGRATIONS });
  database = await world.open('alpha');
  await database.sql`insert into note (lane, id, division, agency, source, body) values
    (1, 'a', '150105', 'A1', 'S1', 'saihan'), (2, 'b', '1502', 'A2', 'S2', 'baotou'), (3, 'c', '15', 'A3', null, 'region')`;
});
afterAll(() => world.close());

const seenBy = (scope: Partial<RowScope>) =>
  database.asViewer({ ...NOBODY, ...scope }, async (tx) => {
    const rows = await tx<{ id: string }[]>`select id from note order by id`;
    return rows.map(({ id }) => id).join('');
  });

test('a viewer sees the rows of its subtree, its agencies and its sources, and a viewer without scope sees none', async () => {
  expect(await seenBy({})).toBe('');
  expect(await seenBy({ all: true })).toBe('abc');
  expect(await seenBy({ divisions: ['1501'] })).toBe('a');
  expect(await seenBy({ divisions: ['15'] })).toBe('abc');
  expect(await seenBy({ divisions: ['1502'], agencies: ['A3'] })).toBe('bc');
  expect(await seenBy({ sources: ['S1', 'S,2"\\'] })).toBe('a');
});

test('the function for policies written by hand admits the same rows as the generated policy', async () => {
  const scopes: Partial<RowScope>[] = [
    {},
    { all: true },
    { divisions: ['1501'] },
    { agencies: ['A3'] },
    { sources: ['S2'] },
  ];
  for (const scope of scopes) {
    const byFunction = await database.asViewer({ ...NOBODY, ...scope }, async (tx) => {
      const rows = await tx<{ seen: string }[]>`select string_agg(id, '' order by id) as seen
        from (values ('a', '150105', 'A1', 'S1'), ('b', '1502', 'A2', 'S2'), ('c', '15', 'A3', null)) n (id, division, agency, source)
        where hub.row_visible(division, agency, source)`;
      return rows[0]!.seen ?? '';
    });
    expect(byFunction).toBe(await seenBy(scope));
  }
});

test('a viewer can write nothing and read no table that was not opened, and the error says what to do', async () => {
  const all = { ...NOBODY, all: true };
  await expect(database.asViewer(all, (tx) => tx`delete from note`)).rejects.toThrow(/hub\.protect|read-only/);
  await expect(database.asViewer(all, (tx) => tx`select * from secret`)).rejects.toThrow(/hub\.protect\('table'/);
  await expect(database.asViewer(all, (tx) => tx`select * from hub.feed`)).rejects.toThrow(/permission denied/);
});

test('the scope ends with its transaction', async () => {
  await seenBy({ all: true });
  const [after] = await database.sql`select current_user as role, current_setting('gnomon.all', true) as everything`;
  expect(after).toEqual({ role: 'gnomon_alpha', everything: '' });
});

test('a division that is no code is refused before it can become a pattern', async () => {
  await expect(seenBy({ divisions: ['%'] })).rejects.toThrow('expected 2 to 12 digits');
});

test('one subgraph reads nothing of another, and nobody changes the outbox or the feed', async () => {
  const beta = await world.open('beta');
  await expect(beta.sql`select * from alpha.note`).rejects.toThrow('permission denied');
  await expect(beta.sql`delete from hub.outbox`).rejects.toThrow('permission denied');
  await expect(beta.sql`select * from hub.outbox`).rejects.toThrow('permission denied');
  await expect(beta.sql`update hub.feed set key = ''`).rejects.toThrow('permission denied');
});

test('values come back as this project means them', async () => {
  const at = Date.UTC(2026, 10, 23, 6, 17, 44, 123);
  const odd = ['a,b', '{"x"}', 'back\\slash', '', 'NULL', '空'];
  await database.sql`insert into note (lane, id, division, agency, body, at, tags, doc)
    values (9, 'v', '15', 'A9', '', ${at}, ${odd}, ${JSON.stringify({ level: 'RED', n: [1, null] })}::jsonb)`;
  const [row] =
    await database.sql`select at, tags, doc, 12::bigint as n, date '2026-11-23' as day, array[1.5, null]::float8[] as list,
    array[at] as ats, 'infinity'::timestamptz as never from note where id = any(${['v', 'w']}) and lane = any(${[9]})`;
  expect(row).toEqual({
    at,
    tags: odd,
    doc: { level: 'RED', n: [1, null] },
    n: 12,
    day: '2026-11-23',
    list: [1.5, null],
    ats: [at],
    never: Number.POSITIVE_INFINITY,
  });
  await expect(database.sql`select 9007199254740993 as n`).rejects.toThrow('expected a value within');
  expect(await database.sql`select 1 as n`).toEqual([{ n: 1 }]);
});

test('a schema that was not provisioned is named with the remedy', async () => {
  const wrong = openDatabase({ url: world.url, schema: 'gamma', applicationName: 'test', log: silent });
  await expect(wrong).rejects.toThrow("run provisionSchemas(url, ['gamma'])");
  const hostile = openDatabase({ url: world.url, schema: 'x; drop', applicationName: 'test', log: silent });
  await expect(hostile).rejects.toThrow('expected lower-case letters');
});

test('provisioning may be repeated, and run by several processes at once', async () => {
  await Promise.all([1, 2, 3, 4].map(() => provisionSchemas(world.url, ['alpha', 'beta', 'delta'])));
  const delta = await world.open('delta');
  expect(await delta.sql`select current_user as role`).toEqual([{ role: 'gnomon_delta' }]);
});

test('an administrator that is no superuser, but may make roles and schemas, can provision', async () => {
  const superuser = createClient({ url: world.url, applicationName: 'test', max: 1 });
  const password = 'p'.repeat(20);
  const name = new URL(world.url).pathname.slice(1);
  // Roles belong to the whole server; a name of its own lets this test run again on a server that is kept.
  const admin = `deployer_${name}`;
  await superuser.unsafe(
    `create role ${admin} login createrole password '${password}'; grant create on database ${name} to ${admin}`,
  );
  const schema = `own_${name.slice(-6)}`;
  await superuser.unsafe(`grant gnomon_subgraph, gnomon_hub, gnomon_hub_reader to ${admin} with admin option`);
  const url = new URL(world.url);
  url.username = admin;
  url.password = password;
  await provisionSchemas(url.href, [schema]);
  const database = await openDatabase({ url: url.href, schema, applicationName: 'test', log: silent });
  await database.sql`create table mine (id integer)`;
  await database.sql`select hub.protect('mine', null, null)`;
  expect(await database.asViewer({ ...NOBODY, all: true }, (tx) => tx`select count(*) as n from mine`)).toEqual([
    { n: 0 },
  ]);
  await database.close();
  await superuser.unsafe(
    `drop owned by gnomon_${schema}; drop owned by gnomon_${schema}_reader; drop owned by ${admin}`,
  );
  await superuser.unsafe(`drop role ${admin}`).catch(() => {});
  await superuser.end();
});
