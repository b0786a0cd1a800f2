import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that some tests need and npm does not bring. */
export type DebianPackage = 'chromium' | 'postgresql-15';
/** Where it is, or why it is not there. */
export type Found = { readonly path: string } | { readonly missing: string };

/**
 * Finds a program, or installs its Debian package: as root, on Debian and its like. A caller that gets a reason prints it; where `CI` is
 * set it fails, because a test that was left out says nothing.
 */
export function findOrInstall(name: DebianPackage): Found {
  const present = find(name);
  if (present !== null) return { path: present };
  if (!existsSync('/etc/debian_version')) return missing(name, 'this is not Debian');
  if (process.getuid?.() !== 0) return missing(name, 'installing it needs root');
  if (name === 'postgresql-15') forbidMainCluster();
  for (const args of [
    ['update'],
    ['install', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', name],
  ]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const result = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', env });
    if (result.status !== 0)
      return missing(name, `apt-get ${args[0]} failed: ${String(result.stderr).trim().slice(-400)}`);
  }
  const installed = find(name);
  return installed === null
    ? missing(name, 'apt-get installed it, and it is still not where it was expected')
    : { path: installed };
}

function find(name: DebianPackage): string | null {
  if (name === 'postgresql-15') {
    const folder = '/usr/lib/postgresql/15/bin';
    return existsSync(join(folder, 'postgres')) ? folder : null;
  }
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const program of ['chromium', 'chromium-browser', 'google-chrome']) {
      if (existsSync(join(folder, program))) return join(folder, program);
    }
  }
  return null;
}

/** The package would make and start a server of its own. */
function forbidMainCluster(): void {
  const path = '/etc/postgresql-common/createcluster.conf';
  if (existsSync(path)) return;
  mkdirSync('/etc/postgresql-common', { recursive: true });
  writeFileSync(path, 'create_main_cluster = false\n');
}

function missing(name: DebianPackage, why: string): Found {
  return {
    missing: `缺少 ${name} · ${name} is missing: ${why}. Install it (apt-get install ${name}) and run this again.`,
  };
}
