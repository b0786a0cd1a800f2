import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  appendToOutbox,
  createClient,
  openDatabase,
  openFeed,
  provisionSchemas,
  relayOnce,
  resolveServer,
  runRelay,
  startEmbeddedServer,
  stopServerIn,
} from '../src/index.ts';
import { silent } from './silent.ts';

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gnomon-embedded-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stopServerIn(folder);
  rmSync(folder, { recursive: true, force: true });
});

const postmasterPid = () => Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
const isAlive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
async function ask(url: string): Promise<unknown> {
  const sql = createClient({ url, applicationName: 'test', max: 1 });
  const [row] = await sql`select current_database() as name`.finally(() => sql.end());
  return row!.name;
}
/** A launcher in its own process; resolves with its address. */
async function launcher(): Promise<{ child: ChildProcess; url: string }> {
  const command = fileURLToPath(new URL('./launch-command.ts', import.meta.url));
  const child = spawn(process.execPath, [command, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(child.stdout!, 'data');
  return { child, url: String(line).trim() };
}

test('the server listens on the loopback only, asks for its password, and leaves no process when stopped', async () => {
  const server = await startEmbeddedServer({ folder });
  expect(await ask(server.url)).toBe('gnomon');
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
  expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await expect(ask(wrong.href)).rejects.toMatchObject({ code: '28P01' });
  const pid = postmasterPid();
  await server.stop();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(join(folder, 'data', 'postmaster.pid'))).toBe(false);
});

test('data outlives a stop, and a second launcher attaches to the running server without owning it', async () => {
  const first = await startEmbeddedServer({ folder });
  const second = await startEmbeddedServer({ folder });
  expect(second.url).toBe(first.url);
  const sql = createClient({ url: first.url, applicationName: 'test', max: 1 });
  await sql`create table kept (id integer)`;
  await second.stop();
  await sql`insert into kept values (1)`;
  await sql.end();
  await first.stop();
  const again = await startEmbeddedServer({ folder, settings: { work_mem: '7MB' } });
  const later = createClient({ url: again.url, applicationName: 'test', max: 1 });
  expect(await later`select id, current_setting('work_mem') as memory from kept`).toEqual([{ id: 1, memory: '7MB' }]);
  await later.end();
  await again.stop();
});

test('launchers that race in an empty folder get one server', async () => {
  const launchers = await Promise.all([launcher(), launcher(), launcher()]);
  expect(new Set(launchers.map(({ url }) => url)).size).toBe(1);
  expect(await ask(launchers[0]!.url)).toBe('gnomon');
});

test('the server of a launcher that was killed is taken over, and ends with its new owner', async () => {
  const { child, url } = await launcher();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await ask(url)).toBe('gnomon');
  const heir = await startEmbeddedServer({ folder });
  expect(heir.url).toBe(url);
  const pid = postmasterPid();
  await heir.stop();
  expect(isAlive(pid)).toBe(false);
});

test('a launcher told to end stops its server', async () => {
  const { child } = await launcher();
  const pid = postmasterPid();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(isAlive(pid)).toBe(false);
});

test('a pid file left by a killed server, whose number another process has now, does not stop the start', async () => {
  const server = await startEmbeddedServer({ folder });
  const path = join(folder, 'data', 'postmaster.pid');
  const left = readFileSync(path, 'utf8');
  await server.stop();
  const stranger = spawn('sleep', ['60']);
  children.push(stranger);
  writeFileSync(path, [stranger.pid, ...left.split('\n').slice(1)].join('\n'), { mode: 0o600 });
  const { uid, gid } = statSync(join(folder, 'data'));
  chownSync(path, uid, gid);
  const again = await startEmbeddedServer({ folder });
  expect(await ask(again.url)).toBe('gnomon');
  expect(isAlive(stranger.pid!)).toBe(true);
  await again.stop();
});

