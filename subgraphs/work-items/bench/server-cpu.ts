import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TICKS_A_SECOND = 100;

/**
 * CPU seconds, user and system, that the PostgreSQL server of a data folder has used: itself, its processes and those that
 * have ended. `null` where there is no /proc.
 */
export function serverCpuSeconds(dataFolder: string): number | null {
  try {
    const server = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]!;
    let ticks = ticksOf(server, 11, 12, 13, 14);
    for (const pid of readdirSync('/proc'))
      if (/^\d+$/.test(pid) && fieldsOf(pid)[1] === server) ticks += ticksOf(pid, 11, 12);
    return ticks / TICKS_A_SECOND;
  } catch {
    return null;
  }
}

function ticksOf(pid: string, ...fields: readonly number[]): number {
  const stat = fieldsOf(pid);
  return fields.reduce((sum, field) => sum + Number(stat[field] ?? 0), 0);
}

/** The fields of /proc/PID/stat from the state on; none for a process that has just ended. */
function fieldsOf(pid: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
