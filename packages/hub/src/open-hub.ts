import type { AddressInfo } from 'node:net';
import { subgraph as bundles } from '@gnomon/bundles';
import { subgraph as centres } from '@gnomon/centres';
import { subgraph as engineering } from '@gnomon/engineering';
import { createGateway, type Gateway, readSupergraph, trustedProxies } from '@gnomon/gateway';
import { dashboardTexts } from '@gnomon/gateway/dashboard';
import { may, type Viewer } from '@gnomon/identity';
import { subgraph as licences } from '@gnomon/licences';
import { subgraph as registry } from '@gnomon/registry';
import { subgraph as reviews } from '@gnomon/reviews';
import {
  type Database,
  type Feed,
  openDatabase,
  openFeed,
  provisionSchemas,
  relayOnce,
  resolveServer,
  runRelay,
  type TimeSource,
} from '@gnomon/store';
import {
  type AlarmEvent,
  createAuthenticate,
  createPartBook,
  createSignIns,
  type EndedTokens,
  hostSubgraph,
  kitMetrics,
  openEndedTokens,
  openExpected,
  openFolderRules,
  openLog,
  openPublishedRules,
  openTrust,
  type PartHealth,
  type PublishedRules,
  runBackground,
  type ServableSubgraph,
  type Settings,
  type SubgraphDefinition,
  WATCH_STREAM,
} from '@gnomon/subgraph-kit';
import { subgraph as supervision } from '@gnomon/supervision';
import { subgraph as workItems } from '@gnomon/work-items';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { ROW_DOMAINS } from './domains.ts';

/**
 * Every subgraph, in the order in which they open and settle: the registry first, since the others follow what it publishes; then work
 * items, whose milestones the other domains follow; supervision, which follows all of them, last.
 */
export const SUBGRAPHS: readonly SubgraphDefinition<object>[] = [
  registry,
  workItems,
  licences,
  reviews,
  bundles,
  engineering,
  centres,
  supervision,
] as readonly SubgraphDefinition<object>[];

/** The whole hub in one process. */
export interface Hub {
  /** Address of the graph, for example `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly gateway: Gateway;
  /** The rules in force: those of the folder, with what was published since; `reload` reads the folder again. */
  readonly rules: PublishedRules;
  readonly log: Logger;
  /** A subgraph by name. @throws {RangeError} for a name that is not one. */
  subgraph(name: string): ServableSubgraph;
  /**
   * Lets timers, relay and followers do all that is due at the present time: for settable time. What the background does by
   * itself in `start` happens here and now, in order.
   */
  settle(): Promise<void>;
  /** Lets every subgraph look once whether all that must run does, and gives what was raised and cleared: for settable time. */
  watch(): Promise<readonly AlarmEvent[]>;
  close(): Promise<void>;
}

/** What differs between `start`, tests and benches. */
export interface HubOptions {
  readonly settings: Settings;
  /** `DATABASE_URL` wins over the embedded server; a test gives the address of a database of its own. */
  readonly databaseUrl?: string;
  readonly time?: TimeSource;
  /** False: nothing runs by itself; `settle` drives timers, relay and followers. */
  readonly background?: boolean;
  /** The process's clock as the watch compares it with the database's. Default `Date.now`. */
  readonly wallClock?: () => number;
  /** The clock by which it is told that a part hangs. Default `performance.now`. */
  readonly monotonic?: () => number;
  /** False: no port is opened; the gateway answers in this process only. */
  readonly listen?: boolean;
  readonly log?: Logger;
  /** Connections of each subgraph's pool, or of the pool of the one that is named. */
  readonly connections?: number | ((subgraph: string) => number);
  /** Hears the text of each SQL statement of the subgraphs: for tests that count them. */
  readonly onStatement?: (text: string) => void;
}

