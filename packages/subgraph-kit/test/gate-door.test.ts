import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { createAssertions, GATE_PATHS, gateAudience, openIssuer } from '@gnomon/identity';
import { type Database, openFeed, provisionSchemas, relayOnce } from '@gnomon/store';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ActPayload, recordEnd } from '../src/index.ts';
import { openSubgraphServer, type SubgraphServer } from '../src/serve-subgraph.ts';
import { toySubgraph } from './toy-subgraph.ts';

const SECRET = 'a secret that only the tests of this file hold';
const assertions = createAssertions(SECRET);
const GRACE_MS = 10_000;
const home = mkdtempSync(join(tmpdir(), 'gnomon-gate-'));
let world: TestDatabase;
let server: SubgraphServer;
let database: Database;
beforeAll(async () => {
  world = await openTestDatabase({ toy: null });
  await provisionSchemas(world.url, ['toy']);
  const env = { DATABASE_URL: world.url, GNOMON_HOME: home, PORT: '0', LOG_LEVEL: 'fatal' };
  server = await openSubgraphServer(toySubgraph().definition, { ...env, GNOMON_INTERNAL_SECRET: SECRET });
  database = await world.open('toy');
});
afterAll(async () => {
  await server.close();
  await world.close();
  rmSync(home, { recursive: true });
});

const gateway = async (): Promise<string> => `Bearer ${await assertions.sign(null, gateAudience('toy'), 'r')}`;
async function knock(path: string, authorization: string | null, body?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) };
  return fetch(new URL(path, server.url), { method: body === undefined ? 'GET' : 'POST', headers, body: body ?? null });
}
async function acts(): Promise<readonly ActPayload[]> {
  await relayOnce(database);
  return (await openFeed(database).read('acts', null, 1000)).map(({ payload }) => payload as ActPayload);
}
const REPORT = {
  id: 'report-1',
  batch: {
    signIns: [
      { account: 'a', role: 'AGENCY', tier: null, division: null, token: 't-1', issuer: 'i', at: 1000, until: 2000 },
    ],
    ...{ refused: { TOKEN_EXPIRED: 2 }, dropped: 3 },
  },
};

test('the door opens to the gateway alone: not without an assertion, nor with one for requests, nor with a token', async () => {
  const token = await (await openIssuer(join(home, 'identity'))).issueToken(
    {
      ...{ id: 'operator', name: { zh: '系统', en: 'System' }, role: 'OPERATOR', tier: null, agency: null },
      ...{ division: null, sources: [], purpose: null },
    },
    { ttlSeconds: 60 },
  );
  const others = [
    null,
    'Basic abc',
    `Bearer ${token}`,
    `Bearer ${await assertions.sign(null, 'toy', 'r')}`,
    `Bearer ${await assertions.sign(null, gateAudience('shop'), 'r')}`,
    `Bearer ${await createAssertions(`${SECRET} not`).sign(null, gateAudience('toy'), 'r')}`,
  ];
  for (const authorization of others) {
    expect((await knock(GATE_PATHS.ended, authorization)).status).toBe(401);
    expect((await knock(GATE_PATHS.signIns, authorization, JSON.stringify(REPORT))).status).toBe(401);
  }
  expect(await acts()).toEqual([]);
});

test('what is no report is refused as such, and nothing of it is on record', async () => {
  for (const body of ['', '{', '[]', '"x"', 'null', '{"id":"r"}', JSON.stringify({ ...REPORT, batch: { signIns: 1 } })])
    expect([body, (await knock(GATE_PATHS.signIns, await gateway(), body)).status]).toEqual([body, 400]);
  expect(await acts()).toEqual([]);
});

test('a report is on record once, however often it comes, also at once', async () => {
  const answers = await Promise.all(
    [1, 2, 3].map(async () => knock(GATE_PATHS.signIns, await gateway(), JSON.stringify(REPORT))),
  );
  for (const answer of answers) expect([answer.status, await answer.json()]).toEqual([200, { told: 'report-1' }]);
  expect((await acts()).map(({ kind, by, about, detail }) => [kind, by, about, detail])).toEqual([
    ['SIGNED_IN', 'a', 't-1', { issuer: 'i' }],
    ['SIGN_IN_REFUSED', 'hub', null, { code: 'TOKEN_EXPIRED', count: 2 }],
    ['SIGN_INS_DROPPED', 'hub', null, { count: 3 }],
  ]);
});

test('the news are all that stands, a mark, and each new step; they end with the server', async () => {
  const lock = (account: string) =>
    database.transaction((tx) =>
      recordEnd(tx, { kind: 'ACCOUNT_LOCKED', account, token: null, at: 1, by: 'security-admin', reason: '离岗停用' }),
    );
  await lock('a');
  await relayOnce(database);
  const { body } = await knock(GATE_PATHS.ended, await gateway());
  const lines = createInterface({ input: Readable.fromWeb(body as ReadableStream) })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    return done === true ? 'the end' : JSON.parse(value);
  };
  expect(await next()).toMatchObject({ ended: { account: 'a' } });
  expect(await next()).toEqual({ told: true });
  await lock('b');
  let line = await next();
  while (JSON.stringify(line) === '{}') line = await next();
  expect(line).toMatchObject({ ended: { account: 'b' } });
  const begin = performance.now();
  void server.close();
  while (line !== 'the end') line = await next();
  // Apollo Server gives what is open ten seconds of grace, and then cuts it.
  expect(performance.now() - begin).toBeLessThan(GRACE_MS);
});
