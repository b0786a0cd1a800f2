/** The gateway alone, over HTTP to subgraphs that run alone. In the hub's one process the hub makes the gateway itself. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { bearerToken, may, scopeOf } from '@gnomon/identity';
import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { dashboardTexts } from './dashboard-documents.ts';
import { openGatewayTrust, readGatewayEnvironment, trustedProxies } from './environment.ts';
import { createGateway } from './gateway.ts';
import { readSupergraph } from './supergraph.ts';

/** Opens the gateway from the environment; gives its address and what closes it. */
export async function openGatewayServer(
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const settings = readGatewayEnvironment(env);
  const log = pino({ name: 'gateway', level: settings.logLevel }, pino.destination(2));
  const { verifier, assertions } = await openGatewayTrust(settings);
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const gateway = await createGateway({
    supergraphSdl: await readSupergraph(),
    subgraphs: [...settings.subgraphUrls].map(([name, url]) => ({ name, url })),
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      const viewer = token === null ? null : await verifier.verify(token);
      return { viewer, scope: scopeOf(viewer), requestId: randomUUID() };
    },
    assertion: ({ viewer, requestId }, audience) => assertions.sign(viewer, audience, requestId),
    documents: dashboardTexts(),
    mayIntrospect: ({ viewer }) => may(viewer, 'INTROSPECT'),
    log,
    metrics,
  });
  const app: FastifyInstance = fastify(trustedProxies(env));
  await gateway.routes(app);
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async () => ({ status: 'ready', ...gateway.status() }));
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  await app.listen({ port: settings.port, host: settings.host });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${settings.host}:${port}/graphql`,
    async close() {
      await gateway.close();
      await app.close();
    },
  };
}

if (import.meta.main) {
  try {
    const server = await openGatewayServer(process.env);
    const stop = () => void server.close();
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    console.log(`gateway 已就绪 ready ${server.url}`);
  } catch (cause) {
    console.error(`gateway 未能启动 could not start: ${(cause as Error).message}`);
    process.exitCode = 1;
  }
}
