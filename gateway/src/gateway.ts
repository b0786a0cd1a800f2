import type { FastifyInstance } from 'fastify';
import { type DocumentNode, GraphQLError } from 'graphql';
import { refusedByAccess } from './access.ts';
import { CLOCK_DOCUMENT } from './http/clock/clock-answer.ts';
import { clockRoutes } from './http/clock/clock-routes.ts';
import { CLOCK_FIELD, createHttpEdge } from './http/http-edge.ts';
import { createRate, type RateLimit } from './http/rate.ts';
import { asksForSchema } from './introspection.ts';
import { DEFAULT_LIMITS, type Limits, refusedByLimits } from './limits.ts';
import { createGatewayMetrics } from './metrics.ts';
import type { GatewayOptions } from './options.ts';
import { type ExecutionAnswer, type ExecutionPorts, executeOperation, executeStock } from './plan/execute-operation.ts';
import { type CompiledOperation, createGraphRuntime, type GraphRuntime, operationOf } from './plan/graph-runtime.ts';
import { presentAnswer } from './present.ts';
import { refusal } from './refusals.ts';
import { signIn } from './sign-in.ts';
import { createSubgraphClients } from './subgraph/subgraph-clients.ts';
import type { FrameSink, Reader } from './subscription/pipeline.ts';
import { createSubscriptions } from './subscription/subscriptions.ts';
import { openWebSocketEdge } from './subscription/web-socket-edge.ts';
import { createTrustedDocuments } from './trusted-documents.ts';
import type { EdgeContext, EdgeRequest, EdgeResult } from './types.ts';

/** One graph over all subgraphs. */
export interface Gateway {
  /** Answers a query or mutation in this process; errors are part of the result, never thrown. */
  execute(request: EdgeRequest & { readonly context: EdgeContext }): Promise<EdgeResult>;
  /** Adds `POST` and `GET /graphql`, the WebSocket at the same path, the explorer at `/` and for browsers at `/graphql`, and the citizen's clock at `/clock/<link>`. */
  routes(app: FastifyInstance): Promise<void>;
  /** Takes a new supergraph; running requests end on the old one, subscriptions are kept, reopened or ended. @throws when it is invalid, and keeps the old one. */
  reload(supergraphSdl: string): Promise<void>;
  /** Figures of the moment. */
  status(): {
    readonly supergraph: string;
    readonly connections: number;
    readonly subscriptions: number;
    readonly pipelines: number;
  };
  /** Ends connections and subscriptions, then the clients of subgraphs. What was handed in stays open. */
  close(): Promise<void>;
}

/** An operation that passed validation, access and limits. */
export interface AdmittedOperation {
  readonly runtime: GraphRuntime;
  readonly compiled: CompiledOperation;
}

/** How often one address may look at citizens' clocks: links are not guessed, and nobody keeps others from theirs. */
const CLOCK_RATE: RateLimit = { burst: 60, perSecond: 1 };
const REOPEN_FIRST_MS = 50;
const REOPEN_MOST_MS = 5_000;

