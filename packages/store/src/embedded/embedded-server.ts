import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import postgres from 'postgres';
import { isMarkAlive, processMark, withLaunchLock } from './launch-lock.ts';
import { type Binaries, findBinaries, programsIn } from './platform-binaries.ts';
import {
  disarmStalePostmasterFile,
  type PostmasterFile,
  readPostmasterFile,
  runningPostmaster,
} from './postmaster-file.ts';
import { isRunning } from './process-state.ts';
import { asAccount, chooseServerAccount, type ServerAccount } from './server-account.ts';

const START_LIMIT_MS = 60_000;
const FAST_STOP_LIMIT_MS = 30_000;
const POLL_MS = 10;
const START_ATTEMPTS = 40;
const SUPERUSER = 'postgres';
const DATABASE = 'gnomon';

/** What the embedded server is started with; a caller's `settings` win. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '4GB',
  // The outbox and the tally deltas are emptied all the time; a minute's worth of dead rows would have to be walked over.
  autovacuum_naptime: '15s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/** An embedded PostgreSQL server that takes connections. */
export interface EmbeddedServer {
  /** Address of the superuser on the database `gnomon`. */
  readonly url: string;
  /** Ends the server if this process started it or took it over from a process that has ended; otherwise only lets go of it. */
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  /** Holds `data/`, `password` and `server.log`; made when missing. */
  readonly folder: string;
  readonly log?: Logger;
  /** Settings of postgresql.conf for this start. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder with `postgres` and `initdb` to run in place of the npm binaries, for example `/usr/lib/postgresql/15/bin`. */
  readonly binFolder?: string;
  /** The server outlives this process; `stopServerIn(folder)` ends it. For test runs, where many processes share one server. */
  readonly keepRunning?: boolean;
}

/**
 * Starts PostgreSQL from the npm binaries in `folder`, or attaches to the server that already runs there: of two launchers, the
 * second attaches. Loopback only, a free port, a random password.
 * @throws {Error} when there are no binaries for the platform or the server does not start; the message carries the end of its log.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  return withLaunchLock(join(folder, 'launch.lock'), async () => {
    const attached = await attach(folder);
    const postmaster = attached ?? (await launch(folder, options));
    options.log?.info(
      { pid: postmaster.pid, port: postmaster.port, attached: attached !== null },
      'embedded PostgreSQL ready',
    );
    return serverHandle(folder, postmaster, options.keepRunning ?? false);
  });
}

/** Ends the server of `folder`, if one runs; fast shutdown, and immediate when that takes longer than 30 s. */
export async function stopServerIn(folder: string): Promise<void> {
  const data = join(resolve(folder), 'data');
  const running = runningPostmaster(data);
  if (running === null) return;
  stopSignal(running.pid, data);
  const limit = Date.now() + FAST_STOP_LIMIT_MS;
  while (isRunning(running.pid)) {
    if (Date.now() > limit) process.kill(running.pid, 'SIGQUIT');
    await pause(POLL_MS);
  }
}

/** The server that runs already and answers; `null` when there is none. One that is just dying may still look alive for a moment. */
async function attach(folder: string): Promise<PostmasterFile | null> {
  const data = join(folder, 'data');
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    const running = runningPostmaster(data);
    if (running === null) return null;
    try {
      const postmaster = await untilReady(data, running.pid, folder);
      await ensureDatabase(folder, postmaster);
      return postmaster;
    } catch (error) {
      if (Date.now() > limit) throw error;
      await pause(POLL_MS);
    }
  }
}

async function launch(folder: string, options: EmbeddedServerOptions): Promise<PostmasterFile> {
  const account = chooseServerAccount(folder);
  const binaries = options.binFolder === undefined ? findBinaries(account) : programsIn(options.binFolder);
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(folder, binaries, account);
  let failure = '';
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    disarmStalePostmasterFile(data);
    const { pid, exited } = await spawnPostmaster(folder, binaries, account, options.settings ?? {});
    try {
      const postmaster = await untilReady(data, pid, folder, exited);
      await ensureDatabase(folder, postmaster);
      return postmaster;
    } catch (error) {
      failure = (error as Error).message;
      // Backends of a killed server need a moment to notice, and a free port can be taken before we use it; other faults stay.
      if (!/still in use|could not bind|Address already in use/.test(failure)) throw error;
      await pause(250);
    }
  }
  throw new Error(failure);
}

