import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAssertions } from '@gnomon/identity';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { readGatewayEnvironment } from '../src/environment.ts';
import { openGatewayServer } from '../src/main.ts';

const secret = 'x'.repeat(40);
const home = await mkdtemp(join(tmpdir(), 'gateway-'));
afterAll(() => rm(home, { recursive: true }));

describe('the gateway alone', () => {
  test('serves health, readiness, metrics and the composed graph, and names a subgraph that is away', async () => {
    const server = await openGatewayServer({
      PORT: '0',
      GNOMON_HOME: home,
      GNOMON_INTERNAL_SECRET: secret,
      GNOMON_SUBGRAPHS: 'registry=http://127.0.0.1:9/graphql',
      LOG_LEVEL: 'silent',
    });
    try {
      const get = async (path: string) => (await fetch(new URL(path, server.url))).text();
      expect(JSON.parse(await get('/health'))).toEqual({ status: 'ok' });
      // No subgraph is there to tell who was ended.
      expect((await fetch(new URL('/ready', server.url))).status).toBe(503);
      expect(JSON.parse(await get('/ready'))).toMatchObject({
        ...{ status: 'not ready', failing: ['ended tokens'], connections: 0 },
      });
      for (const metric of ['operation_seconds', 'ended_news_age_seconds', 'sign_in_reports_total', 'sign_ins_waiting'])
        expect(await get('/metrics')).toContain(`gnomon_gateway_${metric}`);
      const ask = async (query: string) =>
        (
          await fetch(server.url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
          })
        ).json();
      expect(await ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
      expect(await ask('{ divisions(first: 1) { edges { node { code } } } }')).toMatchObject({
        errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'registry' } }],
      });
    } finally {
      await server.close();
    }
  });

  test('that cannot start leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const PORT = String((taken.address() as AddressInfo).port);
    const before = process.getActiveResourcesInfo().length;
    const env = { GNOMON_HOME: home, GNOMON_INTERNAL_SECRET: secret, LOG_LEVEL: 'silent' };
    await expect(openGatewayServer({ ...env, PORT })).rejects.toThrow('EADDRINUSE');
    await vi.waitUntil(() => process.getActiveResourcesInfo().length <= before, { timeout: 300_000 });
    taken.close();
  });

  test.each([
    [{ PORT: 'x', GNOMON_INTERNAL_SECRET: secret }, 'PORT 应为'],
    [{}, 'GNOMON_INTERNAL_SECRET 应为'],
    [{ GNOMON_INTERNAL_SECRET: secret, GNOMON_SUBGRAPHS: 'registry' }, 'GNOMON_SUBGRAPHS 应为'],
    [{ GNOMON_INTERNAL_SECRET: secret, OIDC_ISSUER: 'https://issuer' }, 'OIDC_AUDIENCE 应为'],
  ])('refuses %j by the name of the variable', (env, message) => {
    expect(() => readGatewayEnvironment(env)).toThrow(message);
  });

  test('signs who asks so that a subgraph believes it', async () => {
    const assertions = createAssertions(secret);
    const token = await assertions.sign(null, 'registry', 'r1');
    expect(await assertions.verify(token, 'registry')).toEqual({ viewer: null, requestId: 'r1' });
    await expect(assertions.verify(token, 'supervision')).rejects.toThrow();
  });
});
