import { propagation, context as telemetryContext } from '@opentelemetry/api';
import { GraphQLError } from 'graphql';
import { createClient } from 'graphql-ws';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { refusal } from '../refusals.ts';
import type { SubgraphAnswer, SubgraphClient, SubgraphError, SubgraphFetch } from '../types.ts';

/** What a remote subgraph needs. */
export interface HttpSubgraph {
  readonly name: string;
  /** The GraphQL endpoint, for example `http://127.0.0.1:4101/graphql`. */
  readonly url: string;
  /** The endpoint of subscriptions; by default `url` with the scheme `ws`. */
  readonly wsUrl?: string;
  /** Connections to reuse; without one a pool of its own is made and closed with the client. */
  readonly pool?: Pool;
  /** `authorization` header for one request, `null` for none. */
  authorization(request: SubgraphFetch): Promise<string | null>;
  readonly answerTimeoutMs: number;
}

const CONNECTIONS = 64;

/** A subgraph behind HTTP. Its failures become errors that name it, so that a missing domain is a named hole. */
export function httpClient(subgraph: HttpSubgraph): SubgraphClient {
  const endpoint = new URL(subgraph.url);
  const pool = subgraph.pool ?? new Pool(endpoint.origin, { connections: CONNECTIONS });
  const path = `${endpoint.pathname}${endpoint.search}`;
  return {
    name: subgraph.name,
    async fetch(request) {
      const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
      propagation.inject(telemetryContext.active(), headers);
      headers['x-request-id'] = request.context.requestId;
      const authorization = await subgraph.authorization(request);
      if (authorization) headers.authorization = authorization;
      return await send(subgraph, pool, path, headers, request);
    },
    subscribe: async (request, signal) => subscribeOverWebSocket(subgraph, request, signal),
    async close() {
      if (!subgraph.pool) await pool.destroy();
    },
  };
}

async function send(
  subgraph: HttpSubgraph,
  pool: Pool,
  path: string,
  headers: Record<string, string>,
  request: SubgraphFetch,
): Promise<SubgraphAnswer> {
  const { signal } = request.context;
  try {
    const { statusCode, body } = await pool.request({
      path,
      method: 'POST',
      headers,
      body: bodyOf(request),
      headersTimeout: subgraph.answerTimeoutMs,
      bodyTimeout: subgraph.answerTimeoutMs,
      ...(signal ? { signal } : {}),
    });
    return answerOf(subgraph.name, statusCode, await body.text());
  } catch (cause) {
    if (cause instanceof GraphQLError) throw cause;
    throw unavailable(subgraph.name, (cause as Error).message, cause);
  }
}

function bodyOf(request: SubgraphFetch): string {
  const name = request.operationName === undefined ? '' : `,"operationName":${JSON.stringify(request.operationName)}`;
  return `{"query":${JSON.stringify(request.text)}${name},"variables":${JSON.stringify(request.variables)}}`;
}

function answerOf(name: string, statusCode: number, text: string): SubgraphAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unavailable(name, `HTTP ${statusCode} with a body that is no JSON`);
  }
  const answer = parsed as SubgraphAnswer;
  if (typeof parsed !== 'object' || parsed === null || !('data' in parsed || Array.isArray(answer.errors))) {
    throw unavailable(name, `HTTP ${statusCode} with JSON that is no GraphQL answer`);
  }
  return answer;
}

/** The subgraph cannot be reached or does not speak GraphQL: a named hole in the answer. */
export function unavailable(name: string, reason: string, cause?: unknown): GraphQLError {
  return refusal('SUBGRAPH_UNAVAILABLE', {
    zh: `领域“${name}”暂时无法应答，其数据未包含在结果中`,
    en: `Subgraph "${name}" did not answer (${reason}); its part of the answer is missing. Try again, or look at its /health`,
    extensions: { serviceName: name },
    cause,
  });
}

/** One WebSocket per subscription, because the identity belongs to the connection. Reopening is the pipeline's business. */
function subscribeOverWebSocket(
  subgraph: HttpSubgraph,
  request: SubgraphFetch,
  signal: AbortSignal,
): AsyncIterable<SubgraphAnswer> {
  const client = createClient({
    url: subgraph.wsUrl ?? subgraph.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: async () => {
      const authorization = await subgraph.authorization(request);
      return authorization ? { authorization } : {};
    },
  });
  const { text, variables, operationName } = request;
  const events = client.iterate<Record<string, unknown>>({
    query: text,
    variables: { ...variables },
    operationName: operationName ?? null,
  });
  return closing(subgraph.name, events, signal, () => client.dispose());
}

async function* closing(
  name: string,
  events: AsyncIterableIterator<unknown>,
  signal: AbortSignal,
  close: () => void | Promise<void>,
): AsyncGenerator<SubgraphAnswer, void, void> {
  let hasBegun = false;
  const stop = () => void events.return?.();
  if (signal.aborted) return void (await close());
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const event of { [Symbol.asyncIterator]: () => events }) {
      hasBegun = true;
      yield event as SubgraphAnswer;
    }
  } catch (cause) {
    // graphql-ws throws a list of errors from the subgraph, and a close event when the socket went. An error without a code in the
    // middle of a stream is a fault that may pass; before the first event it is a refusal.
    const errors = Array.isArray(cause) ? (cause as SubgraphError[]) : null;
    if (errors && (!hasBegun || errors[0]?.extensions?.code !== undefined)) throw refusedBy(name, errors);
    throw unavailable(name, errors ? (errors[0]?.message ?? 'an error') : closeReason(cause), cause);
  } finally {
    signal.removeEventListener('abort', stop);
    await close();
  }
}

function refusedBy(name: string, errors: readonly SubgraphError[]): GraphQLError {
  const { message = 'refused without a message', extensions } = errors[0] ?? {};
  return new GraphQLError(message, {
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, serviceName: name },
  });
}

function closeReason(cause: unknown): string {
  const { code, reason, message } = (cause ?? {}) as { code?: number; reason?: string; message?: string };
  return code === undefined
    ? (message ?? 'the connection was lost')
    : `the connection was closed with ${code} ${reason ?? ''}`.trim();
}
