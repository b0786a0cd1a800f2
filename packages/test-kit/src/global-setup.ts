import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopServerIn } from '@gnomon/store';
import { CLUSTER_FOLDER_VARIABLE } from './test-server.ts';

const PREFIX = 'gnomon-test-';

/** Vitest's global set-up: names a folder for the run's cluster and, at the end, removes the cluster if anybody needed one. */
export default async function setup(): Promise<() => Promise<void>> {
  await removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  process.env[CLUSTER_FOLDER_VARIABLE] = folder;
  return () => removeCluster(folder);
}

/** Clusters of runs that were killed before they could clean up. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await removeCluster(join(tmpdir(), name));
  }
}

async function removeCluster(folder: string): Promise<void> {
  if (existsSync(join(folder, 'server'))) await stopServerIn(join(folder, 'server'));
  rmSync(folder, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
