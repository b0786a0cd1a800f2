import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openFeed, takeNested } from '../src/index.ts';

const SCOPE = { all: true, divisions: [], agencies: [], sources: [] };
let world: TestDatabase;
let shop: Database;
let other: Database;
beforeAll(async () => {
  world = await openTestDatabase({ shop: null, other: null });
  shop = await world.open('shop');
  other = await world.open('other');
});
afterAll(() => world.close());
afterEach(() => void takeNested());

describe('while a transaction of a pool is open, another connection of it', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['for a statement', () => shop.sql`select 1`],
    ['for a statement after others', () => shop.sql`select 1`.execute()],
    ['for a read of the feed', () => openFeed(shop).read('x', null, 1)],
    ['for a second transaction', () => shop.transaction((tx) => tx`select 1`)],
    ['for a viewer’s read', () => shop.asViewer(SCOPE, (tx) => tx`select 1`)],
    ['from the depth of another pool’s transaction', () => other.transaction(() => shop.sql`select 1`)],
  ])('is refused %s', async (_name, nested) => {
    const outer = shop.transaction(async (tx) => {
      await tx`select 1`;
      await new Promise((resolve) => setImmediate(resolve));
      return nested();
    });
    await expect(outer).rejects.toThrow('shop: ');
    await expect(shop.asViewer(SCOPE, nested)).rejects.toMatchObject({ name: 'NestedConnection' });
    expect(takeNested()).toHaveLength(2);
  });
});

test('the transaction itself, a part of its text, another pool, and what comes after it are let through', async () => {
  let later: Promise<unknown> = Promise.resolve();
  const end = Promise.withResolvers<void>();
  await shop.transaction(async (tx) => {
    const part = shop.sql`select 7 as n`;
    expect(await tx`select n from (${part}) x`).toEqual([{ n: 7 }]);
    expect(await other.sql`select 1 as n`).toEqual([{ n: 1 }]);
    later = end.promise.then(() => shop.sql`select 2 as n`);
  });
  end.resolve();
  expect(await later).toEqual([{ n: 2 }]);
  expect(await shop.sql`select 3 as n`).toEqual([{ n: 3 }]);
});