/** @throws when the supergraph is invalid. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const metrics = createGatewayMetrics(options.metrics);
  const now = () => options.time?.now() ?? Date.now();
  const { log } = options;
  const clients = createSubgraphClients({ ...options, limits, metrics, now });
  let runtime = createGraphRuntime(options.supergraphSdl, limits);
  clients.learn(runtime.subgraphs);
  const documents = createTrustedDocuments([...(options.documents ?? []), CLOCK_DOCUMENT]);
  const warned = new Set<string>();
  const execution: ExecutionPorts = {
    ask: clients.ask,
    onSurprise(stage, reason) {
      metrics.surprises.inc({ stage });
      if (warned.size < 100 && !warned.has(reason))
        log.debug({ stage, reason }, 'the stock executor decided an operation');
      warned.add(reason);
    },
  };
  const subscriptions = createSubscriptions({
    clientOf: clients.clientOf,
    execution,
    pipeline: {
      ringFrames: limits.ringFrames,
      completionsAtOnce: limits.completionsAtOnce,
      backoff: (failures) =>
        new Promise((resolve) =>
          setTimeout(resolve, Math.min(REOPEN_FIRST_MS * 2 ** failures, REOPEN_MOST_MS)).unref(),
        ),
      onFrame: (road) => metrics.frames.inc({ road }),
      onLoss: (cause) =>
        log.warn(
          { err: cause },
          'a stream from a subgraph ended with an error; it is reopened from its cursor unless it was refused',
        ),
    },
    present: (answer) => presentAnswer(answer, log),
    onPipelines: (count) => metrics.pipelines.set(count),
    onBug: (cause) =>
      log.error({ err: cause }, 'an event could not be completed; its subscribers got an error in its place'),
  });

  const refusedForViewer = (
    graph: GraphRuntime,
    document: DocumentNode,
    request: EdgeRequest,
    context: EdgeContext,
  ): GraphQLError | null => {
    if (options.mayIntrospect && asksForSchema(document) && !options.mayIntrospect(context))
      return introspectionForbidden();
    if (options.mayAskFreely && !documents.isTrusted(request.query) && !options.mayAskFreely(context))
      return documentRequired();
    const operation = operationOf(document, request.operationName);
    return (
      (options.access ? refusedByAccess(document, graph.schema, options.access, context) : null) ??
      refusedByLimits(document, operation, request.variables ?? {}, graph.schema, limits)
    );
  };

  const admit = (request: EdgeRequest, context: EdgeContext): AdmittedOperation | readonly GraphQLError[] => {
    const document = runtime.prepare(request.query);
    if (!('kind' in document)) return document;
    try {
      const refused = refusedForViewer(runtime, document, request, context);
      if (refused) return [refused];
      return { runtime, compiled: runtime.compile(document, request.query, request.operationName) };
    } catch (error) {
      // The planner throws plain errors for the graphs that it gets wrong: bugs, to be masked and logged.
      return [
        error instanceof GraphQLError ? error : new GraphQLError('planning failed', { originalError: error as Error }),
      ];
    }
  };

  const run = async (
    graph: GraphRuntime,
    compiled: CompiledOperation,
    variables: Readonly<Record<string, unknown>>,
    context: EdgeContext,
    transport: string,
  ): Promise<ExecutionAnswer> => {
    const startedAt = performance.now();
    const execute = options.isStockExecutor && !compiled.primary ? executeStock : executeOperation;
    const answer = await execute(graph, compiled, variables, context, execution).catch(
      // A subgraph that answers with a number where its schema has a list, for example.
      (cause: Error): ExecutionAnswer => ({ errors: [new GraphQLError('execution failed', { originalError: cause })] }),
    );
    const outcome = answer.errors ? 'errors' : 'answered';
    metrics.operationSeconds.observe(
      { transport, type: compiled.node.operation, outcome },
      (performance.now() - startedAt) / 1000,
    );
    return answer;
  };

  const answer = async (
    request: EdgeRequest,
    context: EdgeContext,
    transport: string,
    sink: FrameSink | null,
  ): Promise<EdgeResult | Reader> => {
    // An address is counted over HTTP alone; a socket would ask as often as it likes.
    if (transport === 'websocket' && context.viewer === null && request.query.includes(CLOCK_FIELD))
      return presentAnswer({ errors: [clockOverHttp()] }, log);
    const admitted = admit(request, context);
    if (!('runtime' in admitted)) return presentAnswer({ errors: admitted }, log);
    if (sink && admitted.compiled.primary) {
      const reader = subscriptions.join({ ...admitted, request, context }, sink);
      return 'leave' in reader ? reader : presentAnswer({ errors: reader }, log);
    }
    return presentAnswer(
      await run(admitted.runtime, admitted.compiled, request.variables ?? {}, context, transport),
      log,
    );
  };

  const clockRate = createRate(CLOCK_RATE, now);
  const webSockets = openWebSocketEdge({
    limits,
    metrics,
    now,
    log,
    authenticate: options.authenticate,
    ...(options.ended ? { ended: options.ended } : {}),
    acknowledgement: async (context) => ({ ...(await options.acknowledgement?.(context)) }),
    operate: (request, context, sink) => answer(request, context, 'websocket', sink),
  });
  const http = await createHttpEdge({
    limits,
    log,
    authenticate: options.authenticate,
    documents,
    current: () => runtime,
    refused: refusedForViewer,
    clockRate,
    run: (graph, compiled, variables, context) => run(graph, compiled, variables, context, 'http'),
  });

  return {
    execute: async ({ context, ...request }) => (await answer(request, context, 'in-process', null)) as EdgeResult,
    async routes(app) {
      await http.routes(app);
      clockRoutes(app, {
        rate: clockRate,
        log,
        async ask(link) {
          const context = await signIn(options.authenticate, undefined);
          return (await answer({ query: CLOCK_DOCUMENT, variables: { link } }, context, 'page', null)) as EdgeResult;
        },
      });
      webSockets.attach(app.server);
    },
    async reload(supergraphSdl) {
      const next = createGraphRuntime(supergraphSdl, limits);
      if (next.id === runtime.id) return;
      clients.learn(next.subgraphs);
      warm(next, runtime);
      runtime = next;
      http.reloaded(next);
      subscriptions.reload(next);
      log.info({ supergraph: next.id }, 'the supergraph was reloaded; subscriptions whose events did not change go on');
    },
    status: () => ({
      supergraph: runtime.id,
      connections: webSockets.connectionCount,
      subscriptions: webSockets.subscriptionCount,
      pipelines: subscriptions.pipelineCount,
    }),
    async close() {
      subscriptions.close();
      await webSockets.close();
      await http.close();
      await clients.close();
    },
  };
}

/** Plans on the new graph what the old one had planned, so that the first clients after a reload do not pay for it. */
function warm(next: GraphRuntime, previous: GraphRuntime): void {
  for (const { text, operationName } of previous.knownTexts()) {
    const document = next.prepare(text);
    if ('kind' in document) next.compile(document, text, operationName);
  }
}

function clockOverHttp(): GraphQLError {
  return refusal('BAD_REQUEST', {
    zh: '未登录时请通过 HTTP 查询 citizenClock',
    en: 'Without a token citizenClock is asked over HTTP',
  });
}

function introspectionForbidden(): GraphQLError {
  return refusal('INTROSPECTION_FORBIDDEN', {
    zh: '当前身份不能读取数据图的结构（introspection）',
    en: 'This viewer may not read the schema. Sign in with an account that may, or use the published schema',
  });
}

function documentRequired(): GraphQLError {
  return refusal('DOCUMENT_REQUIRED', {
    zh: '当前身份只能查询已登记的文档：请以 documentId 指明其哈希，或使用可自由查询的账号',
    en: 'This viewer may ask registered documents only. Name one by its hash in documentId, or sign in with an account that may ask freely',
  });
}
