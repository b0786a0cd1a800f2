import { openFeed } from '@gnomon/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReferenceCopy } from '../src/index.ts';
import { openParcels } from './parcels.ts';
import { agency, type RecordTestWorld } from './world.ts';

const USCC = '11150105011597010A';
let world: RecordTestWorld;
beforeAll(async () => {
  world = await openParcels();
});
afterAll(() => world?.close());

test('copies of one process hold the same published object, from the feed as from the table, and each the newest', async () => {
  const open = (name: string) => openReferenceCopy(world.database, openFeed(world.database), name, async () => {});
  await world.publish([['agency', agency(USCC, '150105')]]);
  const one = await open('one');
  expect(await one.catchUp()).toBe(true);
  const known = one.agency(USCC);
  expect(known).toMatchObject({ uscc: USCC, division: '150105' });
  // Loaded from the table, and read from the feed once more.
  const two = await open('two');
  expect(two.agency(USCC)).toBe(known);
  await two.catchUp();
  expect(two.agency(USCC)).toBe(known);
  await world.publish([['agency', agency(USCC, '150121')]]);
  await two.catchUp();
  expect(two.agency(USCC)).toMatchObject({ division: '150121' });
  expect(one.agency(USCC)).toBe(known);
  await one.catchUp();
  expect(one.agency(USCC)).toBe(two.agency(USCC));
});
