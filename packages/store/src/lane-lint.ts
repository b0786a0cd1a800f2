import type { Sql } from 'postgres';

/**
 * What in a schema would not survive distribution by lane: a table with a column `lane` whose primary key, unique index or foreign key
 * does not have it (first, in indexes), or that has a trigger; and a table that viewers may read although no row security guards it and
 * it is not in `publicTables`. For a test of each subgraph: expect an empty list.
 */
export async function lintLaneTables(
  sql: Sql,
  schema: string,
  publicTables: readonly string[] = [],
): Promise<readonly string[]> {
  const indexes = await sql<{ problem: string }[]>`
    select format('%s: unique index %s must begin with lane', i.indrelid::regclass, i.indexrelid::regclass) as problem
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = c.oid and a.attname = 'lane'
    where c.relnamespace = ${schema}::text::regnamespace and i.indisunique and i.indkey[0] <> a.attnum order by 1`;
  const foreignKeys = await sql<{ problem: string }[]>`
    select format('%s: foreign key %s must contain lane', k.conrelid::regclass, k.conname) as problem
    from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'lane'
    where k.connamespace = ${schema}::text::regnamespace and k.contype = 'f' and not a.attnum = any (k.conkey) order by 1`;
  const keyless = await sql<{ problem: string }[]>`
    select format('%s: a lane table needs a primary key', c.oid::regclass) as problem
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'lane'
    where c.relnamespace = ${schema}::text::regnamespace and c.relkind in ('r', 'p')
      and not exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary) order by 1`;
  const triggers = await sql<{ problem: string }[]>`
    select format('%s: trigger %s; a lane table has none', t.tgrelid::regclass, t.tgname) as problem
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_attribute a on a.attrelid = c.oid and a.attname = 'lane'
    where c.relnamespace = ${schema}::text::regnamespace and not t.tgisinternal order by 1`;
  const unguarded = await sql<{ problem: string }[]>`
    select format('%s: viewers may read it, and no row security guards it', c.oid::regclass) as problem
    from pg_class c where c.relnamespace = ${schema}::text::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relrowsecurity
      and has_table_privilege(hub.reader_of(c.oid), c.oid, 'select') and c.relname <> all (${[...publicTables]}::text[]) order by 1`;
  return [indexes, foreignKeys, keyless, triggers, unguarded].flatMap((found) => found.map(({ problem }) => problem));
}

/**
 * What in a statement would not survive distribution by lane, or would slow writers down. `laneTables` are names without a schema.
 * It reads words, not SQL: it is a reminder in a test, and knows the three shapes that failed on a distributed server.
 */
export function lintStatement(statement: string, laneTables: readonly string[]): readonly string[] {
  const text = statement
    .replace(/--.*$/gm, ' ')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/'(?:[^']|'')*'/g, "''")
    .toLowerCase();
  const touched = laneTables.filter((table) => new RegExp(`\\b${table}\\b`).test(text));
  const problems: string[] = [];
  const locks = /\bfor (no key )?(update|share)\b/.test(text) && !/\bskip locked\b/.test(text);
  if (locks && touched.length > 0 && !/\blane\b/.test(text))
    problems.push(`locks rows of ${touched.join(', ')} without naming lane`);
  if (/\bon conflict\s*\(\s*(?!lane\b|"lane")/.test(text) && touched.length > 0)
    problems.push(`on conflict of ${touched.join(', ')} must begin with lane`);
  if (/\b(pg_notify|notify)\b/.test(text)) problems.push('notifies in a writer; the relay does that');
  return problems;
}
