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
export function runCommand(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return startCommand(file, args, env).outcome;
}

/** Starts a TypeScript file of the repository as a command; its outcome comes when it has ended. */
export function startCommand(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  const child = start(file, args, env);
  const outcome = async (): Promise<Outcome> => {
    const [stdout, stderr, [code]] = await Promise.all([
      textOf(child.stdout!),
      textOf(child.stderr!),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  };
  return { child, outcome: outcome() };
}

/** A process of the repository that serves until it is stopped. */
export interface ServingProcess {
  /** The address in the line that says `ready`. */
  readonly url: string;
  readonly pid: number;
  /** The line that said so. */
  readonly readyLine: string;
  /** Tells it something and waits until its log says what fits. */
  tell(signal: NodeJS.Signals, answer: RegExp): Promise<void>;
  /** Asks it to stop, and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it on the spot, without a chance to tidy up, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a TypeScript file of the repository and waits for its line with `ready` and an address. */
export async function startProcess(file: string, env: NodeJS.ProcessEnv): Promise<ServingProcess> {
  const child = start(file, [], env);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const complaints = textOf(child.stderr!);
  const ready = await Promise.race([readyLine(child), ended.then(() => null)]);
  if (ready === null) throw new Error(`${file} ended before it was ready:\n${await complaints}`);
  return {
    ...ready,
    pid: child.pid!,
    async tell(signal, answer) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let said = '';
      child.stderr!.on('data', (part) => {
        if (answer.test((said += String(part)))) resolve();
      });
      child.kill(signal);
      await promise;
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return (await ended)[0];
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
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

async function readyLine(child: ChildProcess): Promise<{ url: string; readyLine: string } | null> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /\bready\b.*?(http:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    // What is said later is read and dropped, so that the process never waits for its reader.
    child.stdout!.resume();
    return { url, readyLine: line };
  }
  return null;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}
