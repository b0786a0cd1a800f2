import { setTimeout as pause } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { createClient } from './connect.ts';
import { migrate } from './migrate.ts';
import { checkSchema, ownerRole, readerRole } from './role-names.ts';

const HUB_SCHEMA = new URL('./hub-schema/', import.meta.url);
const CONFLICT_RETRIES = 20;
/** Another session made or changed the same role or grant at the same instant: 42710, 23505 and the catalogue's own XX000. */
const CONFLICT_CODES = ['42710', '23505', 'XX000', '40001'];

/**
 * Makes the shared schema `hub` and, for each named schema, the schema, its owner role and its reader role. Safe to repeat and to run at
 * once from several processes. `adminUrl` signs in as a superuser, or as a role with CREATEROLE that may create schemas.
 */
export async function provisionSchemas(adminUrl: string, schemas: readonly string[]): Promise<void> {
  schemas.forEach(checkSchema);
  const admin = createClient({ url: adminUrl, applicationName: 'gnomon provision', max: 1 });
  try {
    for (const role of [
      'gnomon_subgraph',
      ...['hub', ...schemas].flatMap((schema) => [ownerRole(schema), readerRole(schema)]),
    ]) {
      await untilNoConflict(() => ensureRole(admin, role));
    }
    await untilNoConflict(() => admin.begin((tx) => ensureSchema(tx, 'hub')));
    const hub = createClient({
      url: adminUrl,
      applicationName: 'gnomon provision',
      max: 1,
      settings: { role: ownerRole('hub'), search_path: 'hub' },
    });
    try {
      await migrate({ schema: 'hub', transaction: (work) => hub.begin(work) as ReturnType<typeof work> }, HUB_SCHEMA);
    } finally {
      await hub.end();
    }
    for (const schema of schemas) await untilNoConflict(() => admin.begin((tx) => ensureSchema(tx, schema)));
  } finally {
    await admin.end();
  }
}

async function ensureRole(admin: Sql, role: string): Promise<void> {
  const found = await admin`select 1 from pg_roles where rolname = ${role}`;
  if (found.length === 0) await admin.unsafe(`create role ${role} nologin`);
}

async function ensureSchema(tx: TransactionSql, schema: string): Promise<void> {
  const owner = ownerRole(schema);
  const reader = readerRole(schema);
  await tx`select pg_advisory_xact_lock(hashtextextended('gnomon provision', 0))`;
  await grantRole(tx, owner, null);
  await grantRole(tx, reader, owner);
  await grantRole(tx, 'gnomon_subgraph', owner);
  await tx.unsafe(`create schema if not exists ${schema} authorization ${owner}`);
  const [granted] = await tx`select has_schema_privilege(${reader}, ${schema}, 'usage') as yes`;
  if (granted?.yes !== true) await tx.unsafe(`grant usage on schema ${schema} to ${reader}`);
}

/** Lets `member` (`null`: whoever is signed in) act as `role`, unless it can already. */
async function grantRole(tx: TransactionSql, role: string, member: string | null): Promise<void> {
  // Since PostgreSQL 16 the maker of a role is a member that may hand it on but not act as it.
  const [found] = await tx`select pg_has_role(coalesce(${member}, current_user)::name, ${role},
    case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end) as yes`;
  if (found?.yes !== true) await tx.unsafe(`grant ${role} to ${member ?? 'current_user'}`);
}

async function untilNoConflict(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === CONFLICT_RETRIES || !CONFLICT_CODES.includes((error as { code?: string }).code ?? ''))
        throw error;
      await pause(10 * attempt);
    }
  }
}
