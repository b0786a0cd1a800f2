import { type SignInBatch, TokenRefused, type Viewer } from '@gnomon/identity';
import { type Database, openFeed, relayOnce } from '@gnomon/store';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ActPayload, createAuthenticate, createSignIns, recordSignIns } from '../src/index.ts';

const NOW = Date.UTC(2026, 2, 2, 1);
const silent = pino({ level: 'silent' });
const time = { now: () => NOW };
let world: TestDatabase;
let database: Database;
let before = 0;
beforeAll(async () => {
  world = await openTestDatabase({ shop: null });
  database = await world.open('shop');
});
afterAll(() => world.close());
beforeEach(async () => {
  before += (await told()).length;
});

/** What was told since the test began. */
async function told(): Promise<readonly ActPayload[]> {
  await relayOnce(database);
  return (await openFeed(database).read('acts', null, 1000)).slice(before).map(({ payload }) => payload as ActPayload);
}
function viewer(id: string, token: string): Viewer {
  return {
    ...{
      id,
      name: { zh: id, en: id },
      role: 'SUPERVISOR',
      tier: 'LEAGUE',
      agency: null,
      division: '1501',
      sources: [],
    },
    ...{ purpose: null, expiresAt: Date.now() + 60_000, token: { id: token, issuedAt: 0, issuer: 'urn:issuer' } },
  };
}
/** A process: tokens are `<account>/<token>`, others are refused with what they read. */
function processOf() {
  const signIns = createSignIns(time);
  const authenticate = createAuthenticate({
    verifier: {
      async verify(token) {
        const [account, name] = token.split('/');
        if (account !== undefined && name !== undefined) return viewer(account, name);
        throw token === 'OUTAGE' ? new Error('the issuer is away') : new TokenRefused(token as 'TOKEN_EXPIRED');
      },
    },
    assertions: null,
    audience: 'shop',
    ended: { isEnded: ({ token }) => token?.id === 'ended' },
    signIns,
  });
  return {
    signIns,
    part: signIns.part(database),
    come: (token: string) =>
      authenticate(`Bearer ${token}`).then(
        () => {},
        (cause: Error) => cause,
      ),
  };
}
const kinds = (acts: readonly ActPayload[]) => acts.map(({ kind, by, about, detail }) => [kind, by, about, detail]);

describe('who signs in', () => {
  test('is on record with the first use of a token, with whom, where, when, by which issuer and which token', async () => {
    const { come, part } = processOf();
    for (const token of ['s-1/a', 's-1/a', 's-2/b']) await come(token);
    expect([await part.settle(), await part.settle()]).toEqual([true, false]);
    const acts = await told();
    expect(acts[0]).toEqual({
      ...{ kind: 'SIGNED_IN', at: new Date(NOW).toISOString(), by: 's-1', role: 'SUPERVISOR', tier: 'LEAGUE' },
      ...{ division: '1501', about: 'a', detail: { issuer: 'urn:issuer' } },
    });
    expect(acts.map(({ by, about }) => [by, about])).toEqual([
      ['s-1', 'a'],
      ['s-2', 'b'],
    ]);
  });

  test('is on record once, whichever processes the token comes to, also at once', async () => {
    const all = [processOf(), processOf(), processOf()];
    for (const { come } of all) for (const token of ['s-3/x', 's-4/y', 's-3/z']) await come(token);
    await Promise.all(all.map(({ part }) => part.settle()));
    expect((await told()).map(({ about }) => about).sort()).toEqual(['x', 'y', 'z']);
    const late = processOf();
    await late.come('s-3/x');
    await late.part.settle();
    expect(await told()).toHaveLength(3);
  });

  test('with a token that was ended is refused, and so it is told', async () => {
    const { come, part } = processOf();
    await come('s-5/ended');
    await part.settle();
    expect(kinds(await told())).toEqual([['SIGN_IN_REFUSED', 'hub', null, { code: 'TOKEN_ENDED', count: 1 }]]);
  });

  test('is forgotten when its token can come no more, and not before', async () => {
    const keys = async () =>
      (await database.sql<{ key: string }[]>`select key from hub.told_once where key like '%forget%'`).length;
    const batch = (at: number): SignInBatch => ({
      ...{ refused: {}, dropped: 0 },
      signIns: [
        {
          account: 'f',
          role: 'AUDITOR',
          tier: null,
          division: null,
          token: `forget ${at}`,
          issuer: 'i',
          at,
          until: at,
        },
      ],
    });
    const day = 86_400_000;
    await database.transaction((tx) => recordSignIns(tx, batch(NOW), NOW));
    await database.transaction((tx) => recordSignIns(tx, batch(NOW + 7 * day), NOW + 7 * day));
    expect(await keys()).toBe(2);
    await database.transaction((tx) => recordSignIns(tx, batch(NOW + 9 * day), NOW + 9 * day));
    expect(await keys()).toBe(2);
  });
});

describe('refused tokens', () => {
  test('are on record by code and number, once, and nothing of the tokens is', async () => {
    const { come, part } = processOf();
    for (const token of ['TOKEN_SIGNATURE', 'TOKEN_SIGNATURE', 'TOKEN_EXPIRED'])
      expect(await come(token)).toBeInstanceOf(TokenRefused);
    expect([await part.settle(), await part.settle()]).toEqual([true, false]);
    expect(kinds(await told())).toEqual([
      ['SIGN_IN_REFUSED', 'hub', null, { code: 'TOKEN_SIGNATURE', count: 2 }],
      ['SIGN_IN_REFUSED', 'hub', null, { code: 'TOKEN_EXPIRED', count: 1 }],
    ]);
  });

  test('are not what an outage of the issuer is', async () => {
    const { come, part } = processOf();
    expect(await come('OUTAGE')).toBeInstanceOf(Error);
    expect(await part.settle()).toBe(false);
  });
});

test('what cannot be written now is written later, with what came meanwhile', async () => {
  const { come, signIns } = processOf();
  await come('TOKEN_MALFORMED');
  await come('s-6/first');
  const away = signIns.part({ log: silent, transaction: () => Promise.reject(new Error('away')) });
  await expect(away.settle()).rejects.toThrow('away');
  await come('TOKEN_MALFORMED');
  await come('s-6/second');
  await signIns.part(database).settle();
  expect(kinds(await told())).toEqual([
    ['SIGNED_IN', 's-6', 'first', { issuer: 'urn:issuer' }],
    ['SIGNED_IN', 's-6', 'second', { issuer: 'urn:issuer' }],
    ['SIGN_IN_REFUSED', 'hub', null, { code: 'TOKEN_MALFORMED', count: 2 }],
  ]);
});

test('a process that stops writes what it has', async () => {
  const { come, part } = processOf();
  const stop = new AbortController();
  const running = part.run(stop.signal, () => {});
  await come('TOKEN_ROLES');
  await come('s-7/last');
  stop.abort();
  await running;
  expect((await told()).map(({ kind }) => kind)).toEqual(['SIGNED_IN', 'SIGN_IN_REFUSED']);
});
