import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { migrate } from '@gnomon/store';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  GraphQLScalarType,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { runBackground, settleParts } from './background.ts';
import { maskResult } from './mask-errors.ts';
import { kitMetrics } from './metrics.ts';
import { createPartBook, type PartHealth } from './part-health.ts';
import { guardReferences } from './references.ts';
import { sharedScalars } from './scalars.ts';
import { answerStream } from './subscription.ts';
import { traced } from './tracing.ts';
import type { HostedSubgraph, OpenSubgraph, Ports, RequestContext, SubgraphDefinition } from './types.ts';
import { createWatcher, type Watcher } from './watch/watcher.ts';

/** How a subgraph is hosted. */
export interface HostOptions {
  /** Makes the request context of extra HTTP routes; needed when the subgraph has any. */
  readonly authenticate?: (authorization: string | undefined) => Promise<RequestContext>;
  /** False leaves timers and followers to `settle`: for settable time. Default true. */
  readonly background?: boolean;
  /** The process's clock as the watch compares it with the database's. Default `Date.now`. */
  readonly wallClock?: () => number;
  /** The clock by which it is told that a part hangs. Default `performance.now`. */
  readonly monotonic?: () => number;
  /** How parts of the process do that belong to no subgraph; its watch tells them with its own. */
  readonly processHealth?: PartHealth;
}

/** A hosted subgraph with what a server of its own needs beside. */
export interface ServableSubgraph extends HostedSubgraph {
  contextOf(request: RequestContext): object;
  /** Names of background parts in trouble; empty when all is well. */
  readonly failing: ReadonlySet<string>;
  /** Its watch over itself and the hub; null where it was opened without a record of what is expected. */
  readonly watcher: Watcher | null;
}

interface Request {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly context: RequestContext;
}

/**
 * Opens a subgraph in this process: migrates its schema, opens it, builds its GraphQL schema and starts its background
 * parts.
 *
 * @throws when a migration is refused or the subgraph cannot open; nothing is left running then.
 */
export async function hostSubgraph<Context extends object>(
  definition: SubgraphDefinition<Context>,
  ports: Ports,
  options: HostOptions = {},
): Promise<ServableSubgraph> {
  const { name } = definition;
  const log = ports.log.child({ subgraph: name });
  const metrics = kitMetrics(ports.metrics);
  await migrate(ports.database, definition.migrations);
  const open = await definition.open({ ...ports, log });
  const schema = await closingOnError(open, () => schemaOf(definition, open));
  const parts = options.background === false ? [] : open.background;
  const book = createPartBook(options.monotonic);
  const watcher = openWatcher(definition.name, { ...ports, log }, open, book, options);
  const watching = watcher === null || options.background === false ? parts : [...parts, watcher.part];
  const background = runBackground(name, watching, log, metrics, book);
  const problemsOf = createValidator(schema);
  const streams = new Set<AbortController>();

  const argsOf = (request: Request, context: RequestContext): ExecutionArgs => ({
    schema,
    document: request.document,
    variableValues: request.variables,
    contextValue: open.context(context),
    ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
  });

  return {
    name,
    schema,
    typeDefs: definition.typeDefs,
    failing: book.failing,
    watcher,
    contextOf: (request) => open.context(request),
    async execute(request) {
      const errors = problemsOf(request.document);
      if (errors.length > 0) return { errors };
      const stopTimer = metrics.seconds.startTimer({ subgraph: name, kind: 'operation' });
      const result = await traced(name, request.operationName, async () =>
        maskResult(await execute(argsOf(request, request.context)), log),
      );
      stopTimer();
      metrics.operations.inc({
        subgraph: name,
        kind: 'operation',
        outcome: result.errors === undefined ? 'ok' : 'error',
      });
      return result;
    },
    async subscribe(request) {
      const errors = problemsOf(request.document);
      if (errors.length > 0) return { errors };
      const stop = new AbortController();
      const { signal } = request.context;
      if (signal?.aborted === true) stop.abort();
      signal?.addEventListener('abort', () => stop.abort(), { once: true, signal: stop.signal });
      const context = { ...request.context, signal: stop.signal };
      const finish = (result: ExecutionResult) => {
        metrics.events.inc({ subgraph: name });
        return maskResult(result, log);
      };
      streams.add(stop);
      metrics.subscriptions.inc({ subgraph: name });
      stop.signal.addEventListener('abort', () => {
        streams.delete(stop);
        metrics.subscriptions.dec({ subgraph: name });
      });
      const stream = await answerStream(argsOf(request, context), stop, finish);
      if (!(Symbol.asyncIterator in stream)) stop.abort();
      return stream;
    },
    routes(app) {
      if (open.routes === undefined) return;
      if (options.authenticate === undefined) {
        throw new Error(`subgraph ${name} has HTTP routes: hostSubgraph needs \`authenticate\` to open them`);
      }
      open.routes(app, options.authenticate);
    },
    async settle() {
      await settleParts(open.background);
    },
    async close() {
      for (const stop of streams) stop.abort();
      await background.stop();
      await open.close();
    },
  };
}

/** Documents are parsed by the caller and validated once each: a plan's fetch is the same object every time. */
function createValidator(schema: GraphQLSchema): (document: DocumentNode) => readonly GraphQLError[] {
  const known = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return (document) => {
    let errors = known.get(document);
    if (errors === undefined) {
      errors = validate(schema, document);
      known.set(document, errors);
    }
    return errors;
  };
}

function schemaOf<Context extends object>(
  definition: SubgraphDefinition<Context>,
  open: OpenSubgraph<Context>,
): GraphQLSchema {
  // Places in the text are of no use once it has been composed, and they hold every token of it.
  const typeDefs = parse(definition.typeDefs, { noLocation: true });
  const declared = new Set(
    typeDefs.definitions.flatMap((node) => (node.kind === 'ScalarTypeDefinition' ? [node.name.value] : [])),
  );
  const scalars = Object.fromEntries(Object.entries(sharedScalars).filter(([name]) => declared.has(name)));
  const resolvers = { ...scalars, ...open.resolvers } as GraphQLResolverMap<unknown>;
  const schema = buildSubgraphSchema([{ typeDefs, resolvers }]);
  guardReferences(schema, typeDefs);
  for (const name of Object.keys(scalars)) {
    if (!(schema.getType(name) instanceof GraphQLScalarType))
      throw new Error(`subgraph ${definition.name}: ${name} is declared but is no scalar`);
  }
  return schema;
}

function openWatcher<Context extends object>(
  subgraph: string,
  ports: Ports,
  open: OpenSubgraph<Context>,
  own: PartHealth,
  { wallClock, processHealth }: HostOptions,
): Watcher | null {
  const { expected } = ports;
  if (expected === undefined) return null;
  const clock = wallClock === undefined ? {} : { wallClock };
  const health = processHealth === undefined ? [own] : [own, processHealth];
  return createWatcher({ subgraph, ports: { ...ports, expected }, open, health, ...clock });
}

async function closingOnError<T>(open: { close(): Promise<void> }, work: () => T): Promise<T> {
  try {
    return work();
  } catch (cause) {
    await open.close();
    throw cause;
  }
}
