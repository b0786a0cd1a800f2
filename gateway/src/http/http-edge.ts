import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Limits } from '../limits.ts';
import type { ExecutionAnswer } from '../plan/execute-operation.ts';
import type { CompiledOperation, GraphRuntime } from '../plan/graph-runtime.ts';
import { presentError } from '../present.ts';
import { refusal } from '../refusals.ts';
import { type Authenticate, signIn } from '../sign-in.ts';
import { fillDocument, type TrustedDocuments } from '../trusted-documents.ts';
import type { EdgeContext, EdgeRequest } from '../types.ts';
import { explorerPage } from './explorer.ts';
import { graphqlOverHttp } from './graphql-over-http.ts';
import type { Rate } from './rate.ts';

/** The one field that asks for no token: a link alone opens it. */
export const CLOCK_FIELD = 'citizenClock';

/** What the HTTP edge needs of the gateway. */
export interface HttpPorts {
  readonly limits: Limits;
  readonly log: Logger;
  readonly authenticate: Authenticate;
  readonly documents: TrustedDocuments;
  /** How often an address without a token may ask for the citizen's clock. */
  readonly clockRate: Rate;
  current(): GraphRuntime;
  refused(
    runtime: GraphRuntime,
    document: DocumentNode,
    request: EdgeRequest,
    context: EdgeContext,
  ): GraphQLError | null;
  run(
    runtime: GraphRuntime,
    compiled: CompiledOperation,
    variables: Readonly<Record<string, unknown>>,
    context: EdgeContext,
  ): Promise<ExecutionAnswer>;
}
export interface HttpEdge {
  routes(app: FastifyInstance): Promise<void>;
  /** Tells Apollo Server the new schema. */
  reloaded(runtime: GraphRuntime): void;
  close(): Promise<void>;
}
/** Apollo Server's context: the edge's own inside, because Apollo wants an object that it may not share. */
interface HttpContext {
  readonly edge: EdgeContext;
}
type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer<HttpContext>>[0]['gateway']>;
type SchemaListener = Parameters<Gateway['onSchemaLoadOrUpdate']>[0];

/** Apollo Server in front of the edge's own executor. */
export async function createHttpEdge(ports: HttpPorts): Promise<HttpEdge> {
  const { limits, log } = ports;
  const runtimes = new WeakMap<GraphQLSchema, GraphRuntime>();
  const listeners = new Set<SchemaListener>();
  const announce = (listener: SchemaListener, runtime: GraphRuntime): void => {
    runtimes.set(runtime.schema, runtime);
    listener({ apiSchema: runtime.schema, coreSupergraphSdl: runtime.supergraphSdl });
  };
  const gateway: Gateway = {
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      for (const listener of listeners) announce(listener, ports.current());
      return {
        async executor({ document, source, schema, request, context }) {
          // A request that was validated before a reload ends on the graph that validated it.
          const runtime = runtimes.get(schema) ?? ports.current();
          const compiled = runtime.compile(document, source, request.operationName);
          return (await ports.run(runtime, compiled, request.variables ?? {}, (context as HttpContext).edge)) as never;
        },
      };
    },
    async stop() {},
  };
  const server = new ApolloServer<HttpContext>({
    gateway,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    // Who may read the schema is asked per viewer, in `refused`.
    introspection: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.maxTokens },
    nodeEnv: 'production',
    logger: {
      debug: () => {},
      info: () => {},
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
    formatError: (formatted, error) => presentError({ ...formatted, originalError: originalOf(error) } as never, log),
    plugins: [refusals(ports, runtimes), graphqlOverHttp(), ApolloServerPluginLandingPageDisabled()],
  });
  await server.start();
  const handle = fastifyApolloHandler(server, {
    async context(request) {
      try {
        const edge = await signIn(ports.authenticate, request.headers.authorization);
        if (edge.viewer === null && asksForClock(request) && !ports.clockRate.admits(request.ip)) throw tooOften();
        return { edge };
      } catch (error) {
        throw error instanceof GraphQLError
          ? withStatus(error, error.extensions.code === 'TOO_MANY_REQUESTS' ? 429 : 401)
          : error;
      }
    },
  }) as (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

  return {
    async routes(app) {
      await app.register(async (scope) => {
        scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
          badRequest(error, reply, log),
        );
        scope.post('/graphql', { bodyLimit: limits.maxBodyBytes }, (async (
          request: FastifyRequest,
          reply: FastifyReply,
        ) => {
          const unknown = fillDocument(request.body, ports.documents);
          return unknown === null ? handle(request, reply) : sendUnknown(unknown, reply);
        }) as never);
        scope.get('/graphql', (async (request: FastifyRequest, reply: FastifyReply) =>
          wantsPage(request) ? sendPage(reply) : handle(request, reply)) as never);
        scope.get('/', async (_request, reply) => sendPage(reply));
      });
    },
    reloaded(runtime) {
      for (const listener of listeners) announce(listener, runtime);
    },
    close: () => server.stop(),
  };
}

