import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EndEntry, openIssuer } from '@gnomon/identity';
import { recordEnd } from '@gnomon/subgraph-kit';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { demoViewers } from '../src/index.ts';
import { SUBGRAPHS } from '../src/open-hub.ts';
import { askGraph } from './listening-hub.ts';
import { runCommand, type ServingProcess, startProcess } from './run-command.ts';

/** The processes of this file: the gateway alone, the registry where accounts are locked, supervision which keeps the log. */
const NAMES = ['registry', 'supervision'] as const;
type Name = (typeof NAMES)[number];
/** Within this every process must know; and as many questions as may be asked meanwhile on a machine that has other things to do. */
const KNOWN_MS = 1_000;
const QUESTIONS = 10;
const QUESTION = '{ supervisionStatus { at } }';

const home = mkdtempSync(join(tmpdir(), 'gnomon-apart-'));
const running = new Map<Name, ServingProcess>();
let database: TestDatabase;
let gateway: ServingProcess;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  database = await openTestDatabase(Object.fromEntries(SUBGRAPHS.map((one) => [one.schemaName, one.migrations])));
  env = {
    ...{ PORT: '0', GNOMON_HOME: home, DATABASE_URL: database.url, LOG_LEVEL: 'fatal' },
    GNOMON_INTERNAL_SECRET: 'the-secret-of-this-test-alone-and-long-enough',
  };
  await Promise.all(NAMES.map((name) => start(name)));
  await startGateway();
});
afterAll(async () => {
  const codes = await Promise.all([gateway, ...running.values()].map((one) => one?.stop()));
  await database?.close();
  rmSync(home, { recursive: true });
  expect(new Set(codes)).toEqual(new Set([0]));
});

async function start(name: Name, port = '0'): Promise<void> {
  running.set(name, await startProcess(`subgraphs/${name}/src/main.ts`, { ...env, PORT: port }));
}
async function startGateway(): Promise<void> {
  // Subgraphs that are not there are named too, so that nothing is asked at their usual ports.
  const absent = SUBGRAPHS.map(({ name }) => name).filter((name) => !running.has(name as Name));
  const urls = [
    ...absent.map((name) => `${name}=http://127.0.0.1:9/graphql`),
    ...[...running].map(([name, { url }]) => `${name}=${url}`),
  ];
  gateway = await startProcess('gateway/src/main.ts', { ...env, GNOMON_SUBGRAPHS: urls.join(',') });
}
async function stop(name: Name): Promise<string> {
  const { url } = running.get(name)!;
  expect(await running.get(name)!.stop()).toBe(0);
  running.delete(name);
  return new URL(url).port;
}

