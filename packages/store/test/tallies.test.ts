import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  appendTallies,
  checkTallies,
  type Database,
  foldTallies,
  readTallies,
  rebuildTallies,
  type TallyDelta,
} from '../src/index.ts';

let world: TestDatabase;
let database: Database;

beforeAll(async () => {
  world = await openTestDatabase({ alpha: new URL('./fixture/tally-migrations/', import.meta.url) });
  database = await world.open('alpha');
});
beforeEach(() => database.sql`truncate tally_delta, tally_day, tally_division_day, truth`);
afterAll(() => world.close());

const base = {
  lane: 1,
  day: '2026-03-02',
  indicator: 'WI-01',
  division: '150105',
  agency: 'A1',
  source: '115',
  item: 'I1',
  level: 'YELLOW',
  n: 1,
};
const delta = fc.record({
  lane: fc.nat(63),
  day: fc.constantFrom('2026-02-28', '2026-03-01', '2026-03-02'),
  indicator: fc.constantFrom('WI-01', 'WI-02'),
  division: fc.constantFrom('150105', '1501', '1502'),
  agency: fc.constantFrom('A1', 'A2'),
  source: fc.constantFrom('115', ''),
  item: fc.constantFrom('I1', 'I2'),
  level: fc.constantFrom('WARNING', 'YELLOW', 'RED'),
  n: fc.constantFrom(1, 1, 1, -1, 3),
});
const append = (deltas: readonly TallyDelta[]) => database.transaction((tx) => appendTallies(tx, deltas));

test('sums are exact at every moment: before, between and after folds, and in both detail levels', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.array(delta, { maxLength: 20 }), { maxLength: 8 }),
    fc.array(fc.boolean()),
    async (batches, folds) => {
      await database.sql`truncate tally_delta, tally_day, tally_division_day`;
      for (const [index, batch] of batches.entries()) {
        await append(batch);
        if (folds[index]) await foldTallies(database);
      }
      const all = batches.flat().filter(({ division, day }) => division.startsWith('1501') && day >= '2026-03-01');
      const expected = new Map<string, number>();
      for (const { indicator, day, level, n } of all) {
        const key = `${indicator}|${day.slice(0, 7)}|${level}`;
        expected.set(key, (expected.get(key) ?? 0) + n);
      }
      for (const detail of ['auto', 'fine'] as const) {
        const sums = await readTallies(
          database.sql,
          { division: '1501', from: '2026-03-01' },
          ['indicator', 'month'],
          detail,
        );
        expect(Object.fromEntries(sums.map(({ key, level, n }) => [[...key, level].join('|'), n]))).toEqual(
          Object.fromEntries([...expected].filter(([, n]) => n !== 0)),
        );
      }
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

test('sums can be taken by agency, item, source and day, and filtered by each', async () => {
  await append([base, { ...base, agency: 'A2', n: 2 }, { ...base, item: 'I2', day: '2026-03-03', level: 'RED', n: 4 }]);
  await foldTallies(database);
  await append([{ ...base, agency: 'A2', n: 5 }]);
  expect(await readTallies(database.sql, {}, ['agency'])).toEqual([
    { key: ['A1'], level: 'RED', n: 4 },
    { key: ['A1'], level: 'YELLOW', n: 1 },
    { key: ['A2'], level: 'YELLOW', n: 7 },
  ]);
  const filter = {
    indicators: ['WI-01'],
    agency: 'A1',
    source: '115',
    item: 'I2',
    from: '2026-03-03',
    to: '2026-03-03',
    division: '15',
  };
  expect(await readTallies(database.sql, filter, ['item', 'source', 'day', 'division'])).toEqual([
    { key: ['I2', '115', '2026-03-03', '150105'], level: 'RED', n: 4 },
  ]);
  expect(await readTallies(database.sql, { indicators: [] }, [])).toEqual([]);
  expect(await readTallies(database.sql, {}, [])).toEqual([
    { key: [], level: 'RED', n: 4 },
    { key: [], level: 'YELLOW', n: 8 },
  ]);
});

test('a viewer’s sums have its own rows only', async () => {
  await append([base, { ...base, division: '1502', agency: 'A2', n: 10 }]);
  await foldTallies(database);
  await append([
    { ...base, n: 100 },
    { ...base, division: '1502', agency: 'A2', n: 1_000 },
  ]);
  const scope = { all: false, divisions: [] as string[], agencies: [] as string[], sources: [] };
  const city = await database.asViewer({ ...scope, divisions: ['1501'] }, (tx) => readTallies(tx, {}, []));
  expect(city.map(({ n }) => n)).toEqual([101]);
  const agency = await database.asViewer({ ...scope, agencies: ['A2'] }, (tx) => readTallies(tx, {}, [], 'fine'));
  expect(agency.map(({ n }) => n)).toEqual([1_010]);
});

test('a large batch goes by COPY and cells that cancel out are not written', async () => {
  const many = Array.from({ length: 900 }, (_, index) => ({
    ...base,
    item: `I${index % 450}`,
    lane: (index % 450) % 64,
  }));
  await append([...many, { ...base, item: 'gone', n: 1 }, { ...base, item: 'gone', n: -1 }]);
  expect(await database.sql`select count(*) as cells, sum(n) as n from tally_delta`).toEqual([{ cells: 450, n: 900 }]);
});

test('folds and writers at the same time lose and double nothing', async () => {
  const writers = Array.from({ length: 4 }, async (_, lane) => {
    for (let round = 0; round < 40; round += 1) await append([{ ...base, lane }]);
  });
  const folders = Array.from({ length: 2 }, async () => {
    for (let round = 0; round < 15; round += 1) await foldTallies(database);
  });
  await Promise.all([...writers, ...folders]);
  expect((await readTallies(database.sql, {}, [])).map(({ n }) => n)).toEqual([160]);
});

test('a check names the cells that differ from the truth, and a rebuild mends them', async () => {
  await append([base, { ...base, agency: 'A2' }]);
  await foldTallies(database);
  await append([{ ...base, level: 'RED' }]);
  await database.sql`insert into truth select day, indicator, division, agency, source, item, level, n from tally_day
    union all select '2026-03-02', 'WI-01', '150105', 'A1', '115', 'I1', 'RED', 3`;
  const check = () => database.transaction((tx) => checkTallies(tx, 'select * from truth'));
  const { lane: _lane, n: _n, ...cell } = base;
  expect(await check()).toEqual([{ ...cell, level: 'RED', counted: 1, truth: 3 }]);
  await database.transaction((tx) => rebuildTallies(tx, 'select * from truth'));
  expect(await check()).toEqual([]);
  expect((await readTallies(database.sql, {}, [])).map(({ level, n }) => [level, n])).toEqual([
    ['RED', 3],
    ['YELLOW', 2],
  ]);
});
