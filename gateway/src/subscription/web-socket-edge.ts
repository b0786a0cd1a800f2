import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../limits.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { presentError } from '../present.ts';
import { refusal } from '../refusals.ts';
import { type Authenticate, signIn } from '../sign-in.ts';
import type { EndedViewers } from '../types.ts';
import { type ConnectionPorts, EdgeConnection } from './edge-connection.ts';

/** What the WebSocket edge needs of the gateway. */
export interface WebSocketPorts {
  readonly limits: Limits;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
  now(): number;
  readonly authenticate: Authenticate;
  readonly ended?: EndedViewers;
  readonly acknowledgement: ConnectionPorts['acknowledgement'];
  readonly operate: ConnectionPorts['operate'];
}
export interface WebSocketEdge {
  /** Answers upgrades to `/graphql` on this server. */
  attach(server: Server): void;
  readonly connectionCount: number;
  readonly subscriptionCount: number;
  close(): Promise<void>;
}

const PATH = '/graphql';
const HEARTBEAT_MS = 30_000;
const SUBPROTOCOL_NOT_ACCEPTABLE = 4406;
const GOING_AWAY = 1001;

interface Principal {
  connections: number;
  subscriptions: number;
}

export function openWebSocketEdge(ports: WebSocketPorts): WebSocketEdge {
  const { limits } = ports;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxPayloadBytes,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (protocols) =>
      protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  });
  const connections = new Map<EdgeConnection, { ping(): void; terminate(): void }>();
  const principals = new Map<string, Principal>();
  const servers = new Set<Server>();
  let subscriptionCount = 0;

  const heartbeat = setInterval(() => {
    for (const [connection, socket] of connections) {
      if (!connection.isAlive) socket.terminate();
      connection.isAlive = false;
      socket.ping();
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const unsubscribe = ports.ended?.onEnd(() => {
    for (const connection of connections.keys()) connection.closeIfEnded();
  });

  const connect = (socket: WebSocket, request: IncomingMessage): void => {
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      socket.on('error', () => {});
      socket.close(SUBPROTOCOL_NOT_ACCEPTABLE, 'Subprotocol not acceptable');
      return;
    }
    const address = request.socket.remoteAddress ?? 'unknown';
    const held: { principal: Principal | null } = { principal: null };
    const connection = new EdgeConnection(socket, request.headers.authorization, {
      initTimeoutMs: limits.initTimeoutMs,
      now: ports.now,
      isEnded: ({ viewer }) => viewer !== null && ports.ended?.isEnded(viewer) === true,
      acknowledgement: ports.acknowledgement,
      async signIn(authorization) {
        try {
          return await signIn(ports.authenticate, authorization);
        } catch (error) {
          if (!(error instanceof GraphQLError))
            ports.log.error({ err: error }, 'nobody can sign in: the token could not be checked');
          throw error;
        }
      },
      admit(context) {
        const key = context.viewer?.id ?? `anonymous ${address}`;
        const principal = principals.get(key) ?? { connections: 0, subscriptions: 0 };
        if (principal.connections >= limits.connectionsPerPrincipal) {
          ports.metrics.endings.inc({ code: 'TOO_MANY_CONNECTIONS' });
          return {
            refused: `TOO_MANY_CONNECTIONS 连接过多: at most ${limits.connectionsPerPrincipal} for one account`,
          };
        }
        principals.set(key, principal);
        principal.connections++;
        held.principal = principal;
        return {
          release() {
            principal.connections--;
            if (principal.connections === 0) principals.delete(key);
          },
        };
      },
      async operate(payload, context, sink) {
        const principal = held.principal!;
        if (principal.subscriptions > limits.subscriptionsPerPrincipal)
          return { errors: [tooManySubscriptions(limits).toJSON()] };
        return await ports.operate(payload, context, {
          get isReady() {
            return sink.isReady;
          },
          write: (frame) => sink.write(frame),
          end(ending) {
            ports.metrics.endings.inc({
              code: ending === null ? 'COMPLETE' : String(ending[0]?.extensions?.code ?? 'ERROR'),
            });
            sink.end(ending?.map((error) => presentError(error, ports.log)) ?? null);
          },
        });
      },
      failed: (error) => presentError({ message: 'failed', originalError: error as Error }, ports.log),
      onSubscriptions(change) {
        subscriptionCount += change;
        if (held.principal) held.principal.subscriptions += change;
        ports.metrics.subscriptions.inc(change);
      },
    });
    connections.set(connection, socket);
    ports.metrics.connections.set(connections.size);
    socket.on('close', () => {
      connections.delete(connection);
      ports.metrics.connections.set(connections.size);
    });
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, server: Server): void => {
    if (request.url?.split('?')[0] === PATH) {
      sockets.handleUpgrade(request, socket, head, (webSocket) => connect(webSocket, request));
    } else if (server.listenerCount('upgrade') === 1) {
      // Nobody else will answer it.
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
  };

  return {
    attach(server) {
      if (servers.has(server)) return;
      servers.add(server);
      server.on('upgrade', (request, socket, head) => upgrade(request, socket, head, server));
    },
    get connectionCount() {
      return connections.size;
    },
    get subscriptionCount() {
      return subscriptionCount;
    },
    async close() {
      clearInterval(heartbeat);
      unsubscribe?.();
      const open = [...connections];
      for (const [connection] of open) connection.close(GOING_AWAY, 'gateway closing');
      await Promise.all(open.map(([connection, socket]) => closedOrCut(() => connections.has(connection), socket)));
    },
  };
}

/** Waits a second for the client's half of the closing, then cuts. */
async function closedOrCut(isOpen: () => boolean, socket: { terminate(): void }): Promise<void> {
  for (let round = 0; round < 20 && isOpen(); round++) await new Promise((resolve) => setTimeout(resolve, 50));
  if (isOpen()) socket.terminate();
}

function tooManySubscriptions(limits: Limits): ReturnType<typeof refusal> {
  return refusal('TOO_MANY_SUBSCRIPTIONS', {
    zh: `同一账号最多同时打开 ${limits.subscriptionsPerPrincipal} 个订阅，请先关闭一些`,
    en: `At most ${limits.subscriptionsPerPrincipal} subscriptions may be open for one account; complete some first`,
  });
}