/** One rule for HTTP and WebSocket: introspection by role, access, limits. */
function refusals(ports: HttpPorts, runtimes: WeakMap<GraphQLSchema, GraphRuntime>): ApolloServerPlugin<HttpContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, schema, request, contextValue, source }) {
          const runtime = runtimes.get(schema) ?? ports.current();
          const refused = refusedOrUnresolved(
            ports,
            runtime,
            document,
            { query: source, variables: request.variables, operationName: request.operationName },
            contextValue.edge,
          );
          if (refused) throw withStatus(refused, 400);
        },
      };
    },
  };
}

function refusedOrUnresolved(ports: HttpPorts, ...question: Parameters<HttpPorts['refused']>): GraphQLError | null {
  try {
    return ports.refused(...question);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** Whether the request's text names the clock; a name has one spelling in GraphQL. */
function asksForClock(request: FastifyRequest): boolean {
  const { query } = ((request.method === 'GET' ? request.query : request.body) ?? {}) as { readonly query?: unknown };
  return typeof query === 'string' && query.includes(CLOCK_FIELD);
}

function tooOften(): GraphQLError {
  return refusal('TOO_MANY_REQUESTS', {
    zh: '未登录查询 citizenClock 过于频繁，请一分钟后再试',
    en: 'citizenClock was asked for too often without a token; try again in a minute',
  });
}

function withStatus(error: GraphQLError, status: number): GraphQLError {
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } });
}

function originalOf(error: unknown): Error | undefined {
  const original = error instanceof GraphQLError ? error.originalError : error;
  return original instanceof Error ? original : undefined;
}

function badRequest(error: Error & { statusCode?: number }, reply: FastifyReply, log: Logger): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) log.error({ err: error }, 'a request failed before it reached the graph');
  const text = status >= 500 ? 'Internal error' : error.message;
  const refused = refusal('BAD_REQUEST', { zh: '请求格式不正确', en: `The request could not be read: ${text}` });
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ errors: [refused.toJSON()] });
}

function sendUnknown(id: string, reply: FastifyReply): FastifyReply {
  const came = JSON.stringify(id.slice(0, 80));
  const refused = refusal('DOCUMENT_UNKNOWN', {
    zh: `documentId 不是已登记的文档，收到 ${came}；请核对哈希，或在 query 中写明全文`,
    en: `documentId: the hash of a registered document was expected, ${came} came; check it, or send the text in query`,
  });
  return reply
    .code(400)
    .type('application/json; charset=utf-8')
    .send({ errors: [refused.toJSON()] });
}

function wantsPage(request: FastifyRequest): boolean {
  const query = request.query as Record<string, unknown>;
  return !('query' in query) && (request.headers.accept ?? '').includes('text/html');
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header(
      'content-security-policy',
      "default-src 'none'; connect-src 'self' ws: wss:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    )
    .header('cache-control', 'no-store')
    .send(explorerPage());
}
