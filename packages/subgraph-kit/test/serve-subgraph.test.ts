import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, createAssertions, type Issuer, openIssuer, type Viewer } from '@gnomon/identity';
import { provisionSchemas } from '@gnomon/store';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import fc from 'fast-check';
import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSubgraphServer, type SubgraphServer } from '../src/serve-subgraph.ts';
import { toySubgraph } from './toy-subgraph.ts';

const SECRET = 'a secret that only the tests of this file hold';
const auditor: Account = {
  id: 'auditor-region',
  name: { zh: '审计', en: 'Auditor' },
  role: 'AUDITOR',
  tier: 'REGION',
  agency: null,
  division: '15',
  sources: [],
  purpose: null,
};
const { definition, world } = toySubgraph();
const home = mkdtempSync(join(tmpdir(), 'gnomon-serve-'));
let test: TestDatabase;
let server: SubgraphServer;
let issuer: Issuer;
let token: string;

beforeAll(async () => {
  test = await openTestDatabase({ toy: null });
  await provisionSchemas(test.url, ['toy']);
  server = await openSubgraphServer(definition, {
    DATABASE_URL: test.url,
    GNOMON_HOME: home,
    GNOMON_INTERNAL_SECRET: SECRET,
    PORT: '0',
    LOG_LEVEL: 'fatal',
  });
  issuer = await openIssuer(join(home, 'identity'));
  token = await issuer.issueToken(auditor, { ttlSeconds: 600 });
});
afterAll(async () => {
  await server.close();
  await test.close();
  rmSync(home, { recursive: true });
});

describe('over HTTP', () => {
  it('answers to a bearer token and to a gateway assertion made for it', async () => {
    expect(await ask('{ me }', `Bearer ${token}`)).toMatchObject({
      status: 200,
      body: { data: { me: 'auditor-region' } },
    });
    const assertion = await createAssertions(SECRET).sign({ ...auditor, expiresAt: Date.now() + 60_000 }, 'toy', 'r1');
    expect(await ask('{ me }', `Bearer ${assertion}`)).toMatchObject({ body: { data: { me: 'auditor-region' } } });
  });

  it('refuses other tokens by name, and never takes their bearer for nobody', async () => {
    const viewer: Viewer = { ...auditor, expiresAt: Date.now() + 60_000 };
    const refused = {
      malformed: 'Bearer x',
      'another key': `Bearer ${await (await openIssuer(mkdtempSync(join(home, 'other-')))).issueToken(auditor, { ttlSeconds: 60 })}`,
      expired: `Bearer ${await issuer.issueToken(auditor, { ttlSeconds: -60 })}`,
      'another subgraph': `Bearer ${await createAssertions(SECRET).sign(viewer, 'supervision', 'r1')}`,
      'another secret': `Bearer ${await createAssertions(`${SECRET} not`).sign(viewer, 'toy', 'r1')}`,
      'no bearer': 'Basic abc',
    };
    const codes: Record<string, unknown> = {};
    for (const [name, authorization] of Object.entries(refused)) {
      const { status, body } = await ask('{ add(a: 1, b: 1) }', authorization);
      expect([name, status, body.data]).toEqual([name, 401, undefined]);
      codes[name] = body.errors![0]!.extensions.code;
    }
    expect(codes).toEqual({
      malformed: 'UNAUTHENTICATED',
      'another key': 'UNAUTHENTICATED',
      expired: 'TOKEN_EXPIRED',
      'another subgraph': 'UNAUTHENTICATED',
      'another secret': 'UNAUTHENTICATED',
      'no bearer': 'UNAUTHENTICATED',
    });
    expect((await ask('{ me }')).body.errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('masks faults and hides schema hints', async () => {
    const broken = await ask('{ broken }', `Bearer ${token}`);
    expect(broken.body.errors![0]!.extensions.code).toBe('INTERNAL');
    expect(JSON.stringify(broken.body)).not.toContain('secret');
    expect(JSON.stringify((await ask('{ med }', `Bearer ${token}`)).body)).not.toContain('Did you mean');
  });

  it('answers whatever body comes, and lives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.record({ query: fc.string(), variables: fc.anything() }).map((body) => JSON.stringify(body)),
        ),
        async (body) => {
          const response = await fetch(server.url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          });
          await response.text();
          expect(response.status).toBeLessThan(500);
        },
      ),
      { numRuns: 60 },
    );
    expect((await fetch(server.url.replace('/graphql', '/health'))).status).toBe(200);
  });

  it('tells a resolver that its caller has gone, and not before', async () => {
    expect(await ask('{ gone(afterMs: 30) }')).toMatchObject({ body: { data: { gone: false } } });
    const cut = new AbortController();
    const body = JSON.stringify({ query: '{ gone(afterMs: 200) }' });
    const asked = fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: cut.signal,
    });
    setTimeout(() => cut.abort(), 50);
    await expect(asked).rejects.toThrow();
    await expect.poll(() => world.gone).toEqual([false, true]);
  });

  it('says health, readiness and metrics', async () => {
    const at = (path: string) => fetch(server.url.replace('/graphql', path));
    expect(await (await at('/health')).json()).toEqual({ status: 'ok', subgraph: 'toy' });
    expect(await (await at('/ready')).json()).toMatchObject({
      ...{ status: 'ready', subgraph: 'toy', failing: [] },
      watch: { lookedAt: expect.any(Number), alarms: {} },
    });
    expect(await (await at('/metrics')).text()).toContain('gnomon_subgraph_operations_total');
  });
});

