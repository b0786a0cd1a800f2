import { setTimeout as pause } from 'node:timers/promises';
import { readEnvironment, requestContext } from '@gnomon/subgraph-kit';
import fc from 'fast-check';
import { parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { demoViewers, type Hub, openHub } from '../src/index.ts';
import { askGraph, type ListeningHub, openListeningHub } from './listening-hub.ts';

/** Within this, every process must know; and as many questions as may be asked meanwhile on a machine that has other things to do. */
const KNOWN_MS = 1_000;
const QUESTIONS = 10;
const QUESTION = '{ supervisionStatus { at } }';

let world: ListeningHub;
let second: Hub;
let beforeTheLock = '';
beforeAll(async () => {
  world = await openListeningHub({ connections: 4 });
  second = await openSecond();
});
afterAll(async () => {
  await second?.close();
  await world?.close();
});

/** Another process's hub: the same database and key, and nothing else in common. */
function openSecond(): Promise<Hub> {
  const settings = readEnvironment({ PORT: '0', GNOMON_HOME: world.home }, 0);
  return openHub({ settings, databaseUrl: world.hub.databaseUrl, connections: 4, log: pino({ level: 'silent' }) });
}

interface Ended {
  readonly data?: Readonly<
    Record<string, { readonly __typename: string; readonly message?: { readonly zh: string; readonly en: string } }>
  >;
}
const STEP = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on AccountProblem { message { zh en } } } }`;
async function step(name: 'revokeAccount' | 'unlockAccount' | 'revokeToken', input: object, by = 'security-admin') {
  const type = name === 'revokeToken' ? 'RevokeTokenInput' : 'AccountStepInput';
  const answer = await world.ask<unknown>(by, STEP(name, type), { input: { reason: '离岗停用', ...input } });
  return (answer as Ended).data?.[name] ?? answer;
}
const reasonOf = async (url: string, token: string) =>
  (await askGraph(url, token, QUESTION)).errors?.[0]?.extensions?.reason ?? 'ACCEPTED';
async function until(read: () => Promise<unknown>, wanted: unknown): Promise<number> {
  const begin = performance.now();
  while ((await read()) !== wanted) {
    if (performance.now() - begin > 20 * KNOWN_MS) throw new Error(`${String(wanted)} did not come`);
    await pause(10);
  }
  return performance.now() - begin;
}
function subscribeAt(
  url: string,
  token: string,
): { client: Client; closed: Promise<{ code: number; reason: string }>; open: Promise<void> } {
  const ended = Promise.withResolvers<{ code: number; reason: string }>();
  const open = Promise.withResolvers<void>();
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
    connectionParams: { authorization: `Bearer ${token}` },
    on: {
      connected: () => open.resolve(),
      closed: (event) => ended.resolve(event as { code: number; reason: string }),
    },
  });
  client.subscribe(
    { query: 'subscription { supervisionFeed { cursor } }' },
    { next: () => {}, error: () => {}, complete: () => {} },
  );
  return { client, closed: ended.promise, open: open.promise };
}

describe('an account that the security administrator locks', () => {
  test('is refused within a second in every process, its subscriptions close with 4403, and others stay', async () => {
    const [token, other] = [await world.token('auditor-hohhot'), await world.token('auditor-region')];
    beforeTheLock = token;
    const [mine, elsewhere, others] = [
      subscribeAt(world.hub.url, token),
      subscribeAt(second.url, token),
      subscribeAt(world.hub.url, other),
    ];
    await Promise.all([mine.open, elsewhere.open, others.open]);
    const askedAt = performance.now();
    expect(await reasonOf(world.hub.url, token)).toBe('ACCEPTED');
    const questionMs = performance.now() - askedAt;
    expect(await step('revokeAccount', { account: 'auditor-hohhot' })).toMatchObject({
      __typename: 'EndedAccessPayload',
    });
    const tookMs = await Promise.all([
      until(() => reasonOf(world.hub.url, token), 'TOKEN_ENDED'),
      until(() => reasonOf(second.url, token), 'TOKEN_ENDED'),
    ]);
    expect(Math.max(...tookMs)).toBeLessThan(KNOWN_MS + QUESTIONS * questionMs);
    expect(await mine.closed).toMatchObject({ code: 4403, reason: 'token ended' });
    expect(await elsewhere.closed).toMatchObject({ code: 4403 });
    expect(await reasonOf(world.hub.url, other)).toBe('ACCEPTED');
    expect(world.hub.gateway.status().connections).toBe(1);
    await others.client.dispose();
  });

  test('stays locked after a restart', async () => {
    const token = await world.token('auditor-hohhot');
    await second.close();
    second = await openSecond();
    expect(await reasonOf(second.url, token)).toBe('TOKEN_ENDED');
  });

  test('signs in again when it is unlocked, and its old tokens stay ended', async () => {
    expect(await step('unlockAccount', { account: 'auditor-hohhot' })).toMatchObject({
      __typename: 'EndedAccessPayload',
    });
    // A token has whole seconds: the next second is after the lock for certain.
    await until(async () => reasonOf(world.hub.url, await world.token('auditor-hohhot')), 'ACCEPTED');
    expect(await reasonOf(world.hub.url, beforeTheLock)).toBe('TOKEN_ENDED');
  });
});

test('one token is ended by its name, and the account goes on with another', async () => {
  const [one, other] = [await world.token('agency-1'), await world.token('agency-1')];
  const { jti } = JSON.parse(Buffer.from(one.split('.')[1]!, 'base64url').toString()) as { jti: string };
  expect(await step('revokeToken', { tokenId: jti })).toMatchObject({ __typename: 'EndedAccessPayload' });
  await until(() => reasonOf(world.hub.url, one), 'TOKEN_ENDED');
  expect(await reasonOf(world.hub.url, other)).toBe('ACCEPTED');
  const { data } = await world.ask<{ endedAccess: { tokenId: string; by: string; reason: string }[] }>(
    'security-admin',
    '{ endedAccess { tokenId by reason } }',
  );
  expect(data?.endedAccess).toContainEqual({ tokenId: jti, by: 'security-admin', reason: '离岗停用' });
});

test('who signed in is on record once, whichever process the token came to, and the security administrator ends it by what he reads', async () => {
  const token = await world.token('agency-2');
  for (const url of [world.hub.url, second.url, world.hub.url]) expect(await reasonOf(url, token)).toBe('ACCEPTED');
  // Somebody who comes later to each process is told later: what was to be told of this token is on record then.
  const later = await Promise.all([world, second].map(() => world.token('agency-4')));
  await askGraph(world.hub.url, later[0]!, QUESTION);
  await askGraph(second.url, later[1]!, QUESTION);
  const signIns = async (by: string) => {
    const text = 'query ($by: ID) { signIns(by: $by) { nodes { kind by role about detail } } }';
    const { data } = await world.ask<{ signIns: { nodes: { about: string }[] } }>('security-admin', text, { by });
    return data!.signIns.nodes;
  };
  await until(async () => (await signIns('agency-4')).length, 2);
  const [mine, ...more] = await signIns('agency-2');
  expect(more).toEqual([]);
  expect(mine).toMatchObject({ kind: 'SIGNED_IN', role: 'AGENCY', detail: { issuer: 'urn:gnomon:builtin' } });
  expect(await step('revokeToken', { tokenId: mine!.about })).toMatchObject({ __typename: 'EndedAccessPayload' });
  await until(() => reasonOf(second.url, token), 'TOKEN_ENDED');
});

test('what cannot be done is refused by name: an account of one’s own, what is locked already, what is not locked', async () => {
  expect(await step('revokeAccount', { account: 'security-admin' })).toMatchObject({
    __typename: 'AccountStateRefused',
  });
  expect(await step('unlockAccount', { account: 'agency-2' })).toMatchObject({ __typename: 'AccountStateRefused' });
  await step('revokeAccount', { account: 'agency-3' });
  await until(async () => reasonOf(world.hub.url, await world.token('agency-3')), 'TOKEN_ENDED');
  expect(await step('revokeAccount', { account: 'agency-3' })).toMatchObject({ __typename: 'AccountStateRefused' });
});

test('nobody else steps on accounts: no administrator of another kind, no supervisor', async () => {
  for (const by of ['operator', 'audit-admin', 'supervisor-region', 'chief-1'])
    expect(await step('revokeAccount', { account: 'agency-2' }, by)).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
});

test('bad input of any kind is refused by name', async () => {
  const registry = world.hub.subgraph('registry');
  const viewer = demoViewers()('security-admin');
  const texts = fc.oneof(fc.string(), fc.constantFrom('', ' ', '\u0000', '\ud800', 'x'.repeat(10_000), '\u0007bell'));
  const run = async (name: string, type: string, input: object) => {
    const { data, errors } = await registry.execute({
      document: parse(STEP(name, type)),
      variables: { input },
      context: requestContext(viewer, 'bad input'),
    });
    expect(errors).toBeUndefined();
    return (data![name] as { __typename: string }).__typename;
  };
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.constantFrom('', 'abc', '   x', '\u0000\u0000\u0000\u0000', '\udfff原因原因'),
      async (account, reason) => {
        expect(await run('revokeAccount', 'AccountStepInput', { account, reason })).toBe('AccountInputRefused');
        expect(await run('unlockAccount', 'AccountStepInput', { account, reason })).toBe('AccountInputRefused');
        expect(await run('revokeToken', 'RevokeTokenInput', { tokenId: account, reason })).toBe('AccountInputRefused');
      },
    ),
    { numRuns: 60 },
  );
});
