import { afterAll, beforeAll, expect, test } from 'vitest';
import { openParcels, parcel } from './parcels.ts';
import type { RecordTestWorld } from './world.ts';

let world: RecordTestWorld;
beforeAll(async () => {
  world = await openParcels();
});
afterAll(() => world?.close());

/** How many rows each batch's record holds. */
const batches = async () =>
  Object.fromEntries(
    (
      await world.database.sql<{ id: string; n: number }[]>`
        select id, coalesce(json_array_length(doc->'parcels'), 0) as n from record where kind = 'batch' order by id`
    ).map(({ id, n }) => [id, n]),
  );

test('a row belongs to each record that its keys name, and to none where an optional key is empty', async () => {
  await world.push([parcel('a', { batch_no: 'X' }), parcel('b', { batch_no: 'X' }), parcel('c')]);
  expect(await batches()).toEqual({ X: 2 });
});

test('a corrected key takes the row out of the record that the older version named', async () => {
  await world.push([parcel('a', { cd_operation: 'U', cd_time: '2024-10-14 09:00:00', batch_no: 'Y' })]);
  expect(await batches()).toEqual({ X: 1, Y: 1 });
  await world.push([parcel('b', { cd_operation: 'U', cd_time: '2024-10-14 09:00:00', batch_no: '' })]);
  expect(await batches()).toEqual({ X: 0, Y: 1 });
  expect(
    (await world.told()).filter(({ kind }) => kind === 'batch').map(({ id, n, facts }) => [id, n, facts.parcels]),
  ).toEqual([
    ['X', 1, 2],
    ['X', 2, 1],
    ['Y', 1, 1],
    // Nothing is left of it: it is taken back.
    ['X', 3, undefined],
  ]);
});

test('an overtaken version that comes late does not bring it back, in one chunk or in two', async () => {
  const first = parcel('d', { batch_no: 'X' });
  const second = parcel('d', { cd_operation: 'U', cd_time: '2024-10-14 09:00:00', batch_no: 'Z' });
  await world.push([second]);
  await world.push([first]);
  expect(await batches()).toEqual({ X: 0, Y: 1, Z: 1 });
  const both = [second, first].map((row) => ({ ...row, parcel_no: 'e', row_guid: 'p-e' }));
  await world.push(both);
  expect(await batches()).toEqual({ X: 0, Y: 1, Z: 2 });
});

test('a deletion without its keys reaches every record of the row', async () => {
  await world.push([parcel('e', { cd_operation: 'D', cd_time: '2024-10-14 10:00:00', batch_no: '', depot: '' })]);
  const [z] = await world.database.sql<{ doc: { parcels: { g: string; d?: boolean }[] } }[]>`
    select doc from record where kind = 'batch' and id = 'Z'`;
  expect(z!.doc.parcels.map(({ g, d }) => [g, d === true])).toEqual([
    ['p-d', false],
    ['p-e', true],
  ]);
});
