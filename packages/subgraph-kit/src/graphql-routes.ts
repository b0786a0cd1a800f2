import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { TokenRefused } from '@gnomon/identity';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authenticate } from './authenticate.ts';
import type { EndedTokens } from './ended-tokens.ts';
import type { ServableSubgraph } from './host-subgraph.ts';
import { maskError } from './mask-errors.ts';
import { tokenRefusal } from './refusal.ts';
import type { RequestContext } from './types.ts';

const PATH = '/graphql';
const MAX_MESSAGE_BYTES = 1_048_576;
/** A generous bound for a query written by hand; what is longer is refused before it is parsed whole. */
const MAX_TOKENS = 10_000;
const INIT_LIMIT_MS = 10_000;
/** `setTimeout` takes no more; a connection older than 24 days is closed then and comes back. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Serves a hosted subgraph at `/graphql`: HTTP by Apollo Server, subscriptions by graphql-transport-ws. */
export async function serveGraphql(
  app: FastifyInstance,
  hosted: ServableSubgraph,
  authenticate: Authenticate,
  log: Logger,
  ended?: Pick<EndedTokens, 'isEnded' | 'onEnd'>,
): Promise<{ close(): Promise<void> }> {
  const apollo = new ApolloServer<object>({
    schema: hosted.schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    plugins: [fastifyApolloDrainPlugin(app), ApolloServerPluginInlineTraceDisabled()],
    logger: log,
    formatError: (formatted, error) =>
      error instanceof GraphQLError && error.path !== undefined ? maskError(error, log).toJSON() : formatted,
  });
  await apollo.start();
  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: PATH,
    handler: fastifyApolloHandler(apollo, {
      context: async (request, reply) => hosted.contextOf(await contextOf(request, reply, authenticate)),
    }),
  });
  const sockets = serveSocket(app, hosted, authenticate, log, ended);
  return {
    async close() {
      await sockets.close();
      await apollo.stop();
    },
  };
}

async function contextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  authenticate: Authenticate,
): Promise<RequestContext> {
  const gone = new AbortController();
  // The response's end, not the request's: a request is closed as soon as its body was read.
  reply.raw.once('close', () => gone.abort());
  try {
    return await authenticate(request.headers.authorization, gone.signal);
  } catch (cause) {
    if (!(cause instanceof TokenRefused)) throw cause;
    const refused = tokenRefusal(cause);
    throw new GraphQLError(refused.message, { extensions: { ...refused.extensions, http: { status: 401 } } });
  }
}

interface SocketExtra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  viewerContext?: RequestContext;
  expiry?: NodeJS.Timeout;
}

function serveSocket(
  app: FastifyInstance,
  hosted: ServableSubgraph,
  authenticate: Authenticate,
  log: Logger,
  ended: Pick<EndedTokens, 'isEnded' | 'onEnd'> | undefined,
): { close(): Promise<void> } {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const open = new Set<SocketExtra>();
  const closeEnded = (): void => {
    for (const { viewerContext, socket } of open)
      if (viewerContext?.viewer && ended?.isEnded(viewerContext.viewer) === true) socket.close(4403, 'token ended');
  };
  const unsubscribe = ended?.onEnd(closeEnded);
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    server.handleUpgrade(request, socket, head, (open) => server.emit('connection', open, request));
  });
  const disposable = useServer<Record<string, unknown>, SocketExtra>(
    {
      schema: hosted.schema,
      connectionInitWaitTimeout: INIT_LIMIT_MS,
      async onConnect({ extra, connectionParams }) {
        try {
          extra.viewerContext = await authenticate(
            authorizationOf(connectionParams) ?? extra.request.headers.authorization,
          );
        } catch (cause) {
          if (!(cause instanceof TokenRefused)) throw cause;
          extra.socket.close(4403, cause.code);
          return false;
        }
        open.add(extra);
        const expiresAt = extra.viewerContext.viewer?.expiresAt;
        if (expiresAt !== undefined) {
          const leftMs = Math.min(Math.max(0, expiresAt - Date.now()), LONGEST_TIMEOUT_MS);
          extra.expiry = setTimeout(() => extra.socket.close(4403, 'token expired'), leftMs);
        }
        return true;
      },
      onClose({ extra }) {
        open.delete(extra);
        clearTimeout(extra.expiry);
      },
      context: ({ extra }) => extra.viewerContext!,
      execute: ({ document, variableValues, operationName, contextValue }) =>
        hosted.execute(requestOf(document, variableValues, operationName, contextValue)),
      subscribe: async ({ document, variableValues, operationName, contextValue }) =>
        tellingFaults(await hosted.subscribe(requestOf(document, variableValues, operationName, contextValue)), log),
    },
    server,
  );
  return {
    async close() {
      unsubscribe?.();
      await disposable.dispose();
    },
  };
}

type Stream = AsyncIterable<ExecutionResult>;

/** A fault that shows only when the first event is read (a cursor beyond the end) is told as the stream's last word, and ends no socket. */
function tellingFaults(
  stream: Stream | ExecutionResult,
  log: Logger,
): AsyncGenerator<ExecutionResult> | ExecutionResult {
  if (!(Symbol.asyncIterator in stream)) return stream;
  const events = stream[Symbol.asyncIterator]() as AsyncGenerator<ExecutionResult>;
  let isOver = false;
  const told: AsyncGenerator<ExecutionResult> = {
    async next() {
      if (isOver) return { done: true, value: undefined };
      try {
        return await events.next();
      } catch (cause) {
        isOver = true;
        return {
          done: false,
          value: { errors: [maskError(new GraphQLError('', { originalError: cause as Error }), log)] },
        };
      }
    },
    return: (value) => events.return(value),
    throw: (cause) => events.throw(cause),
    [Symbol.asyncIterator]: () => told,
    [Symbol.asyncDispose]: () => events[Symbol.asyncDispose](),
  };
  return told;
}

function requestOf(
  document: Parameters<ServableSubgraph['execute']>[0]['document'],
  variables: { readonly [name: string]: unknown } | null | undefined,
  operationName: string | null | undefined,
  context: unknown,
): Parameters<ServableSubgraph['execute']>[0] {
  return {
    document,
    variables: variables ?? {},
    context: context as RequestContext,
    ...(operationName ? { operationName } : {}),
  };
}

function authorizationOf(params: Record<string, unknown> | undefined): string | undefined {
  const value = params?.authorization ?? params?.Authorization;
  return typeof value === 'string' ? value : undefined;
}
