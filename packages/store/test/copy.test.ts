import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { copyRows, type Database, mergeRows } from '../src/index.ts';

const COLUMNS = [
  'lane',
  'id',
  'division',
  'agency',
  'body',
  { name: 'at', as: 'instant' },
  { name: 'tags', as: 'array' },
  { name: 'doc', as: 'json' },
] as const;
const KEY = ['lane', 'id'] as const;

let world: TestDatabase;
let database: Database;

beforeAll(async () => {
  world = await openTestDatabase({ alpha: new URL('./fixture/migrations/', import.meta.url) });
  database = await world.open('alpha');
});
beforeEach(() => database.sql`truncate note`);
afterAll(() => world.close());

const keepable = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '').toWellFormed());
const awkward = fc.string({
  unit: fc.constantFrom('\\', '\n', '\r', '\t', '.', 'N', '"', '{', '}', ',', 'ü', '办', ' ', '\b', '\v'),
});
const text = fc.oneof(keepable, awkward);
// No key ends in a backslash: after one, JSON.parse reads other keys of the same beginning and an escaped end as that key (nodejs/node#63785).
const key = text.map((end) => `key ${end.replaceAll('\\', '')}`);
const content = fc.record({
  body: text,
  at: fc.option(fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 })),
  tags: fc.array(fc.option(text)),
  doc: fc.option(fc.oneof(text, fc.array(fc.integer()), fc.dictionary(key, text))),
});
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;
const row = ({ body, at, tags, doc }: Content, id: string) => [7, id, '15', 'A', body, at, tags, doc];

test('whatever goes in by COPY comes out the same', async () => {
  const property = fc.asyncProperty(fc.array(content, { maxLength: 30 }), async (contents) => {
    await database.sql`truncate note`;
    const rows = contents.map((one, index) => row(one, String(index)));
    expect(await database.transaction((tx) => copyRows(tx, 'note', COLUMNS, rows))).toBe(rows.length);
    const back = await database.sql`select body, at, tags, doc from note order by id::integer`;
    expect([...back]).toEqual(
      contents.map((one) => ({ ...one, doc: one.doc === null ? null : JSON.parse(JSON.stringify(one.doc)) })),
    );
  });
  await fc.assert(property, { numRuns: 60 });
});

test('text that PostgreSQL cannot keep is refused by the name of its column, and the transaction leaves nothing', async () => {
  for (const bad of ['a\0b', 'half \uD800 pair']) {
    const rows = [
      row({ body: 'good', at: null, tags: [], doc: null }, '1'),
      row({ body: bad, at: null, tags: [], doc: null }, '2'),
    ];
    await expect(database.transaction((tx) => copyRows(tx, 'note', COLUMNS, rows))).rejects.toThrow(
      'column body: expected text',
    );
  }
  expect(await database.sql`select * from note`).toEqual([]);
});

test('a row that the table refuses, at the start or after all rows were sent, ends the copy with the reason', async () => {
  const good = row({ body: 'x', at: null, tags: [], doc: null }, '1');
  const twice = database.transaction((tx) => copyRows(tx, 'note', COLUMNS, [good, good]));
  await expect(twice).rejects.toMatchObject({ code: '23505' });
  const notNumber = database.transaction((tx) => copyRows(tx, 'note', ['lane'], [['x']]));
  await expect(notNumber).rejects.toMatchObject({ code: '22P02' });
  expect(await database.sql`select 1 as alive`).toEqual([{ alive: 1 }]);
});

test('a generator that throws in the middle ends the copy with its own error', async () => {
  async function* broken() {
    for (let index = 0; index < 5_000; index += 1)
      yield row({ body: 'x'.repeat(50), at: 0, tags: [], doc: null }, String(index));
    throw new Error('the file is cut');
  }
  await expect(database.transaction((tx) => copyRows(tx, 'note', COLUMNS, broken()))).rejects.toThrow(
    'the file is cut',
  );
  expect(await database.sql`select * from note`).toEqual([]);
});

test('a merge counts what is new, what changed and what was there already', async () => {
  const merge = (bodies: readonly string[], onChange: 'update' | 'keep' = 'update') =>
    database.transaction((tx) => {
      const rows = bodies.map((body, index) => row({ body, at: 5, tags: ['t'], doc: { body } }, String(index)));
      return mergeRows(tx, { table: 'note', columns: COLUMNS, key: KEY, rows, onChange });
    });
  expect(await merge(['a', 'b', 'c'])).toEqual({ inserted: 3, updated: 0, unchanged: 0 });
  expect(await merge(['a', 'b', 'c'])).toEqual({ inserted: 0, updated: 0, unchanged: 3 });
  expect(await merge(['a', 'B', 'c', 'd'])).toEqual({ inserted: 1, updated: 1, unchanged: 2 });
  expect(await merge(['z', 'z', 'z', 'z', 'e'], 'keep')).toEqual({ inserted: 1, updated: 0, unchanged: 4 });
  expect((await database.sql`select body from note order by id`).map(({ body }) => body)).toEqual([
    'a',
    'B',
    'c',
    'd',
    'e',
  ]);
});

test('two merges in one transaction do not mix their rows', async () => {
  const counts = await database.transaction(async (tx) => {
    const one = await mergeRows(tx, {
      table: 'note',
      columns: COLUMNS,
      key: KEY,
      rows: [row({ body: 'a', at: 1, tags: [], doc: null }, '1')],
    });
    const two = await mergeRows(tx, {
      table: 'note',
      columns: COLUMNS,
      key: KEY,
      rows: [row({ body: 'b', at: 1, tags: [], doc: null }, '2')],
    });
    return [one, two];
  });
  expect(counts.map(({ inserted }) => inserted)).toEqual([1, 1]);
});

test('writers that merge overlapping keys at once do not deadlock', async () => {
  const writer = (offset: number) =>
    database.transaction((tx) => {
      const rows = Array.from({ length: 2_000 }, (_, index) =>
        row({ body: `w${offset}`, at: 1, tags: [], doc: null }, String(index)),
      );
      return mergeRows(tx, {
        table: 'note',
        columns: COLUMNS,
        key: KEY,
        rows: offset % 2 === 0 ? rows : rows.reverse(),
      });
    });
  await Promise.all([0, 1, 2, 3].map(writer));
  expect(await database.sql`select count(*) as n, count(distinct body) as bodies from note`).toEqual([
    { n: 2_000, bodies: 1 },
  ]);
});
