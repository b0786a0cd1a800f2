import { createHash, randomBytes } from 'node:crypto';
import { createClient, type Database, migrate, openDatabase, provisionSchemas, readMigrations } from '@gnomon/store';
import { type Logger, pino } from 'pino';
import { useTestServer } from './test-server.ts';

/** Which schemas a test database has: the name, and the folder of its migrations (none: an empty schema). */
export type TestSchemas = Readonly<Record<string, URL | null>>;

/** A database of its own for one test file. */
export interface TestDatabase {
  /** Administrator's address of this database, for whatever opens its own pools. */
  readonly url: string;
  /** The pools of one of its schemas; opened once, closed with the test database. */
  open(schema: string, options?: { readonly max?: number }): Promise<Database>;
  /** Closes the pools and drops the database. */
  close(): Promise<void>;
}

const silent: Logger = pino({ level: 'silent' });

/**
 * A fresh database, cloned from a template that was migrated once in this run.
 * @example const world = await openTestDatabase({ registry: new URL('../migrations/', import.meta.url) });
 */
export async function openTestDatabase(schemas: TestSchemas, log: Logger = silent): Promise<TestDatabase> {
  const serverUrl = await useTestServer();
  const template = await ensureTemplate(serverUrl, schemas);
  const name = `gnomon_test_${randomBytes(6).toString('hex')}`;
  const url = withDatabase(serverUrl, name);
  await asAdministrator(serverUrl, (sql) => sql.unsafe(`create database ${name} template ${template}`));
  const opened: Database[] = [];
  return {
    url,
    async open(schema, options) {
      const database = await openDatabase({ url, schema, applicationName: 'gnomon test', log, ...options });
      opened.push(database);
      return database;
    },
    async close() {
      await Promise.all(opened.map((database) => database.close()));
      await asAdministrator(serverUrl, (sql) => sql.unsafe(`drop database ${name} with (force)`));
    },
  };
}

/** The template's name is the hash of what is in it, so that a changed migration makes another one. */
async function ensureTemplate(serverUrl: string, schemas: TestSchemas): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of [...Object.values(schemas), HUB_MIGRATIONS]) {
    for (const { name, hash: text } of folder === null ? [] : await readMigrations(folder))
      hash.update(`${name} ${text}\n`);
  }
  hash.update(Object.keys(schemas).join(' '));
  const template = `gnomon_template_${hash.digest('hex').slice(0, 16)}`;
  await asAdministrator(serverUrl, async (sql) => {
    // Test files start at once; whoever is second waits here and finds the template made.
    await sql`select pg_advisory_lock(7217002)`;
    const found = await sql`select 1 from pg_database where datname = ${template}`;
    if (found.length > 0) return;
    await sql.unsafe(`drop database if exists ${template}_new`);
    await sql.unsafe(`create database ${template}_new template template0 encoding 'UTF8' locale 'C'`);
    await fillTemplate(withDatabase(serverUrl, `${template}_new`), schemas);
    await sql.unsafe(`alter database ${template}_new rename to ${template}`);
  });
  return template;
}

async function fillTemplate(url: string, schemas: TestSchemas): Promise<void> {
  await provisionSchemas(url, Object.keys(schemas));
  for (const [schema, folder] of Object.entries(schemas)) {
    if (folder === null) continue;
    const database = await openDatabase({ url, schema, applicationName: 'gnomon template', max: 1, log: silent });
    await migrate(database, folder).finally(() => database.close());
  }
}

const HUB_MIGRATIONS = new URL('../../store/src/hub-schema/', import.meta.url);

async function asAdministrator<T>(
  serverUrl: string,
  work: (sql: ReturnType<typeof createClient>) => Promise<T>,
): Promise<T> {
  const sql = createClient({
    url: withDatabase(serverUrl, 'postgres'),
    applicationName: 'gnomon test administrator',
    max: 1,
  });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
