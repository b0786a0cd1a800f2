import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedServer } from '@gnomon/store';

/** The environment variable by which the processes of one test run find their cluster's folder. */
export const CLUSTER_FOLDER_VARIABLE = 'GNOMON_TEST_CLUSTER';

/** A throw-away cluster may lose everything at a crash, and so needs to wait for no disk. */
export const THROW_AWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  autovacuum_naptime: '5s',
};

/**
 * The administrator's address of the server of this test run: `TEST_DATABASE_URL` where it is set, otherwise one cluster a run, started
 * by whoever asks first. Whoever comes second attaches.
 */
export async function useTestServer(): Promise<string> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return given;
  const folder = process.env[CLUSTER_FOLDER_VARIABLE];
  if (folder === undefined) {
    throw new Error(
      `${CLUSTER_FOLDER_VARIABLE}: expected the folder of the run's cluster, found nothing; run tests by vitest with the repository's ` +
        'configuration (it names the global set-up), or set TEST_DATABASE_URL.',
    );
  }
  mkdirSync(folder, { recursive: true });
  const server = await startEmbeddedServer({
    folder: join(folder, 'server'),
    settings: THROW_AWAY_SETTINGS,
    keepRunning: true,
  });
  return server.url;
}
