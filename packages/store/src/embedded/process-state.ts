import { readFileSync, readlinkSync, realpathSync } from 'node:fs';

/**
 * Whether a process runs. A zombie does not: it still answers signal 0, and a launcher that believed it would wait for ever
 * for a server that has ended but was not yet collected by its parent.
 */
export function isRunning(pid: number): boolean {
  const state = procState(pid);
  if (state !== undefined) return state !== 'Z' && state !== 'X';
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether `pid` is a running process whose working folder is `folder`; true on systems that cannot tell, if it runs at all. */
export function isRunningIn(pid: number, folder: string): boolean {
  if (!isRunning(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    // Gone in the meantime, or a process of somebody else under a number that was used again: not the one we mean.
    return false;
  }
}

/** A mark that tells a process from a later one of the same number: its start, in clock ticks since boot; '' where unknown. */
export function startMark(pid: number): string {
  return statFields(pid)?.[19] ?? '';
}

/** The state letter of /proc, 'X' for a process that is gone, `undefined` where there is no /proc. */
function procState(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return statFields(pid)?.[0] ?? 'X';
}

/** The fields of /proc/PID/stat from the state on; the command before them may contain blanks and brackets. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
