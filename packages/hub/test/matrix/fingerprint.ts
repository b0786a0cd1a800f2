import { createClient } from '@gnomon/store';

/** The number of rows and the newest change of each table of a schema: equal when nothing was written between. */
export async function fingerprint(databaseUrl: string, schema: string): Promise<Readonly<Record<string, string>>> {
  const sql = createClient({ url: databaseUrl, applicationName: 'fingerprint', max: 1 });
  try {
    const tables = await sql<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = ${schema} order by tablename`;
    const parts = tables.map(
      ({ name }) =>
        `select '${name}' as name, count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) as state from ${schema}."${name}"`,
    );
    const found = await sql.unsafe<{ name: string; state: string }[]>(parts.join(' union all '));
    return Object.fromEntries(found.map(({ name, state }) => [name, state]));
  } finally {
    await sql.end();
  }
}
