#!/usr/bin/env node
// What `npx pnpm …` finds in an installed workspace. pnpm 12 keeps the word `token` for its registry log-in and runs no script of
// that name, so `npx pnpm token` is answered here; every other command goes to the real pnpm as it came.
// Plain JavaScript: whatever Node starts it (20 or newer) need not read TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const NODE_24 = join(ROOT, 'node_modules', '.bin', 'node');
const GONE_POLL_MS = 500;
const args = process.argv.slice(2);
const isWindows = process.platform === 'win32';

if (args[0] === 'token') {
  run(NODE_24, [fileURLToPath(new URL('./token.ts', import.meta.url)), ...args.slice(1)], {
    cwd: process.cwd(),
    env: process.env,
  });
} else {
  // From outside the workspace npx finds the real pnpm; `--dir` brings it back to where the caller stands.
  const real = ['--yes', 'pnpm', '--dir', process.cwd(), ...args];
  const npx = npxScript();
  const options = { cwd: tmpdir(), env: { ...withoutNpmVariables(process.env), INIT_CWD: process.cwd() } };
  if (npx === null) run('npx', real, options);
  else run(process.execPath, [npx, ...real], options);
}

/** Runs a program in a process group of its own, so that a signal reaches all of it, also when only the caller was told to stop. */
function run(program, parameters, options) {
  const child = spawn(program, parameters, { ...options, stdio: 'inherit', detached: !isWindows, shell: isWindows });
  const stop = (signal) => {
    try {
      process.kill(isWindows ? child.pid : -child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stop(signal));
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) stop('SIGTERM');
  }, GONE_POLL_MS);
  watch.unref();
  child.on('error', (error) => {
    process.stderr.write(`${program} 未能启动 could not be started: ${error.message}\n`);
    process.exitCode = 127;
  });
  child.on('exit', (code, signal) => {
    clearInterval(watch);
    process.exitCode = code ?? (signal === 'SIGTERM' ? 143 : 130);
  });
}

/** The npx that belongs to the npm which started this, or to this Node. */
function npxScript() {
  const candidates = [
    process.env.npm_execpath && join(dirname(process.env.npm_execpath), 'npx-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npx-cli.js'),
  ];
  return candidates.find((file) => file && existsSync(file)) ?? null;
}

/** The outer npx's own settings speak of the workspace; only where packages come from and are kept stays. */
function withoutNpmVariables(env) {
  const kept = new Set(['npm_config_registry', 'npm_config_cache', 'npm_config_userconfig']);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || kept.has(name.toLowerCase())),
  );
}