async function tokenOf(account: string): Promise<string> {
  return (await openIssuer(join(home, 'identity'))).issueToken(demoViewers()(account), { ttlSeconds: 600 });
}
function nameOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { jti: string }).jti;
}
const STEP = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on AccountProblem { message { zh } } } }`;
async function step(name: 'revokeAccount' | 'revokeToken', input: object): Promise<void> {
  const text = STEP(name, name === 'revokeToken' ? 'RevokeTokenInput' : 'AccountStepInput');
  const answer = await askGraph(gateway.url, await tokenOf('security-admin'), text, {
    input: { reason: '离岗停用', ...input },
  });
  expect(answer).toEqual({ data: { [name]: { __typename: 'EndedAccessPayload' } } });
}
async function reasonOf(token: string): Promise<unknown> {
  const { extensions } = (await askGraph(gateway.url, token, QUESTION)).errors?.[0] ?? {};
  return extensions?.reason ?? extensions?.code ?? 'ACCEPTED';
}
function subscribe(token: string) {
  const closed = Promise.withResolvers<{ code: number; reason: string; at: number }>();
  const open = Promise.withResolvers<void>();
  const client = createClient({
    ...{ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: false, retryAttempts: 0 },
    onNonLazyError: () => {},
    connectionParams: { authorization: `Bearer ${token}` },
    on: {
      connected: () => open.resolve(),
      closed: (event) => {
        const { code, reason } = event as { code: number; reason: string };
        closed.resolve({ code, reason, at: performance.now() });
      },
    },
  });
  client.subscribe(
    { query: 'subscription { supervisionFeed { cursor } }' },
    { next: () => {}, error: () => {}, complete: () => {} },
  );
  return { client, closed: closed.promise, open: open.promise };
}
async function metric(name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', gateway.url))).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}
const ready = async () => (await fetch(new URL('/ready', gateway.url))).status;

interface Act {
  readonly kind: string;
  readonly by: string;
  readonly about: string | null;
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
async function acts(kind: string): Promise<readonly Act[]> {
  const { data } = await askGraph<{ hubLog: { nodes: Act[] } }>(
    running.get('supervision')!.url,
    await tokenOf('audit-admin'),
    'query ($kind: [String!]) { hubLog(first: 200, kind: $kind) { nodes { kind by about at detail } } }',
    { kind: [kind] },
  );
  return data!.hubLog.nodes;
}

describe('the gateway alone', () => {
  test('closes the connections of an account that is locked, as the hub does, and refuses its tokens; others stay', async () => {
    const [token, other] = [await tokenOf('auditor-hohhot'), await tokenOf('auditor-region')];
    const [mine, others] = [subscribe(token), subscribe(other)];
    await Promise.all([mine.open, others.open]);
    const askedAt = performance.now();
    expect([await reasonOf(token), await ready()]).toEqual(['ACCEPTED', 200]);
    const questionMs = performance.now() - askedAt;
    await step('revokeAccount', { account: 'auditor-hohhot' });
    const lockedAt = performance.now();
    const { at, ...close } = await mine.closed;
    expect(close).toEqual({ code: 4403, reason: 'token ended' });
    expect(at - lockedAt).toBeLessThan(KNOWN_MS + QUESTIONS * questionMs);
    expect([await reasonOf(token), await reasonOf(other)]).toEqual(['TOKEN_ENDED', 'ACCEPTED']);
    const again = subscribe(token);
    expect(await again.closed).toMatchObject({ code: 4403 });
    await expect.poll(() => metric('gnomon_gateway_connections')).toBe(1);
    await others.client.dispose();
  });

  test('closes the connection of one token that is ended, and the account goes on with another', async () => {
    const [one, other] = [await tokenOf('agency-1'), await tokenOf('agency-1')];
    const [mine, beside] = [subscribe(one), subscribe(other)];
    await Promise.all([mine.open, beside.open]);
    await step('revokeToken', { tokenId: nameOf(one) });
    expect(await mine.closed).toMatchObject({ code: 4403, reason: 'token ended' });
    expect([await reasonOf(one), await reasonOf(other)]).toEqual(['TOKEN_ENDED', 'ACCEPTED']);
    await beside.client.dispose();
  });

  test('puts the first use of each token on record, once, also when its bearer asks a subgraph itself', async () => {
    const token = await tokenOf('partner-1');
    for (let times = 0; times < 3; times += 1) expect(await reasonOf(token)).toBe('ACCEPTED');
    await askGraph(running.get('registry')!.url, token, '{ registryAsOf { at } }');
    const mine = async () => (await acts('SIGNED_IN')).filter(({ about }) => about === nameOf(token));
    await vi.waitUntil(async () => (await mine()).length > 0, { timeout: 300_000, interval: 100 });
    // The registry writes within a second too; what it knew is waited for by a later sign-in at the same door.
    const later = await tokenOf('agency-2');
    await askGraph(running.get('registry')!.url, later, '{ registryAsOf { at } }');
    await vi.waitUntil(async () => (await acts('SIGNED_IN')).some(({ about }) => about === nameOf(later)), {
      ...{ timeout: 300_000, interval: 100 },
    });
    expect(await mine()).toMatchObject([{ by: 'partner-1', detail: { issuer: 'urn:gnomon:builtin' } }]);
    await expect.poll(() => metric('gnomon_gateway_sign_ins_waiting')).toBe(0);
  });

  test('puts refused tokens on record by their number; the log is whole', async () => {
    const forged = `${(await tokenOf('auditor-region')).slice(0, -6)}AAAAAA`;
    expect([await reasonOf(forged), await reasonOf(forged)]).toEqual(['TOKEN_SIGNATURE', 'TOKEN_SIGNATURE']);
    // Once a minute, and what is left at the stop.
    expect(await gateway.stop()).toBe(0);
    await startGateway();
    await vi.waitUntil(async () => (await acts('SIGN_IN_REFUSED')).length >= 2, { timeout: 300_000, interval: 100 });
    const counts = Object.fromEntries(
      (await acts('SIGN_IN_REFUSED')).map(({ detail }) => [detail.code as string, detail.count]),
    );
    expect(counts).toEqual({ TOKEN_SIGNATURE: 2, TOKEN_ENDED: 3 });
    const response = await fetch(new URL('/supervision/acts.ndjson', running.get('supervision')!.url), {
      headers: { authorization: `Bearer ${await tokenOf('audit-admin')}` },
    });
    const file = join(home, 'acts.ndjson');
    writeFileSync(file, await response.text());
    const key = join(home, 'identity', 'log-key.public.json');
    expect(await runCommand('packages/acts/src/main.ts', [file, '--key', key])).toMatchObject({ code: 0 });
  });

  test('hears from supervision who was locked while the registry is away', async () => {
    await stop('registry');
    const mine = subscribe(await tokenOf('auditor-region'));
    await mine.open;
    await lock('auditor-region');
    expect(await mine.closed).toMatchObject({ code: 4403, reason: 'token ended' });
    expect(await ready()).toBe(200);
  });

  test('knows what it knew while every subgraph is away, says so, and hears the rest when one is back', async () => {
    const token = await tokenOf('agency-3');
    const mine = subscribe(token);
    await mine.open;
    const port = await stop('supervision');
    await vi.waitUntil(async () => (await ready()) === 503, { timeout: 300_000 });
    await lock('agency-3');
    expect([await reasonOf(await tokenOf('auditor-hohhot')), await reasonOf(token)]).toEqual([
      'TOKEN_ENDED',
      'SUBGRAPH_UNAVAILABLE',
    ]);
    const [age, waiting] = ['gnomon_gateway_ended_news_age_seconds', 'gnomon_gateway_sign_ins_waiting'];
    const before = await metric(age);
    await vi.waitUntil(async () => (await metric(age)) > before, { timeout: 300_000 });
    expect(await metric(waiting)).toBeGreaterThan(0);
    await start('supervision', port);
    expect(await mine.closed).toMatchObject({ code: 4403, reason: 'token ended' });
    expect([await reasonOf(token), await ready()]).toEqual(['TOKEN_ENDED', 200]);
    await vi.waitUntil(async () => (await metric(waiting)) === 0, { timeout: 300_000, interval: 100 });
    await vi.waitUntil(async () => (await acts('SIGNED_IN')).some(({ about }) => about === nameOf(token)), {
      ...{ timeout: 300_000, interval: 100 },
    });
  });
});

/** Another process locks an account: the one where it is done is not the one that tells it. */
async function lock(account: string): Promise<void> {
  const entry: EndEntry = {
    kind: 'ACCOUNT_LOCKED',
    account,
    token: null,
    at: Date.now(),
    by: 'test',
    reason: '离岗停用',
  };
  await (await database.open('supervision')).transaction((tx) => recordEnd(tx, entry));
}
