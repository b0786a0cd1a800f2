import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { type Found, findOrInstall } from '@gnomon/test-kit';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or why there is none: said aloud, because what is left out must not look passed. */
export const foundChromium: Found = findOrInstall('chromium');
if ('missing' in foundChromium)
  console.error(`跳过浏览器测试 · THE BROWSER TESTS ARE LEFT OUT. ${foundChromium.missing}`);

/** Starts it with an empty profile, and with nothing in it that calls home. */
export function openBrowser(): Promise<Browser> {
  if ('missing' in foundChromium) throw new Error(foundChromium.missing);
  const quiet = ['quic', 'background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);
  return chromium.launch({
    executablePath: foundChromium.path,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
  });
}

/** What a page did besides what was asked of it. */
export interface Watched {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** Opens a page and notes each request and each complaint of its console. */
export async function openPage(browser: Browser, url: string, options = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, requests, complaints };
}

/** A line between browser and gateway that can be cut and mended. */
export interface Line {
  readonly url: string;
  /** Ends every connection and takes no new one. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server = await listening(0);
  const ownPort = (server.address() as AddressInfo).port;

  async function listening(at: number): Promise<Server> {
    const made = createServer((near) => {
      const far = dial(Number(port), hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => {});
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
    });
    made.listen(at, '127.0.0.1');
    await once(made, 'listening');
    return made;
  }
  async function cut(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    url: `http://127.0.0.1:${ownPort}/`,
    cut,
    async mend() {
      server = await listening(ownPort);
    },
    close: () => (server.listening ? cut() : Promise.resolve()),
  };
}
