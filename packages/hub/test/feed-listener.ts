import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** Close code of a connection that ended without one. */
const BROKEN_LINE = 1006;

/** An event as a subscriber got it. */
export interface HeardEvent {
  readonly cursor: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly unknown[] | undefined;
}

/** A subscriber that is cut after some events, again and again, and goes on behind the last one that it got. */
export interface FeedListener {
  readonly heard: readonly HeardEvent[];
  readonly cuts: number;
  /** Resolves when so many events have come. */
  reached(count: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Subscribes with real sockets. `patience` says after how many further events the next cut comes; 0 cuts as soon as the
 * connection stands. Without `after` it begins with what happens from now on, and is not cut before its first event.
 */
export function openFeedListener(options: {
  readonly url: string;
  readonly token: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly after: string | null;
  readonly patience: () => number;
}): FeedListener {
  const heard: HeardEvent[] = [];
  const watchers = new Set<() => void>();
  let cuts = 0;
  let isStopped = false;
  let current: WebSocket | null = null;

  class Socket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      current = this;
    }
  }

  const listenOnce = async (): Promise<void> => {
    const after = heard.at(-1)?.cursor ?? options.after;
    const cutAt = heard.length + (after === null ? 1 : 0) + options.patience();
    const cut = (): void => {
      if (heard.length < cutAt || isStopped) return;
      cuts += 1;
      current?.terminate();
    };
    const client = createClient({
      url: options.url.replace('http', 'ws'),
      webSocketImpl: Socket,
      connectionParams: { authorization: `Bearer ${options.token}` },
      retryAttempts: 0,
      lazyCloseTimeout: 0,
      on: { connected: cut },
    });
    const extensions = after === null ? {} : { after };
    try {
      for await (const { data, errors, extensions: more } of client.iterate({
        query: options.query,
        variables: { ...options.variables },
        extensions,
      })) {
        heard.push({ cursor: String((more as { cursor?: unknown } | undefined)?.cursor), data: data ?? null, errors });
        for (const look of watchers) look();
        cut();
        // What the socket had already received behind the cut is not the subscriber's any more.
        if (current?.readyState !== WebSocket.OPEN) break;
      }
    } catch (error) {
      // A cut connection ends the iteration with the close event of a broken line; anything else is a fault.
      if (!isStopped && (error as { code?: unknown }).code !== BROKEN_LINE) throw error;
    } finally {
      await client.dispose();
    }
  };
  const run = async (): Promise<void> => {
    while (!isStopped) await listenOnce();
  };
  const running = run();

  return {
    heard,
    get cuts() {
      return cuts;
    },
    async reached(count) {
      const enough = new Promise<void>((resolve) => {
        const look = (): void => {
          if (heard.length >= count) resolve();
        };
        watchers.add(look);
        look();
      });
      await Promise.race([enough, running]);
    },
    async stop() {
      isStopped = true;
      current?.terminate();
      await running;
    },
  };
}
