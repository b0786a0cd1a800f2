import { createClient } from '@gnomon/store';

/** A row that belongs to somebody, of whatever table of whatever subgraph. */
export interface PlantedRow {
  /** Name of the subgraph. */
  readonly domain: string;
  /** What it is: the type in the graph, the kind of a record, and for all others the table's name. */
  readonly type: string;
  readonly id: string;
  /** A second name by which it can be asked for, where it has one: a card's number. */
  readonly number: string | null;
  readonly agency: string;
  readonly division: string | null;
  readonly source: string | null;
}

/** Tables whose rows are of one type in the graph, or are known by another column than `id`. */
const TABLES: Readonly<Record<string, { readonly type: string; readonly id?: string }>> = {
  'work_items.work_item': { type: 'WorkItem' },
  'supervision.card': { type: 'Card' },
  'supervision.warning': { type: 'Warning' },
  'supervision.signal': { type: 'Signal' },
  'supervision.matter_record': { type: 'Matter', id: 'matter' },
  'registry.reference': { type: 'type', id: 'key' },
};
/** Shorter texts are counters and not ids. */
const SHORTEST_ID = 6;

/**
 * Every row that is somebody's: read from each table of each subgraph that has an id, an agency and a division. From the catalogue, so that
 * a new table is watched from its first day. Tallies are no rows of anybody's.
 */
export async function plantedRows(
  databaseUrl: string,
  schemas: Readonly<Record<string, string>>,
): Promise<readonly PlantedRow[]> {
  const sql = createClient({ url: databaseUrl, applicationName: 'planted rows', max: 1 });
  try {
    const rows: PlantedRow[] = [];
    for (const [domain, schema] of Object.entries(schemas)) {
      const tables = await sql<{ name: string; columns: string[] }[]>`
        select table_name as name, array_to_json(array_agg(column_name::text)) as columns from information_schema.columns
        where table_schema = ${schema} and table_name not like 'tally%' group by table_name`;
      for (const { name, columns } of tables) {
        const known = TABLES[`${schema}.${name}`];
        const id = known?.id ?? 'id';
        if (![id, 'agency', 'division'].every((column) => columns.includes(column))) continue;
        const kind = ['type', 'kind'].find((column) => columns.includes(column));
        const isTyped = kind !== undefined && (known === undefined || known.type === kind);
        const type = isTyped ? sql(kind) : sql`${known?.type ?? name}`;
        const part = (column: string) => (columns.includes(column) ? sql(column) : sql`null`);
        // A card that is held for confirmation is nobody's but the supervision bodies'.
        const unlessHeld = (column: string) => sql`case when issued_at is null then '' else ${sql(column)} end`;
        const found = await sql<Omit<PlantedRow, 'domain'>[]>`
          select distinct ${type}::text as type, ${sql(id)}::text as id, ${part('number')}::text as number, ${known?.type === 'Card' ? unlessHeld('agency') : sql`agency`}::text as agency,
            division::text as division, ${known?.type === 'Card' ? unlessHeld('source') : part('source')}::text as source
          from ${sql(schema)}.${sql(name)}
          where ${known?.id === 'key' ? sql`true` : sql`agency <> '' and length(${sql(id)}::text) >= ${SHORTEST_ID}`}`;
        rows.push(...found.map((row) => ({ ...row, domain })));
      }
    }
    return rows;
  } finally {
    await sql.end();
  }
}
