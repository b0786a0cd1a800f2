import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunningIn } from './process-state.ts';

/** What a running server writes into `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** Line 8 says `ready` from the moment the server takes connections. */
  readonly ready: boolean;
}

/** Reads `postmaster.pid`; `null` when there is none. */
export function readPostmasterFile(dataFolder: string): PostmasterFile | null {
  let text: string;
  try {
    text = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** The running server of a data folder, or `null`: no file, or a file left behind by a server that was killed. */
export function runningPostmaster(dataFolder: string): PostmasterFile | null {
  const file = readPostmasterFile(dataFolder);
  return file !== null && file.pid > 0 && isRunningIn(file.pid, dataFolder) ? file : null;
}

/**
 * Makes a stale `postmaster.pid` harmless. PostgreSQL refuses to start while the number in it answers a signal, and after
 * `kill -9` in a container that number soon belongs to somebody else. The file must not be deleted, because its shared-memory
 * key is how a new server notices backends of the killed one that still write; so we put our own number in, which the
 * server ignores because we are its parent, and leave the rest.
 */
export function disarmStalePostmasterFile(dataFolder: string): void {
  const path = join(dataFolder, 'postmaster.pid');
  if (readPostmasterFile(dataFolder) === null || runningPostmaster(dataFolder) !== null) return;
  const rest = readFileSync(path, 'utf8').split('\n').slice(1);
  writeFileSync(path, [String(process.pid), ...rest].join('\n'));
}