describe('over WebSocket', () => {
  it('streams events with cursors and ends the source when the client goes', async () => {
    const client = connect(token);
    const stream = client.iterate({ query: 'subscription { ticks(after: "6") }' });
    expect((await stream.next()).value).toEqual({ data: { ticks: 7 }, extensions: { cursor: '7' } });
    await expect.poll(() => world.events.listenerCount('tick')).toBe(1);
    const next = stream.next();
    world.events.emit('tick', 9);
    expect((await next).value).toEqual({ data: { ticks: 9 }, extensions: { cursor: '9' } });
    await client.dispose();
    await expect.poll(() => world.open.size).toBe(0);
  });

  it('tells a cursor that its feed does not have by name, as the last word of that stream alone', async () => {
    const client = connect(token);
    const stream = client.iterate({ query: 'subscription { ticks(after: "beyond") }' });
    expect((await stream.next()).value).toMatchObject({ errors: [{ extensions: { code: 'BAD_CURSOR' } }] });
    expect(await stream.next()).toMatchObject({ done: true });
    const other = client.iterate({ query: 'subscription { ticks(after: "6") }' });
    expect((await other.next()).value).toMatchObject({ data: { ticks: 7 } });
    await client.dispose();
  });

  it('answers queries too, with refusals as they are', async () => {
    const client = connect(token);
    const { value } = await client.iterate({ query: '{ me forbidden }' }).next();
    expect(value).toMatchObject({
      data: { me: 'auditor-region', forbidden: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    await client.dispose();
  });

  it('closes a connection whose token is refused or runs out', async () => {
    expect(await closing({ authorization: 'Bearer x' })).toEqual([4403, 'TOKEN_MALFORMED']);
    const short = await issuer.issueToken(auditor, { ttlSeconds: 1 });
    expect(await closing({ authorization: `Bearer ${short}` })).toEqual([4403, 'token expired']);
  });

  it('closes a connection that speaks nonsense, and lives', async () => {
    for (const message of [
      '',
      '{',
      'null',
      '{"type":"connection_init"}{',
      randomBytes(40).toString('latin1'),
      JSON.stringify({ type: 'subscribe', id: '1' }),
    ]) {
      const socket = new WebSocket(server.url.replace('http', 'ws'), 'graphql-transport-ws');
      socket.on('open', () => socket.send(message));
      const [code] = await new Promise<[number]>((resolve) => socket.on('close', (closed) => resolve([closed])));
      expect(code).toBeGreaterThanOrEqual(4400);
    }
    expect((await fetch(server.url.replace('/graphql', '/health'))).status).toBe(200);
  });
});

it('names what is wrong in the environment', async () => {
  for (const [env, message] of [
    [{ PORT: 'x' }, /PORT.*"x"/],
    [{ OIDC_ISSUER: 'https://id.example' }, /OIDC_AUDIENCE/],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL.*"loud"/],
    [{ GNOMON_INTERNAL_SECRET: 'short', GNOMON_HOME: home }, /GNOMON_INTERNAL_SECRET.*32/],
  ] as const) {
    await expect(openSubgraphServer(definition, { DATABASE_URL: test.url, ...env })).rejects.toThrow(message);
  }
});

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

async function ask(query: string, authorization?: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

function connect(bearer: string): Client {
  return createClient({
    url: server.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${bearer}` },
  });
}

function closing(payload: Record<string, unknown>): Promise<[number, string]> {
  const socket = new WebSocket(server.url.replace('http', 'ws'), 'graphql-transport-ws');
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  return new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, reason.toString()])));
}
