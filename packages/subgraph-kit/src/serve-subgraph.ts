import type { AddressInfo } from 'node:net';
import { openDatabase, openFeed, provisionSchemas, resolveServer, runRelay } from '@gnomon/store';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAuthenticate } from './authenticate.ts';
import { runBackground } from './background.ts';
import { openEndedTokens } from './ended-tokens.ts';
import { type Environment, openLog, openTrust, readEnvironment } from './environment.ts';
import { serveGate } from './gate-door.ts';
import { serveGraphql } from './graphql-routes.ts';
import { hostSubgraph, type ServableSubgraph } from './host-subgraph.ts';
import { kitMetrics } from './metrics.ts';
import { createPartBook } from './part-health.ts';
import { openPublishedRules } from './published-rules.ts';
import { openFolderRules } from './rules-port.ts';
import { createSignIns } from './sign-ins.ts';
import type { SubgraphDefinition } from './types.ts';
import { openExpected } from './watch/expected-file.ts';

/** A subgraph's own server. */
export interface SubgraphServer {
  /** Address of the GraphQL endpoint, for example `http://127.0.0.1:4101/graphql`. */
  readonly url: string;
  readonly hosted: ServableSubgraph;
  close(): Promise<void>;
}

/**
 * What a subgraph's `main.ts` calls: serves it alone, from the environment, until SIGTERM or SIGINT. Says `ready` and the
 * address in one line on standard output; a fault at the start ends the process with its message.
 */
export async function serveSubgraph<Context extends object>(definition: SubgraphDefinition<Context>): Promise<void> {
  const opening = openSubgraphServer(definition, process.env);
  // Heard from the first moment: a stop during the start waits for what is being opened, and closes it.
  const stop = onceCalled(async () => {
    const server = await opening.catch(() => null);
    await server?.close();
  });
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  try {
    const server = await opening;
    process.stdout.write(`${definition.name} 已就绪 ready ${server.url}\n`);
  } catch (cause) {
    process.stderr.write(
      `${definition.name} 未能启动 could not start: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`,
    );
    process.exitCode = 1;
  }
}

/**
 * Opens database, rules, subgraph and server in this order, and closes them in the other.
 * @throws what the part at fault says; what was open before it is closed again.
 */
export async function openSubgraphServer<Context extends object>(
  definition: SubgraphDefinition<Context>,
  env: Environment,
): Promise<SubgraphServer> {
  const settings = readEnvironment(env, definition.port);
  const log = openLog(settings, definition.name);
  const closers: (() => Promise<unknown>)[] = [];
  const close = onceCalled(async () => {
    for (const one of closers.splice(0).reverse()) await one();
  });
  try {
    const seed = openFolderRules({ folder: settings.rulesFolder, log });
    const trust = await openTrust(settings);
    const postgres = await resolveServer(env, settings.postgresFolder, log);
    closers.push(() => postgres.stop());
    await provisionSchemas(postgres.url, [definition.schemaName]);
    const database = await openDatabase({
      url: postgres.url,
      schema: definition.schemaName,
      applicationName: `gnomon ${definition.name}`,
      log,
    });
    closers.push(() => database.close());

    const metrics = new Registry();
    collectDefaultMetrics({ register: metrics });
    const time = { now: () => Date.now() };
    const feed = openFeed(database);
    const ended = await openEndedTokens({ feed, log });
    const signIns = createSignIns(time);
    const authenticate = createAuthenticate({ ...trust, audience: definition.name, ended, signIns });
    const rules = await openPublishedRules({ seed, feed, time, log });
    const expected = openExpected(settings.rulesFolder);
    const told = { expected, keys: trust.keys, ended, logHeads: settings.logHeads };
    const ports = { database, feed, rules, time, log, metrics, ...told };
    const processHealth = createPartBook();
    const hosted = await hostSubgraph(definition, ports, { authenticate, processHealth });
    closers.push(() => hosted.close());
    const parts = [rules.part, ended.part, signIns.part(database)];
    const following = runBackground(definition.name, parts, log, kitMetrics(metrics), processHealth);
    closers.push(() => following.stop());

    const relay = new AbortController();
    const relaying = runRelay({ database, signal: relay.signal });
    closers.push(async () => {
      relay.abort();
      await relaying;
    });

    const app = fastify({
      loggerInstance: log as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit: 16 * 1_048_576,
    });
    closers.push(() => app.close());
    const graphql = await serveGraphql(app, hosted, authenticate, log, ended);
    closers.push(() => graphql.close());
    hosted.routes(app);
    const { assertions } = trust;
    if (assertions !== null) {
      const gate = serveGate(app, { name: definition.name, assertions, database, feed, time, log });
      closers.push(() => gate.close());
    }
    serveState(app, hosted, metrics, async () => {
      await database.sql`select 1`;
    });
    await app.listen({ port: settings.port, host: settings.host });
    const { port } = app.server.address() as AddressInfo;
    return { url: `http://${settings.host}:${port}/graphql`, hosted, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** `/health`: the process lives. `/ready`: database and background parts are well. `/metrics`: Prometheus. */
export function serveState(
  app: FastifyInstance,
  hosted: Pick<ServableSubgraph, 'name' | 'failing' | 'watcher'>,
  metrics: Registry,
  ping: () => Promise<void>,
): void {
  app.get('/health', async () => ({ status: 'ok', subgraph: hosted.name }));
  app.get('/ready', async (request, reply) => {
    const failing = [...hosted.failing];
    try {
      await ping();
    } catch (err) {
      request.log.warn({ err }, 'not ready: the database does not answer');
      failing.push('database');
    }
    reply.code(failing.length === 0 ? 200 : 503);
    const watch = hosted.watcher?.status() ?? null;
    return { status: failing.length === 0 ? 'ready' : 'not ready', subgraph: hosted.name, failing, watch };
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.metrics();
  });
}

/** Work that is done once, however often it is asked for. */
function onceCalled(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}
