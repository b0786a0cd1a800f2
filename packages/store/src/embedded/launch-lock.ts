import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning, startMark } from './process-state.ts';

const EMPTY_LOCK_GRACE_MS = 2_000;
const RETRY_MS = 25;

/** Holds the lock file at `path` while `work` runs. A lock whose holder has ended is taken over. */
export async function withLaunchLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!tryCreate(path)) {
    if (!removeAbandoned(path)) await pause(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** `PID START`, which names this process for good. */
export function processMark(): string {
  return `${process.pid} ${startMark(process.pid)}`;
}

/** Whether the process that left this mark still runs. */
export function isMarkAlive(mark: string): boolean {
  const [pid, start] = mark.trim().split(' ');
  return isRunning(Number(pid)) && startMark(Number(pid)) === (start ?? '');
}

function tryCreate(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o644);
    writeSync(file, processMark());
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** True when the lock was abandoned and is gone now. */
function removeAbandoned(path: string): boolean {
  const mine = `${path}.${process.pid}`;
  try {
    if (!isAbandoned(path)) return false;
    // Moved aside before it is deleted: if somebody else took it over since we looked, what we hold is alive and goes back.
    renameSync(path, mine);
    if (!isAbandoned(mine)) linkSync(mine, path);
    rmSync(mine);
    return true;
  } catch (error) {
    if (['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function isAbandoned(path: string): boolean {
  const mark = readFileSync(path, 'utf8');
  // Between creation and the first byte the file is empty for an instant; for longer only when its maker was killed just there.
  return mark === '' ? Date.now() - statSync(path).mtimeMs > EMPTY_LOCK_GRACE_MS : !isMarkAlive(mark);
}
