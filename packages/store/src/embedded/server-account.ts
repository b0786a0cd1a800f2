import { spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/**
 * As whom the server runs. PostgreSQL refuses to run as root:
 * - `self`: we are not root;
 * - `other`: we are root and switch to `nobody`;
 * - `namespace`: we are root and `nobody` cannot reach the data folder; in a user namespace without a mapping the server sees
 *   itself as nobody, while its files stay ours.
 */
export type ServerAccount =
  | { readonly kind: 'self' }
  | { readonly kind: 'other'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'namespace' };

/** Chooses the account that can write in `folder`, and gives the folder to it. */
export function chooseServerAccount(folder: string): ServerAccount {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const uid = idOf('-u');
  const gid = idOf('-g');
  if (uid !== null && gid !== null) {
    chownSync(folder, uid, gid);
    if (canAccess({ uid, gid }, folder, '-w')) return { kind: 'other', uid, gid };
    chownSync(folder, 0, 0);
  }
  const probe = spawnSync('unshare', ['-U', 'true'], { stdio: 'ignore' });
  if (probe.status === 0) return { kind: 'namespace' };
  throw new Error(
    `数据库不能以 root 身份运行, 且 nobody 无法访问 ${folder} · PostgreSQL does not run as root, and the account nobody cannot reach ` +
      `the data folder ${folder}; expected a folder below readable parents. Set GNOMON_HOME to one (for example /var/lib/gnomon), ` +
      'start as another user, or set DATABASE_URL.',
  );
}

/** Whether the account may read and run the file at `path`. */
export function canRun(account: ServerAccount, path: string): boolean {
  return account.kind !== 'other' || canAccess(account, path, '-x');
}

/** Command, arguments and identity to spawn `program` as the account. */
export function asAccount(account: ServerAccount, program: string, args: readonly string[]) {
  if (account.kind === 'namespace') return { command: 'unshare', args: ['-U', '--', program, ...args], identity: {} };
  return {
    command: program,
    args: [...args],
    identity: account.kind === 'other' ? { uid: account.uid, gid: account.gid } : {},
  };
}

function canAccess(account: { readonly uid: number; readonly gid: number }, path: string, test: '-w' | '-x'): boolean {
  const { uid, gid } = account;
  return spawnSync('/bin/sh', ['-c', `test ${test} "$0"`, path], { uid, gid, stdio: 'ignore', cwd: '/' }).status === 0;
}

function idOf(flag: '-u' | '-g'): number | null {
  const answer = spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' });
  return answer.status === 0 ? Number(answer.stdout.trim()) : null;
}