/**
 * Opens everything in one process: database, rules, subgraphs, relay, gateway, server; closes it in the other order.
 * @throws what the part at fault says; what was open before it is closed again.
 */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { settings } = options;
  const log = options.log ?? openLog(settings, 'gnomon');
  const background = options.background ?? true;
  const closers: (() => Promise<unknown>)[] = [];
  const close = once(async () => {
    for (const one of closers.splice(0).reverse()) await one();
  });
  try {
    const seed = openFolderRules({ folder: settings.rulesFolder, log });
    const expected = openExpected(settings.rulesFolder);
    const trust = await openTrust(settings);
    const server =
      options.databaseUrl === undefined
        ? await resolveServer(process.env, settings.postgresFolder, log)
        : { url: options.databaseUrl, stop: async () => {} };
    closers.push(() => server.stop());
    await provisionSchemas(
      server.url,
      SUBGRAPHS.map((definition) => definition.schemaName),
    );
    const metrics = new Registry();
    collectDefaultMetrics({ register: metrics });
    const time = options.time ?? { now: () => Date.now() };
    let ended: EndedTokens | null = null;
    const signIns = createSignIns(time);
    const authenticate = createAuthenticate({
      ...trust,
      audience: 'hub',
      ended: { isEnded: (viewer) => ended?.isEnded(viewer) === true },
      signIns,
    });

    const hosted: ServableSubgraph[] = [];
    // What the process runs beside its subgraphs; the first of them reports it as its own.
    const processHealth = createPartBook(options.monotonic);
    const databases: Database[] = [];
    let rules: PublishedRules | null = null;
    for (const definition of SUBGRAPHS) {
      const database = await openDatabase({
        url: server.url,
        schema: definition.schemaName,
        applicationName: `gnomon ${definition.name}`,
        log,
        ...poolOf(options.connections, definition.name),
        ...(options.onStatement === undefined ? {} : { onStatement: options.onStatement }),
      });
      databases.push(database);
      closers.push(() => database.close());
      // One session hears the notifications for all: what each reads, it reads by itself.
      const feed = openFeed({ sql: database.sql, log, listen: (databases[0] as Database).listen });
      rules ??= await openPublishedRules({ seed, feed, time, log });
      ended ??= await openEndedTokens({ feed, log });
      const told = { expected, keys: trust.keys, ended, logHeads: settings.logHeads };
      const ports = { database, feed, rules, time, log, metrics, ...told };
      const clock = {
        ...(options.wallClock === undefined ? {} : { wallClock: options.wallClock }),
        ...(options.monotonic === undefined ? {} : { monotonic: options.monotonic }),
      };
      const beside = hosted.length === 0 ? { processHealth } : {};
      const one = await hostSubgraph(definition, ports, { authenticate, background, ...clock, ...beside });
      hosted.push(one);
      closers.push(() => one.close());
    }
    const law = rules as PublishedRules;
    const accounts = ended as EndedTokens;
    const signedIn = signIns.part(databases[0] as Database);
    const parts = background ? [law.part, accounts.part, signedIn] : [];
    const following = runBackground('hub', parts, log, kitMetrics(metrics), processHealth);
    closers.push(() => following.stop());
    if (background) closers.push(startRelay(databases[0] as Database));

    const gateway = await createGateway({
      supergraphSdl: await readSupergraph(),
      subgraphs: hosted.map((one) => ({ name: one.name, hosted: one })),
      authenticate,
      ended: accounts,
      mayIntrospect: (context) => may(context.viewer, 'INTROSPECT'),
      documents: dashboardTexts(),
      acknowledgement: (context) => newestCursors(openFeed(databases[0] as Database), context.viewer),
      log,
      metrics,
    });
    const closeGateway = once(() => gateway.close());
    closers.push(closeGateway);

    let url = '';
    if (options.listen !== false) {
      const app = await serve({
        ...{ settings, log, gateway, hosted, processHealth, metrics },
        database: databases[0] as Database,
      });
      // Together: the server does not end before its WebSockets do, and those are the gateway's.
      closers.push(() => Promise.all([app.close(), closeGateway()]));
      const { port } = app.server.address() as AddressInfo;
      url = `http://${settings.host}:${port}/graphql`;
    }
    return {
      url,
      databaseUrl: server.url,
      gateway,
      rules: law,
      log,
      subgraph: (name) => {
        const found = hosted.find((one) => one.name === name);
        if (found === undefined)
          throw new RangeError(`subgraph ${name}: one of ${hosted.map((one) => one.name).join(', ')} was expected`);
        return found;
      },
      async settle() {
        // A timer writes to the outbox, the relay moves it, a follower reads it and may arm another timer.
        for (let moved = 1; moved > 0; ) {
          // Before any timer: what falls due is judged by the rules of its own instant.
          moved =
            Number(await law.part.settle()) + Number(await accounts.part.settle()) + Number(await signedIn.settle());
          for (const one of hosted) {
            await one.settle();
            moved += await relayOnce(databases[0] as Database);
          }
        }
      },
      async watch() {
        const events: AlarmEvent[] = [];
        for (const { watcher } of hosted) await watcher?.report();
        for (const { watcher } of hosted) events.push(...((await watcher?.look()) ?? []));
        await relayOnce(databases[0] as Database);
        return events;
      },
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function poolOf(connections: HubOptions['connections'], subgraph: string): { readonly max?: number } {
  if (connections === undefined) return {};
  return { max: typeof connections === 'number' ? connections : connections(subgraph) };
}

/** The newest cursor of each subscription field, so that a client that is cut before its first event can resume from there. */
async function newestCursors(feed: Feed, viewer: Viewer | null): Promise<Readonly<Record<string, unknown>>> {
  if (!may(viewer, 'READ_FEED')) return {};
  const streams = [
    ['supervisionFeed', 'supervision'],
    ['watchFeed', WATCH_STREAM],
    ...Object.entries(ROW_DOMAINS).map(([name, { signals }]) => [signals, name]),
  ];
  const heads = await Promise.all(streams.map(async ([field, stream]) => [field, await feed.head(stream as string)]));
  return { cursors: Object.fromEntries(heads) as Record<string, string | null> };
}

function startRelay(database: Database): () => Promise<void> {
  const stop = new AbortController();
  const running = runRelay({ database, signal: stop.signal });
  return async () => {
    stop.abort();
    await running;
  };
}

async function serve(parts: {
  settings: Settings;
  log: Logger;
  gateway: Gateway;
  hosted: readonly ServableSubgraph[];
  processHealth: PartHealth;
  metrics: Registry;
  database: Database;
}): Promise<FastifyInstance> {
  const { settings, log, gateway, hosted, processHealth, metrics, database } = parts;
  const app = fastify({
    ...trustedProxies(process.env),
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 16 * 1_048_576,
    forceCloseConnections: true,
  });
  await gateway.routes(app);
  for (const one of hosted) one.routes(app);
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (request, reply) => {
    const failing = [
      ...[...processHealth.failing].map((part) => `hub: ${part}`),
      ...hosted.flatMap((one) => [...one.failing].map((part) => `${one.name}: ${part}`)),
    ];
    try {
      await database.sql`select 1`;
    } catch (err) {
      request.log.warn({ err }, 'not ready: the database does not answer');
      failing.push('database');
    }
    reply.code(failing.length === 0 ? 200 : 503);
    const watch = watchOf(hosted);
    return { status: failing.length === 0 ? 'ready' : 'not ready', failing, watch, ...gateway.status() };
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.metrics();
  });
  await app.listen({ port: settings.port, host: settings.host });
  return app;
}

/** What is watched, since when nobody has looked, and what the hub cannot see: alarms are the whole hub's, so any watcher tells them. */
function watchOf(hosted: readonly ServableSubgraph[]) {
  const all = hosted.map(({ name, watcher }) => ({ name, lookedAt: watcher?.status().lookedAt ?? null, watcher }));
  const newest = all.toSorted((a, b) => (b.lookedAt ?? 0) - (a.lookedAt ?? 0))[0];
  return {
    // Whoever asks from outside lays his own clock beside it: since then the hub is blind.
    watchedTo: instantText(newest?.watcher?.status().watchedTo ?? null),
    watched: all.filter(({ lookedAt }) => lookedAt !== null).map(({ name }) => name),
    notYet: all.filter(({ lookedAt }) => lookedAt === null).map(({ name }) => name),
    blind: newest?.watcher?.status().alarms ?? {},
  };
}

function instantText(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}
