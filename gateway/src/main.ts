/** The gateway alone, over HTTP to subgraphs that run alone. In the hub's one process the hub makes the gateway itself. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  bearerToken,
  createSignInBook,
  may,
  type SignInBook,
  scopeOf,
  TokenRefused,
  type Verifier,
} from '@gnomon/identity';
import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { knockWith } from './alone/doors.ts';
import { type EndedNews, followEnded } from './alone/ended-news.ts';
import { aloneMetrics } from './alone/metrics.ts';
import { reportSignIns } from './alone/sign-in-reports.ts';
import { dashboardTexts } from './dashboard-documents.ts';
import { openGatewayTrust, readGatewayEnvironment, trustedProxies } from './environment.ts';
import { createGateway } from './gateway.ts';
import type { GatewayOptions } from './options.ts';
import { readSupergraph, subgraphsOf } from './supergraph.ts';

/** Opens the gateway from the environment; gives its address and what closes it. */
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
  const knock = knockWith(assertions);
  const now = () => Date.now();
  const book = createSignInBook();
  const ended = followEnded({ doors, knock, log, now });
  const counts = aloneMetrics(metrics, ended, now);
  const reports = reportSignIns({ doors, knock, book, log, onReport: counts.reported });
  counts.waiting(() => reports.waiting);
  const gateway = await createGateway({
    supergraphSdl,
    subgraphs: [...settings.subgraphUrls].map(([name, url]) => ({ name, url })),
    authenticate: authenticateAlone({ verifier, ended, book, now }),
    ended,
    assertion: ({ viewer, requestId }, audience) => assertions.sign(viewer, audience, requestId),
    documents: dashboardTexts(),
    mayIntrospect: ({ viewer }) => may(viewer, 'INTROSPECT'),
    log,
    metrics,
  });
  const app: FastifyInstance = fastify(trustedProxies(env));
  await gateway.routes(app);
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    // Nobody is heard: there is nothing to be shown either, and who was ended meanwhile is not known.
    const failing = ended.isHeard ? [] : ['ended tokens'];
    reply.code(failing.length === 0 ? 200 : 503);
    return { status: failing.length === 0 ? 'ready' : 'not ready', failing, ...gateway.status() };
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  await ended.firstRound;
  await app.listen({ port: settings.port, host: settings.host });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${settings.host}:${port}/graphql`,
    async close() {
      await gateway.close();
      await app.close();
      await ended.close();
      await reports.close();
    },
  };
}

/** Who comes: a token that holds and was not ended. Its first use, and each refusal, is noted. */
function authenticateAlone(parts: {
  readonly verifier: Verifier;
  readonly ended: Pick<EndedNews, 'isEnded'>;
  readonly book: SignInBook;
  now(): number;
}): GatewayOptions['authenticate'] {
  const { verifier, ended, book, now } = parts;
  return async (authorization) => {
    try {
      const token = bearerToken(authorization);
      const viewer = token === null ? null : await verifier.verify(token);
      if (viewer !== null && ended.isEnded(viewer)) throw new TokenRefused('TOKEN_ENDED');
      if (viewer !== null) book.accepted(viewer, now());
      return { viewer, scope: scopeOf(viewer), requestId: randomUUID() };
    } catch (cause) {
      if (cause instanceof TokenRefused) book.refused(cause.code);
      throw cause;
    }
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
