import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { askGraph } from './listening-hub.ts';
import { runCommand, type ServingProcess, startCommand, startProcess } from './run-command.ts';

const home = mkdtempSync(join(tmpdir(), 'gnomon-start-'));
// Neither the run's own database nor its settings: what is tested here is a start on a bare machine.
const env = { GNOMON_HOME: home, DATABASE_URL: '', LOG_LEVEL: 'warn' };
const postmasterFile = join(home, 'postgres/data/postmaster.pid');
let port: number;
let hub: ServingProcess;

beforeAll(async () => {
  port = await freePort();
  hub = await startProcess('packages/hub/src/main.ts', { ...env, PORT: String(port) });
});
afterAll(async () => {
  await hub?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe('a hub that was started', () => {
  test('says in one line that it is ready and where, at the port and in the folder that were asked for', () => {
    expect(hub.readyLine).toMatch(/已就绪.*\bready\b/);
    expect(hub.url).toBe(`http://127.0.0.1:${port}/graphql`);
    expect(existsSync(postmasterFile)).toBe(true);
    expect(existsSync(join(home, 'identity/issuer-key.json'))).toBe(true);
  });

  test('answers for its health, its readiness and its figures', async () => {
    const get = (path: string) => fetch(new URL(path, hub.url));
    expect(await (await get('/health')).json()).toEqual({ status: 'ok' });
    const ready = await get('/ready');
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', failing: [] }]);
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toMatch(/^gnomon_gateway_connections 0$/m);
  });

  test('serves the explorer page where a person looks first', async () => {
    const page = await fetch(new URL('/', hub.url), { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  });

  test('trusts the tokens that the token command prints, and refuses one that was changed', async () => {
    const { code, stdout } = await runCommand('packages/hub/src/commands/token.ts', ['auditor-region'], env);
    expect(code).toBe(0);
    const token = stdout.trim();
    expect(await askGraph(hub.url, token, '{ cards(first: 1) { nodes { id } } }')).toEqual({
      data: { cards: { nodes: [] } },
    });
    const changed = `${token.slice(0, -6)}AAAAAA`;
    expect(await askGraph(hub.url, changed, '{ cards(first: 1) { nodes { id } } }')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

describe('the token command', () => {
  test('lists the accounts with role and scope when none is named', async () => {
    const { code, stdout } = await runCommand('packages/hub/src/commands/token.ts', [], env);
    expect(code).toBe(0);
    for (const account of ['auditor-region', 'supervisor-hohhot', 'operator', 'agency-1', 'partner-1', 'source-115'])
      expect(stdout).toMatch(new RegExp(`^ {2}${account} `, 'm'));
  });

  test('names an account that does not exist, in both languages, and ends with 2', async () => {
    const { code, stdout, stderr } = await runCommand('packages/hub/src/commands/token.ts', ['auditor-nowhere'], env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/没有账号 auditor-nowhere[\s\S]*There is no account auditor-nowhere/);
  });
});

describe('a start that cannot succeed', () => {
  test.each([
    ['PORT', { PORT: 'four thousand' }, /PORT 应为[\s\S]*"four thousand"/],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }, /DATABASE_URL 格式不对/],
  ])('names %s, in both languages, and leaves nothing running', async (_name, wrong, message) => {
    const { code, stderr } = await runCommand('packages/hub/src/main.ts', [], { ...env, ...wrong });
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  test('says that the port is taken', async () => {
    const other = join(home, 'second');
    const { code, stderr } = await runCommand('packages/hub/src/main.ts', [], {
      ...env,
      GNOMON_HOME: other,
      PORT: String(port),
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
    expect(existsSync(join(other, 'postgres/data/postmaster.pid'))).toBe(false);
  });
});

test('SIGTERM ends the hub with 0, and its database with it, while subscribers listen and others only hold a line open', async () => {
  const postmaster = Number.parseInt(readFileSync(postmasterFile, 'utf8'), 10);
  const { stdout } = await runCommand('packages/hub/src/commands/token.ts', ['auditor-region'], env);
  const silent = openSocket();
  const subscriber = openSocket();
  await Promise.all([silent.opened, subscriber.opened]);
  subscriber.send({ type: 'connection_init', payload: { authorization: `Bearer ${stdout.trim()}` } });
  await subscriber.heard('connection_ack');
  subscriber.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { supervisionFeed { cursor } }' } });
  while (((await (await fetch(new URL('/ready', hub.url))).json()) as { pipelines: number }).pipelines === 0);
  expect(await hub.stop()).toBe(0);
  expect(await subscriber.heard('error')).toMatchObject({ payload: [{ extensions: { code: 'GATEWAY_CLOSING' } }] });
  expect([await silent.closed, await subscriber.closed]).toEqual([1001, 1001]);
  expect(existsSync(postmasterFile)).toBe(false);
  expect([isRunning(postmaster), isRunning(hub.pid)]).toEqual([false, false]);
});

test('a stop during the start is heard: nothing is left running', async () => {
  const early = join(home, 'early');
  const file = join(early, 'postgres/data/postmaster.pid');
  const starting = startCommand('packages/hub/src/main.ts', [], { ...env, GNOMON_HOME: early, PORT: '0' });
  await vi.waitUntil(() => existsSync(file), { timeout: 600_000, interval: 5 });
  const postmaster = Number.parseInt(readFileSync(file, 'utf8'), 10);
  starting.child.kill('SIGTERM');
  expect((await starting.outcome).code).toBe(0);
  expect([existsSync(file), isRunning(postmaster)]).toEqual([false, false]);
});

/** A WebSocket of which a test awaits what it hears. */
function openSocket() {
  const socket = new WebSocket(hub.url.replace('http', 'ws'), 'graphql-transport-ws');
  const messages: { readonly type: string }[] = [];
  const watchers = new Set<() => void>();
  const on = <T>(event: 'open' | 'close', read: (event: CloseEvent) => T): Promise<T> =>
    new Promise((resolve) => socket.addEventListener(event, (one) => resolve(read(one as CloseEvent)), { once: true }));
  socket.addEventListener('message', ({ data }) => {
    messages.push(JSON.parse(String(data)) as { type: string });
    for (const look of watchers) look();
  });
  return {
    opened: on('open', () => {}),
    closed: on('close', ({ code }) => code),
    send: (message: object) => socket.send(JSON.stringify(message)),
    heard: (type: string) =>
      new Promise<object>((resolve) => {
        const look = (): void => {
          const found = messages.find((message) => message.type === type);
          if (found !== undefined) resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie still answers; whoever should bury it is this run's init, not the hub.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
}
