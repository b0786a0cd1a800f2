import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** How a command ended and what it said. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a TypeScript file of the repository as a command and waits for its end. `GNOMON_DEMO` is off. */
export async function runCommand(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = start(file, args, env);
  const [stdout, stderr, [code]] = await Promise.all([
    textOf(child.stdout!),
    textOf(child.stderr!),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** A process of the repository that serves until it is stopped. */
export interface ServingProcess {
  /** The address in the line that says `ready`. */
  readonly url: string;
  /** Asks it to stop, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a TypeScript file of the repository and waits for its line with `ready` and an address. */
export async function startProcess(file: string, env: NodeJS.ProcessEnv): Promise<ServingProcess> {
  const child = start(file, [], env);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const complaints = textOf(child.stderr!);
  const url = await Promise.race([readyLine(child), ended.then(() => null)]);
  if (url === null) throw new Error(`${file} ended before it was ready:\n${await complaints}`);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: { ...process.env, GNOMON_DEMO: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function readyLine(child: ChildProcess): Promise<string | null> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /\bready\b.*?(http:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    // What is said later is read and dropped, so that the process never waits for its reader.
    child.stdout!.resume();
    return url;
  }
  return null;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}