/** Makes the cluster under another name first, so that a launcher killed half way leaves nothing that looks whole. */
function initialise(folder: string, binaries: Binaries, account: ServerAccount): void {
  const fresh = join(folder, 'data.new');
  rmSync(fresh, { recursive: true, force: true });
  const passwordFile = join(folder, 'password.new');
  writeFileSync(passwordFile, password(folder), { mode: 0o600 });
  if (account.kind === 'other') chownSync(passwordFile, account.uid, account.gid);
  const args = [
    '-D',
    fresh,
    '-U',
    SUPERUSER,
    '--encoding=UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
  ];
  const { command, args: commandArgs, identity } = asAccount(account, binaries.initdb, [...args, '--no-instructions']);
  const result = spawnSync(command, commandArgs, {
    ...identity,
    encoding: 'utf8',
    cwd: folder,
    env: serverEnvironment(),
  });
  rmSync(passwordFile, { force: true });
  if (result.status !== 0) {
    const said = result.error?.message ?? `${result.stdout}${result.stderr}`;
    throw new Error(`数据库初始化失败 · initdb failed in ${fresh} (status ${result.status}): ${said}`);
  }
  renameSync(fresh, join(folder, 'data'));
}

async function spawnPostmaster(
  folder: string,
  binaries: Binaries,
  account: ServerAccount,
  settings: Readonly<Record<string, string>>,
): Promise<{ pid: number; exited: () => boolean }> {
  const data = join(folder, 'data');
  const all = { ...SETTINGS, port: String(await freePort()), ...settings };
  const args = ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const { command, args: commandArgs, identity } = asAccount(account, binaries.postgres, args);
  const logFile = openSync(join(folder, 'server.log'), 'a');
  // Its own process group, so that Ctrl-C at a terminal reaches us first and we stop the server when our own work is done.
  const stdio: ['ignore', number, number] = ['ignore', logFile, logFile];
  const child = spawn(command, commandArgs, {
    ...identity,
    cwd: data,
    detached: true,
    stdio,
    env: serverEnvironment(),
  });
  closeSync(logFile);
  let exited = false;
  child.on('exit', () => (exited = true));
  child.on('error', () => (exited = true));
  child.unref();
  return { pid: child.pid ?? -1, exited: () => exited };
}

async function untilReady(data: string, pid: number, folder: string, exited = () => false): Promise<PostmasterFile> {
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    const file = readPostmasterFile(data);
    if (file?.pid === pid && file.ready) return file;
    if (exited() || !isRunning(pid) || Date.now() > limit) {
      throw new Error(
        `数据库没有启动 · The embedded PostgreSQL in ${folder} did not become ready; the end of ${join(folder, 'server.log')}:\n${logTail(folder)}`,
      );
    }
    await pause(POLL_MS);
  }
}

async function ensureDatabase(folder: string, postmaster: PostmasterFile): Promise<void> {
  const admin = postgres(address(folder, postmaster, 'postgres'), { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    const found = await admin`select 1 from pg_database where datname = ${DATABASE}`;
    if (found.length === 0) await admin.unsafe(`create database ${DATABASE}`);
  } finally {
    await admin.end();
  }
}

function serverHandle(folder: string, postmaster: PostmasterFile, keepRunning: boolean): EmbeddedServer {
  const url = address(folder, postmaster, DATABASE);
  const ownerFile = join(folder, 'owner');
  const isOwner = !keepRunning && (!existsSync(ownerFile) || !isMarkAlive(readFileSync(ownerFile, 'utf8')));
  if (!isOwner) return { url, stop: async () => {} };
  writeFileSync(ownerFile, processMark());
  const stopAtExit = () => stopSignal(postmaster.pid, join(folder, 'data'));
  process.on('exit', stopAtExit);
  return {
    url,
    async stop() {
      process.off('exit', stopAtExit);
      await stopServerIn(folder);
      rmSync(ownerFile, { force: true });
    },
  };
}

/** Fast shutdown: transactions are rolled back, clients are sent away, the checkpoint is written. */
function stopSignal(pid: number, data: string): void {
  if (process.platform === 'win32') {
    spawnSync(findBinaries({ kind: 'self' }).pgCtl, ['stop', '-D', data, '-m', 'fast']);
  } else if (isRunning(pid)) {
    process.kill(pid, 'SIGINT');
  }
}

function address(folder: string, postmaster: PostmasterFile, database: string): string {
  return `postgres://${SUPERUSER}:${password(folder)}@127.0.0.1:${postmaster.port}/${database}`;
}

/** The password of this folder's cluster; made at the first call, hexadecimal so that it needs no escaping in an address. */
function password(folder: string): string {
  const path = join(folder, 'password');
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC', SystemRoot: process.env.SystemRoot };
}

function logTail(folder: string): string {
  return readFileSync(join(folder, 'server.log'), 'utf8').split('\n').slice(-12).join('\n');
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const found = probe.address();
      probe.close(() =>
        found !== null && typeof found === 'object' ? done(found.port) : fail(new Error('no free port')),
      );
    });
  });
}
