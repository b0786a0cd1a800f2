import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer } from '@gnomon/store';
import { findOrInstall } from './debian-package.ts';
import { THROW_AWAY_SETTINGS } from './test-server.ts';

/** A throw-away server of Debian's PostgreSQL 15. */
export interface DebianPostgres {
  /** Administrator's address, for `TEST_DATABASE_URL`. */
  readonly url: string;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL 15 in a temporary folder; a reason in place of it when it is neither there nor to be installed. */
export async function startDebianPostgres(): Promise<DebianPostgres | { readonly missing: string }> {
  const found = findOrInstall('postgresql-15');
  if ('missing' in found) return found;
  const folder = mkdtempSync(join(tmpdir(), 'gnomon-postgres-15-'));
  const server = await startEmbeddedServer({ folder, binFolder: found.path, settings: THROW_AWAY_SETTINGS });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
