/**
 * Fan-out to many subscribers: CPU of the edge against a raw `ws` broadcast of the same bytes, and memory a subscriber.
 *
 *   node gateway/bench/fanout.ts [SUBSCRIBERS] [EVENTS]
 *
 * Every subscription has an id of its own and fields of three subgraphs. Rounds of both are interleaved; the CPU is the server's alone.
 * Goals: ≤ 1.5 × the raw broadcast, ≤ 25 kB a subscriber.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { FanoutCommand } from './fanout-process.ts';

interface Usage {
  readonly cpu: number;
  readonly rss: number;
  readonly heap: number;
}
const subscribers = Number(process.argv[2] ?? 5_000);
const events = Number(process.argv[3] ?? 60);
const ROUNDS = 3;
const kinds = ['raw', 'edge'] as const;
const children: ChildProcess[] = [];

const sides = await Promise.all(
  kinds.map(async (kind) => {
    const server = await startChild(kind);
    const clients = await startChild(`${kind}-clients`);
    return {
      kind,
      server: server.child,
      clients: clients.child,
      url: String(server.told),
      cpu: 0,
      delivered: 0,
      residentKb: 0,
      heapKb: 0,
    };
  }),
);
for (const side of sides) {
  const before = (await ask(side.server, { do: 'usage' })) as Usage;
  await ask(side.clients, { do: 'connect', url: side.url, count: subscribers });
  await emitAll(side, 2);
  const after = (await ask(side.server, { do: 'usage' })) as Usage;
  side.residentKb = (after.rss - before.rss) / subscribers / 1024;
  side.heapKb = (after.heap - before.heap) / subscribers / 1024;
}
for (let round = 0; round < ROUNDS; round++) {
  for (const side of sides) {
    const before = (await ask(side.server, { do: 'usage' })) as Usage;
    await emitAll(side, Math.ceil(events / ROUNDS));
    side.cpu += ((await ask(side.server, { do: 'usage' })) as Usage).cpu - before.cpu;
  }
}
const [raw, edge] = sides;
const measured = Math.ceil(events / ROUNDS) * ROUNDS * subscribers;
for (const { kind, cpu, residentKb, heapKb } of sides) {
  console.log(
    `${kind.padEnd(5)} ${(cpu / measured).toFixed(2)} µs CPU a message · ${heapKb.toFixed(1)} kB of JavaScript heap and buffers, ${residentKb.toFixed(1)} kB resident a connection`,
  );
}
console.log(
  `edge ÷ raw: ${(edge!.cpu / raw!.cpu).toFixed(2)} (${subscribers} 个订阅 subscribers, ${measured} messages)`,
);
for (const child of children) child.kill();

/** One event at a time: the next is emitted when everybody has the one before, as a feed in calm weather. */
async function emitAll(side: (typeof sides)[number], count: number): Promise<void> {
  for (let event = 0; event < count; event++) {
    await ask(side.server, { do: 'emit' });
    side.delivered += subscribers;
    await ask(side.clients, { do: 'expect', count: side.delivered });
  }
}

async function startChild(role: string): Promise<{ readonly child: ChildProcess; readonly told: unknown }> {
  const child = fork(new URL('./fanout-process.ts', import.meta.url), [role], { execArgv: ['--expose-gc'] });
  children.push(child);
  return { child, told: await told(child) };
}

function told(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve));
}

async function ask(child: ChildProcess, command: FanoutCommand): Promise<unknown> {
  const answer = told(child);
  child.send(command);
  return await answer;
}
