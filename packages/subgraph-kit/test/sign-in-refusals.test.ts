import { TokenRefused } from '@gnomon/identity';
import { type Database, openFeed, relayOnce } from '@gnomon/store';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ActPayload, countSignInRefusals } from '../src/index.ts';

let world: TestDatabase;
let database: Database;
beforeAll(async () => {
  world = await openTestDatabase({ shop: null });
  database = await world.open('shop');
});
afterAll(() => world.close());

const time = { now: () => Date.UTC(2026, 2, 2, 1) };

async function told(): Promise<readonly ActPayload[]> {
  await relayOnce(database);
  return (await openFeed(database).read('acts', null, 100)).map(({ payload }) => payload as ActPayload);
}

test('refused tokens are on record by code and number, once, and nothing of the tokens is', async () => {
  const refusals = countSignInRefusals();
  const authenticate = refusals.over((authorization) =>
    Promise.reject(new TokenRefused(authorization === 'old' ? 'TOKEN_EXPIRED' : 'TOKEN_SIGNATURE')),
  );
  for (const token of ['forged-1', 'forged-2', 'old']) await expect(authenticate(token)).rejects.toThrow(TokenRefused);
  const part = refusals.part({ database, time });
  expect([await part.settle!(), await part.settle!()]).toEqual([true, false]);
  const acts = await told();
  expect(acts.map(({ kind, by, detail }) => [kind, by, detail])).toEqual([
    ['SIGN_IN_REFUSED', 'hub', { code: 'TOKEN_SIGNATURE', count: 2 }],
    ['SIGN_IN_REFUSED', 'hub', { code: 'TOKEN_EXPIRED', count: 1 }],
  ]);
  expect(JSON.stringify(acts)).not.toContain('forged');
});

test('what cannot be written now is written later, with what came meanwhile', async () => {
  const before = (await told()).length;
  const refusals = countSignInRefusals();
  const authenticate = refusals.over(() => Promise.reject(new TokenRefused('TOKEN_MALFORMED')));
  await authenticate('x').catch(() => {});
  const broken = refusals.part({ database: { transaction: () => Promise.reject(new Error('away')) }, time });
  await expect(broken.settle!()).rejects.toThrow('away');
  await authenticate('x').catch(() => {});
  await refusals.part({ database, time }).settle!();
  expect((await told()).slice(before).map(({ detail }) => detail)).toEqual([{ code: 'TOKEN_MALFORMED', count: 2 }]);
});

test('other faults than a refused token are not counted', async () => {
  const refusals = countSignInRefusals();
  await refusals
    .over(() => Promise.reject(new Error('the issuer is away')))('x')
    .catch(() => {});
  expect(await refusals.part({ database, time }).settle!()).toBe(false);
});
