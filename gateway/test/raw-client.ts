import { WebSocket } from 'ws';

/** A message as it came. */
export interface RawMessage {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly payload?: any;
}

/** A WebSocket client that says exactly what a test wants said. */
export class RawClient {
  readonly socket: WebSocket;
  readonly messages: RawMessage[] = [];
  readonly texts: string[] = [];
  closed: { readonly code: number; readonly reason: string } | null = null;
  readonly #watchers = new Set<() => void>();

  constructor(url: string, protocols: string[] = ['graphql-transport-ws'], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, protocols, { headers });
    this.socket.on('message', (data) => {
      this.texts.push(String(data));
      this.messages.push(JSON.parse(String(data)) as RawMessage);
      this.#notify();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#notify();
    });
    this.socket.on('open', () => this.#notify());
    this.socket.on('error', () => this.#notify());
  }

  static async open(url: string, payload?: Record<string, unknown>): Promise<RawClient> {
    const client = new RawClient(url);
    await client.opened();
    client.send({ type: 'connection_init', ...(payload ? { payload } : {}) });
    await client.until(() => client.messages.some(({ type }) => type === 'connection_ack') || client.closed !== null);
    return client;
  }

  async opened(): Promise<void> {
    await this.until(() => this.socket.readyState !== WebSocket.CONNECTING);
  }
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }
  subscribe(id: string, query: string, more: Record<string, unknown> = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, ...more } });
  }
  of(id: string): RawMessage[] {
    return this.messages.filter((message) => message.id === id);
  }
  /** Resolves when the condition holds; looks at it after everything that happens on the socket, and every few milliseconds for the server's side. */
  async until(isTrue: () => boolean, withinMs = 10_000): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      if (isTrue()) resolve();
    };
    const timer = setTimeout(
      () =>
        reject(
          new Error(
            `waited ${withinMs} ms in vain; came: ${this.texts.slice(-5).join(' ')} closed: ${JSON.stringify(this.closed)}`,
          ),
        ),
      withinMs,
    );
    const ticker = setInterval(look, 5);
    this.#watchers.add(look);
    look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      clearInterval(ticker);
      this.#watchers.delete(look);
    }
  }
  async close(): Promise<void> {
    this.socket.close();
    await this.until(() => this.closed !== null);
  }
  #notify(): void {
    for (const look of this.#watchers) look();
  }
}