test('a folder in which the first start was cut off half way is made anew', async () => {
  const cut = join(folder, 'data.new');
  await startEmbeddedServer({ folder }).then((server) => server.stop());
  rmSync(join(folder, 'data'), { recursive: true });
  writeFileSync(cut, 'half');
  const server = await startEmbeddedServer({ folder });
  expect(await ask(server.url)).toBe('gnomon');
  await server.stop();
});

test('after kill -9 of the server in the middle of writing, what was confirmed is there, dense and once, and readers go on', async () => {
  const server = await startEmbeddedServer({ folder });
  await provisionSchemas(server.url, ['alpha']);
  // The same port at each start, so that clients come back by themselves as they do with a service.
  const port = new URL(server.url).port;
  const database = await openDatabase({ url: server.url, schema: 'alpha', applicationName: 'test', log: silent });
  const stop = new AbortController();
  const relay = runRelay({ database, signal: stop.signal });
  const seen: { seq: number; payload: unknown }[] = [];
  const reading = (async () => {
    for await (const entries of openFeed(database).follow('crash', null, { signal: stop.signal })) {
      seen.push(...entries.map(({ seq, payload }) => ({ seq, payload })));
    }
  })();

  const confirmed: number[] = [];
  const unsure = new Set<number>();
  let isOver = false;
  const writing = (async () => {
    for (let n = 0; !isOver; n += 1) {
      const entry = { stream: 'crash', type: 'n', key: 'k', at: n, payload: n };
      await database
        .transaction((tx) => appendToOutbox(tx, [entry]))
        .then(
          () => confirmed.push(n),
          () => unsure.add(n),
        );
      if (unsure.has(n)) await new Promise((done) => setTimeout(done, 20));
    }
  })();
  for (let crash = 0; crash < 3; crash += 1) {
    const goal = confirmed.length + 50;
    await vi.waitUntil(() => confirmed.length > goal, { timeout: 300_000 });
    process.kill(postmasterPid(), 'SIGKILL');
    await startEmbeddedServer({ folder, settings: { port } });
  }
  const goal = confirmed.length + 50;
  await vi.waitUntil(() => confirmed.length > goal, { timeout: 300_000 });
  isOver = true;
  await writing;
  await relayOnce(database);
  const whole = await openFeed(database).read('crash', null, 10_000);
  await vi.waitUntil(() => seen.length >= whole.length, { timeout: 300_000 });
  stop.abort();
  await Promise.all([relay, reading]);
  await database.close();

  expect(whole.map(({ seq }) => seq)).toEqual(whole.map((_, index) => index + 1));
  expect(seen).toEqual(whole.map(({ seq, payload }) => ({ seq, payload })));
  const values = whole.map(({ payload }) => payload as number);
  expect(new Set(values).size).toBe(values.length);
  // A commit whose answer was lost may be there or not; nothing else may be missing or extra.
  expect(values.filter((n) => !unsure.has(n))).toEqual(confirmed);
  await server.stop();
});

test('a data folder below one that only its owner may enter serves as well, also for root', async () => {
  chmodSync(folder, 0o700);
  const server = await startEmbeddedServer({ folder: join(folder, 'home', 'postgres') });
  expect(await ask(server.url)).toBe('gnomon');
  await server.stop();
});

test('DATABASE_URL wins over the embedded server, and a wrong one is refused', async () => {
  const given = await resolveServer({ DATABASE_URL: 'postgres://somebody@example.org/x' }, folder);
  expect(given.url).toBe('postgres://somebody@example.org/x');
  await given.stop();
  expect(existsSync(join(folder, 'data'))).toBe(false);
  await expect(resolveServer({ DATABASE_URL: 'mysql://x' }, folder)).rejects.toThrow(
    'expected postgres://user:password@host:port/database',
  );
});

test('a server that cannot start says so with the end of its log', async () => {
  const started = startEmbeddedServer({ folder, settings: { shared_buffers: 'many' } });
  await expect(started).rejects.toThrow(/did not become ready[\s\S]*invalid value for parameter "shared_buffers"/);
});
