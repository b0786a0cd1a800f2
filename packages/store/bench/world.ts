import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Database, openDatabase, provisionSchemas, startEmbeddedServer } from '../src/index.ts';

/** A number given as `--name=value`, or the default. */
export function option(name: string, otherwise: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return given === undefined ? otherwise : Number(given.split('=')[1]);
}

/** Runs a bench on a server of its own, with the durability of production (fsync on), or on `DATABASE_URL`. */
export async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
  const log = pino({ level: 'silent' });
  const server =
    process.env.DATABASE_URL === undefined
      ? await startEmbeddedServer({ folder, settings: { shared_buffers: '512MB' } })
      : null;
  const url = server?.url ?? process.env.DATABASE_URL!;
  try {
    await provisionSchemas(url, ['bench']);
    const database = await openDatabase({ url, schema: 'bench', applicationName: 'bench', log });
    await work(database).finally(() => database.close());
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** `12,345`. */
export function count(n: number): string {
  return Math.round(n).toLocaleString('en');
}
