import type { Viewer } from '@gnomon/identity';
import { isWithin, scopeOf } from '@gnomon/identity';
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
  /** Accounts that alone see it, whatever their scope; absent where the scope decides. */
  readonly named?: readonly string[];
}

/** Whether the row is the viewer's to see: by name where it names its readers, by scope otherwise. */
export function sees(viewer: Viewer | null, row: PlantedRow): boolean {
  if (row.named !== undefined) return viewer !== null && row.named.includes(viewer.id);
  return isWithin(scopeOf(viewer), row);
}

/** Tables whose rows are of one type in the graph, or are known by another column than `id`. */
const TABLES: Readonly<Record<string, { readonly type: string; readonly id?: string; readonly agencyWhen?: string }>> =
  {
    'work_items.work_item': { type: 'WorkItem' },
    // A card that is held for confirmation is nobody's but the supervision bodies'; so is a report before it is published.
    'supervision.card': { type: 'Card', agencyWhen: 'issued_at is not null' },
    'supervision.feedback_report': { type: 'FeedbackReport', agencyWhen: 'published_at is not null' },
    'supervision.commendation': { type: 'Commendation', agencyWhen: "decision = 'COMMENDED'" },
    'supervision.warning': { type: 'Warning' },
    'supervision.signal': { type: 'Signal' },
    'supervision.notice': { type: 'Notice' },
    'supervision.notice_recipient': { type: 'NoticeRecipient' },
    'supervision.hub_export': { type: 'Export' },
    'supervision.outage': { type: 'Outage' },
    'supervision.matter_record': { type: 'Matter', id: 'matter' },
    'registry.reference': { type: 'type', id: 'key' },
    'registry.rule_text': { type: 'RuleText' },
  };
/** Kept by people named in it, and not by scope: planted with their names. */
const BY_NAME = new Set(['supervision.clue']);
/** Shorter texts are counters and not ids. */
const SHORTEST_ID = 5;

/**
 * Every row that is somebody's: read from each table of each subgraph that has an id and a division. From the catalogue, so that
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
        if (![id, 'division'].every((column) => columns.includes(column)) || BY_NAME.has(`${schema}.${name}`)) continue;
        const kind = ['type', 'kind'].find((column) => columns.includes(column));
        const isTyped = kind !== undefined && (known === undefined || known.type === kind);
        const type = isTyped ? sql(kind) : sql`${known?.type ?? name}`;
        const part = (column: string) => (columns.includes(column) ? sql(column) : sql`null`);
        const hasAgency = columns.includes('agency');
        const when = known?.agencyWhen === undefined ? sql`true` : sql.unsafe(known.agencyWhen);
        const found = await sql<Omit<PlantedRow, 'domain'>[]>`
          select distinct ${type}::text as type, ${sql(id)}::text as id, ${part('number')}::text as number,
            ${hasAgency ? sql`case when ${when} then agency else '' end` : sql`''`}::text as agency,
            division::text as division, case when ${when} then ${part('source')}::text end as source
          from ${sql(schema)}.${sql(name)}
          where ${known?.id === 'key' ? sql`true` : sql`division <> '' and length(${sql(id)}::text) >= ${SHORTEST_ID}`}`;
        rows.push(...found.map((row) => ({ ...row, domain })));
      }
    }
    return [...rows, ...(await alarmRows(sql))];
  } finally {
    await sql.end();
  }
}

/** Alarms that stand about somebody's source; those about the hub itself are of all who watch it. */
async function alarmRows(sql: ReturnType<typeof createClient>): Promise<readonly PlantedRow[]> {
  const found = await sql<Pick<PlantedRow, 'id' | 'agency' | 'division' | 'source'>[]>`
    select key as id, coalesce(agency, '') as agency, division, source from hub.alarm where raised_at is not null and source is not null`;
  return found.map((row) => ({ ...row, domain: 'supervision', type: 'Alarm', number: null }));
}
