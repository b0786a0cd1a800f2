import { createClient } from '@gnomon/store';
import { openTestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUBGRAPHS } from '../src/open-hub.ts';

/** Tables and views that viewers' reads may touch without a policy of their own, with the reason. */
const WITHOUT_POLICY: Readonly<Record<string, string>> = {
  'registry.division': 'published: the table of divisions',
  'registry.reference': 'published: agencies, places, items and sources',
  'registry.reference_edition': 'published: what was published when',
  'registry.rule_edition': 'published: rules in force',
  'supervision.named_text': 'texts of rules and calendars, named by their hash',
  'supervision.followed': 'how far each domain was taken over: a name, a cursor and an instant',
};

interface Table {
  readonly name: string;
  readonly secured: boolean;
  readonly policies: number;
  readonly columns: readonly string[];
}
let tables: readonly Table[];
let world: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  world = await openTestDatabase(Object.fromEntries(SUBGRAPHS.map((one) => [one.schemaName, one.migrations])));
  const sql = createClient({ url: world.url, applicationName: 'row security', max: 1 });
  const schemas = [...SUBGRAPHS.map(({ schemaName }) => schemaName), 'hub'];
  // Whatever any reader role may select, at least one column of: from the catalogue, so that no list has to be kept.
  tables = await sql<Table[]>`
    select n.nspname || '.' || c.relname as name, (c.relrowsecurity or coalesce(c.reloptions::text like '%security_invoker=true%', false)) as secured,
      -- A view that reads as whoever asks is under the policies of its tables.
      (select count(*)::integer from pg_policy p where p.polrelid = c.oid and p.polcmd in ('r', '*'))
        + (c.relkind = 'v')::integer as policies,
      (select array_to_json(array_agg(a.attname::text)) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
        as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ${sql(schemas)} and c.relkind in ('r', 'p', 'v', 'm')
      and exists (select 1 from pg_roles r where r.rolname like 'gnomon\\_%\\_reader' and has_any_column_privilege(r.oid, c.oid, 'select'))
    order by 1`;
  await sql.end();
});
afterAll(() => world?.close());

test('every table that viewers read has row security with a policy, or a reason why everybody may read it', () => {
  const open = tables.filter(({ secured, policies }) => !secured || policies === 0).map(({ name }) => name);
  expect(open.filter((name) => !(name in WITHOUT_POLICY))).toEqual([]);
  expect(tables.length).toBeGreaterThan(40);
});

test('no reason is given for a table that has a policy, or is not there', () => {
  const open = new Set(tables.filter(({ secured, policies }) => !secured || policies === 0).map(({ name }) => name));
  expect(Object.keys(WITHOUT_POLICY).filter((name) => !open.has(name))).toEqual([]);
});

test('without a scope a viewer sees not one row of any table that has a policy, whatever stands in it', async () => {
  const sql = createClient({ url: world.url, applicationName: 'row security', max: 1 });
  const unscoped = await sql<{ name: string; expression: string }[]>`
    select n.nspname || '.' || c.relname as name, pg_get_expr(p.polqual, p.polrelid) as expression
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
    where p.polcmd in ('r', '*') and p.polpermissive
      and exists (select 1 from unnest(p.polroles) role join pg_roles r on r.oid = role where r.rolname like 'gnomon\\_%\\_reader')`;
  await sql.end();
  // Each names the viewer's scope, itself or through the row that it belongs to.
  const blind = unscoped.filter(({ expression }) => !/viewer_|row_visible|exists|sees_|_is_open\(/i.test(expression));
  expect(blind).toEqual([]);
  expect(unscoped.length).toBeGreaterThan(40);
});
