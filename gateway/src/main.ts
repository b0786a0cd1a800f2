/** The gateway alone, over HTTP to subgraphs that run alone. In the hub's one process the hub makes the gateway itself. */
import type { AddressInfo } from 'node:net';
import { type Assertions, may } from '@gnomon/identity';
import fastify, { type FastifyInstance } from 'fastify';
import pino, { type Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Alone, openAlone } from './alone/open-alone.ts';
import { dashboardTexts } from './dashboard-documents.ts';
import { type GatewaySettings, openGatewayTrust, readGatewayEnvironment, trustedProxies } from './environment.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { readSupergraph, subgraphsOf } from './supergraph.ts';

/** Opens the gateway from the environment; gives its address and what closes it. @throws what the part at fault says; what was open is closed. */
export async function openGatewayServer(
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const settings = readGatewayEnvironment(env);
  const log = pino({ name: 'gateway', level: settings.logLevel }, pino.destination(2));
  const { verifier, assertions } = await openGatewayTrust(settings);
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const supergraphSdl = await readSupergraph();
  const doors = subgraphsOf(supergraphSdl).map(({ name, url }) => ({
    name,
    url: settings.subgraphUrls.get(name) ?? url,
  }));
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const alone = openAlone({ doors, verifier, assertions, log, metrics, now: () => Date.now() });
    closers.push(() => alone.close());
    const gateway = await joinSubgraphs(settings, { supergraphSdl, alone, assertions, log, metrics });
    const app: FastifyInstance = fastify(trustedProxies(env));
    closers.push(
      () => app.close(),
      () => gateway.close(),
    );
    await gateway.routes(app);
    serveState(app, gateway, alone, metrics);
    await alone.ready();
    await app.listen({ port: settings.port, host: settings.host });
    const { port } = app.server.address() as AddressInfo;
    return { url: `http://${settings.host}:${port}/graphql`, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function joinSubgraphs(
  settings: GatewaySettings,
  parts: {
    readonly supergraphSdl: string;
    readonly alone: Alone;
    readonly assertions: Assertions;
    readonly log: Logger;
    readonly metrics: Registry;
  },
): Promise<Gateway> {
  const { supergraphSdl, alone, assertions, log, metrics } = parts;
  return createGateway({
    supergraphSdl,
    subgraphs: [...settings.subgraphUrls].map(([name, url]) => ({ name, url })),
    authenticate: alone.authenticate,
    ended: alone.ended,
    assertion: ({ viewer, requestId }, audience) => assertions.sign(viewer, audience, requestId),
    documents: dashboardTexts(),
    mayIntrospect: ({ viewer }) => may(viewer, 'INTROSPECT'),
    log,
    metrics,
  });
}

/** `/health`: the process lives. `/ready`: it hears who was ended. `/metrics`: Prometheus. */
function serveState(app: FastifyInstance, gateway: Gateway, alone: Alone, metrics: Registry): void {
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const failing = alone.failing();
    reply.code(failing.length === 0 ? 200 : 503);
    return { status: failing.length === 0 ? 'ready' : 'not ready', failing, ...gateway.status() };
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
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
