import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from './types.ts';

/** One numbered file of SQL. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string;
}

/**
 * Brings the schema up to the newest file of `folder`: each file in one transaction, behind one lock for the schema, recorded with its
 * hash. Forward only.
 * @returns the names of the files that were applied now.
 * @throws {Error} when a file that was applied has changed or is gone, naming it.
 */
export async function migrate(
  database: Pick<Database, 'transaction' | 'schema'>,
  folder: URL,
): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const applied: string[] = [];
  for (const migration of migrations) {
    if (await applyOne(database, migration, migrations)) applied.push(migration.name);
  }
  return applied;
}

/**
 * Reads `0001-name.sql`, `0002-…` in order; a file that does not end in `.sql` is no migration.
 * @throws {Error} for a badly named file, a number used twice, or a gap.
 */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const path = fileURLToPath(folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1] ?? Number.NaN);
      if (number !== index + 1) {
        throw new Error(
          `migration ${name} in ${path}: expected a name like ${String(index + 1).padStart(4, '0')}-what-it-does.sql (no gap, none twice).`,
        );
      }
      const text = await readFile(new URL(name, asFolder(folder)), 'utf8');
      return { number, name, text, hash: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function applyOne(
  database: Pick<Database, 'transaction' | 'schema'>,
  migration: Migration,
  all: readonly Migration[],
): Promise<boolean> {
  const { schema } = database;
  return database.transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${`gnomon migrate ${schema}`}, 0))`;
    await tx.unsafe(
      `create table if not exists "${schema}".migration (number integer, name text not null, hash text not null,
         applied_at timestamptz not null default now(), constraint migration_pkey primary key (number))`,
    );
    const done = await tx<{ number: number; name: string; hash: string }[]>`
      select number, name, hash from ${tx(schema)}.migration order by number`;
    for (const { number, name, hash } of done) {
      const present = all[number - 1];
      if (present === undefined)
        throw new Error(`migration ${schema}/${name}: expected the file that was applied, found none; restore it.`);
      if (present.hash !== hash) {
        throw new Error(
          `migration ${schema}/${present.name}: expected the text that was applied (${hash.slice(0, 12)}…), got another ` +
            `(${present.hash.slice(0, 12)}…); put it back and write the change as a new file.`,
        );
      }
    }
    if (done.some(({ number }) => number === migration.number)) return false;
    try {
      await tx.unsafe(migration.text);
    } catch (cause) {
      throw new Error(`migration ${schema}/${migration.name}: ${(cause as Error).message}`, { cause });
    }
    await tx`insert into ${tx(schema)}.migration (number, name, hash) values (${migration.number}, ${migration.name}, ${migration.hash})`;
    return true;
  });
}

function asFolder(folder: URL): URL {
  return folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`);
}
