/** One process of `fanout.ts`: the edge, a raw `ws` broadcast, or the clients of one of them. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { gatewayOver, listen, threeDomains } from '../test/rig.ts';

export interface FanoutCommand {
  readonly do: 'usage' | 'emit' | 'connect' | 'expect';
  readonly url?: string;
  readonly count?: number;
}
const QUERY = 'subscription { cardEvents { seq level card { id level } item { id title agency { uscc name } } } }';
const [role] = process.argv.slice(2);
let emitted = 0;
let emit: () => void = () => {};
const sockets: WebSocket[] = [];
let received = 0;

/** A message of the same size as the edge's. */
function messageOf(seq: number): Buffer {
  const item = { id: `W${seq}`, title: `办件 W${seq}`, agency: { uscc: `A${seq}`, name: `机构 A${seq}` } };
  const data = { cardEvents: { seq, level: 'RED', card: { id: `C-W${seq}`, level: 'RED' }, item } };
  return Buffer.from(
    JSON.stringify({ type: 'next', payload: { data, extensions: { cursor: `c${seq}` } }, id: randomUUID() }),
  );
}

async function startRaw(): Promise<string> {
  const server = createServer();
  const clients = new Set<WebSocket>();
  new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false, clientTracking: false }).on(
    'connection',
    (socket) => {
      clients.add(socket);
      socket.on('message', () => socket.send('{"type":"connection_ack"}'));
    },
  );
  emit = () => {
    const message = messageOf(++emitted);
    for (const client of clients) client.send(message, { binary: false });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

async function startEdge(): Promise<string> {
  const domains = threeDomains();
  const gateway = await gatewayOver(domains.all, {
    limits: { connectionsPerPrincipal: 100_000, subscriptionsPerPrincipal: 100_000 },
  });
  emit = () => {
    const seq = ++emitted;
    domains.log.append({ seq, level: 'RED', item: `W${seq}` });
  };
  return (await listen(gateway)).wsUrl;
}

async function connect(url: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - made) }, () => connectOne(url)));
}
function connectOne(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    socket.on('error', reject);
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    socket.once('message', () => {
      if (role === 'edge-clients')
        socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query: QUERY } }));
      socket.on('message', () => {
        received++;
      });
      sockets.push(socket);
      resolve();
    });
  });
}

process.on('message', async (command: FanoutCommand) => {
  switch (command.do) {
    case 'emit':
      emit();
      return process.send!('emitted');
    case 'connect':
      await connect(command.url!, command.count!);
      return process.send!('connected');
    case 'expect':
      while (received < command.count!) await new Promise((resolve) => setTimeout(resolve, 2));
      return process.send!(received);
    default: {
      globalThis.gc?.();
      const { user, system } = process.cpuUsage();
      return process.send!({
        cpu: user + system,
        rss: process.memoryUsage.rss(),
        heap: process.memoryUsage().heapUsed + process.memoryUsage().external,
      });
    }
  }
});
process.send!(role === 'raw' ? await startRaw() : role === 'edge' ? await startEdge() : 'ready');
