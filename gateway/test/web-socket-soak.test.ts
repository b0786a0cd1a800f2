import { expect, test, vi } from 'vitest';
import { RawClient, type RawMessage } from './raw-client.ts';
import {
  type CardEvent,
  EventLog,
  gatewayOver,
  listen,
  supergraphOf,
  testSubgraph,
  threeDomains,
  tokenOf,
} from './rig.ts';

const EVENTS = 600;
const CLIENTS = 16;
const QUERY = 'subscription($level: Level) { cardEvents(level: $level) { seq item { id title agency { name } } } }';
/** Large events, so that the socket's buffers fill and clients that pause are left behind. */
const PADDING = 'x'.repeat(16_000);

/** A client as a program would be: resumes from its last cursor whatever ended it. */
class Survivor {
  readonly received: number[] = [];
  readonly codes = new Set<string>();
  cuts = 0;
  #cursor = 'c0';
  #current: RawClient | null = null;
  #isDone = false;
  readonly #url: string;
  readonly #level: string | null;
  readonly #token: string;

  constructor(url: string, level: string | null, token: string) {
    this.#url = url;
    this.#level = level;
    this.#token = token;
  }
  async run(): Promise<void> {
    while (!this.#isDone) {
      const client = await RawClient.open(this.#url, { authorization: this.#token });
      this.#current = client;
      client.socket.on('message', (data) => this.#take(client, JSON.parse(String(data)) as RawMessage));
      client.subscribe('1', QUERY, { variables: { level: this.#level }, extensions: { after: this.#cursor } });
      await client.until(() => client.closed !== null, 60_000);
    }
  }
  #take(client: RawClient, { type, payload }: RawMessage): void {
    client.messages.length = 0;
    client.texts.length = 0;
    if (client !== this.#current) return;
    if (type === 'next') {
      this.received.push(payload.data.cardEvents.seq);
      this.#cursor = payload.extensions.cursor;
    } else if (type === 'error') {
      this.codes.add(payload[0].extensions.code);
      client.socket.close();
    }
  }
  disturb(kind: number): void {
    const socket = this.#current?.socket;
    if (!socket || socket.readyState !== socket.OPEN) return;
    if (kind === 0) {
      this.cuts++;
      this.#current = null;
      socket.terminate();
    } else if (kind < 3 && !socket.isPaused) socket.pause();
    else if (socket.isPaused) socket.resume();
  }
  resume(): void {
    if (this.#current?.socket.isPaused) this.#current.socket.resume();
  }
  stop(): void {
    this.#isDone = true;
    this.#current?.socket.close();
  }
}

test('real sockets that pause, are cut and resume get every event of theirs once and in order, through reloads', async () => {
  const log = new EventLog<CardEvent>();
  const domains = threeDomains(log);
  const gateway = await gatewayOver(domains.all, { limits: { ringFrames: 24 } });
  const at = await listen(gateway);
  const graphs = [
    supergraphOf(domains.all),
    supergraphOf([grownRegistry(domains.registry.typeDefs), domains.workItems, domains.supervision]),
  ];
  const survivors = Array.from(
    { length: CLIENTS },
    (_, index) =>
      new Survivor(at.wsUrl, index % 3 === 0 ? 'RED' : null, tokenOf({ division: index % 2 ? '15' : '1501' })),
  );
  const runs = survivors.map((survivor) => survivor.run());
  try {
    for (let seq = 1; seq <= EVENTS; seq++) {
      log.append({ seq, level: seq % 2 ? 'RED' : 'YELLOW', item: `W${seq}${PADDING}` });
      // The sleeper pauses for longer than all buffers last: it must be left behind, and come back.
      if (seq === 200) survivors[1]!.disturb(1);
      if ((seq * 7) % CLIENTS !== 1) survivors[(seq * 7) % CLIENTS]!.disturb((seq * 13) % 6);
      if (seq % 100 === 0) await gateway.reload(graphs[(seq / 100) % 2]!);
      if (seq % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const all = log.events.map((event) => event.seq);
    const wanted = (index: number) => (index % 3 === 0 ? all.filter((seq) => seq % 2) : all);
    await vi.waitUntil(
      () => {
        for (const survivor of survivors) survivor.resume();
        return survivors.every(({ received }, index) => received.length >= wanted(index).length);
      },
      { timeout: 300_000, interval: 20 },
    );
    for (const [index, { received }] of survivors.entries()) expect(received).toEqual(wanted(index));
    expect(survivors.reduce((sum, { cuts }) => sum + cuts, 0)).toBeGreaterThan(0);
    // Whoever paused was left behind and nobody ended otherwise.
    expect(new Set(survivors.flatMap(({ codes }) => [...codes]))).toEqual(new Set(['LAGGED']));
  } finally {
    for (const survivor of survivors) survivor.stop();
    await at.close();
    await Promise.all(runs);
  }
});

function grownRegistry(typeDefs: string) {
  const text = typeDefs.replace(/^.*\n/, '').replace('name: String! division', 'name: String! short: String division');
  return testSubgraph('registry', text, {});
}
