import type { PendingQuery, Row, Sql, TransactionSql } from 'postgres';

type Fragment = PendingQuery<Row[]>;

/** Which cells are added up. A part that is not given is not restricted. */
export interface TallyFilter {
  readonly indicators?: readonly string[];
  /** Division code prefix: `1501` takes the city and everything below. */
  readonly division?: string;
  readonly agency?: string;
  readonly source?: string;
  readonly item?: string;
  /** First and last day, both within. */
  readonly from?: string;
  readonly to?: string;
}
export const TALLY_DIMENSIONS = ['indicator', 'division', 'agency', 'source', 'item', 'day', 'month'] as const;
export type TallyDimension = (typeof TALLY_DIMENSIONS)[number];
/** A sum; `key` has one text for each dimension asked for, in that order. */
export interface TallySum {
  readonly key: readonly string[];
  readonly level: string;
  readonly n: number;
}

/**
 * Exact sums by the dimensions and level, ordered: what is folded and what is not, in one statement. Reads the coarse table when
 * nothing finer is asked for. Run it by `asViewer` for a viewer; the tables are under row security, and the coarse one admits by division
 * only, so `fine` is for viewers whose scope is an agency or a source.
 */
export async function readTallies(
  sql: Sql | TransactionSql,
  filter: TallyFilter,
  by: readonly TallyDimension[],
  detail: 'auto' | 'fine' = 'auto',
): Promise<readonly TallySum[]> {
  const unknown = by.find((dimension) => !TALLY_DIMENSIONS.includes(dimension));
  if (unknown !== undefined)
    throw new Error(`tally dimension ${JSON.stringify(unknown)}: expected one of ${TALLY_DIMENSIONS.join(', ')}.`);
  const finer =
    filter.agency ??
    filter.source ??
    filter.item ??
    by.find((dimension) => ['agency', 'source', 'item'].includes(dimension));
  const isFine = detail === 'fine' || finer !== undefined;
  const columns = isFine
    ? sql`indicator, division, agency, source, item, day, level, n`
    : sql`indicator, division, day, level, n`;
  const conditions: Fragment[] = [sql`where true`];
  if (filter.indicators !== undefined) conditions.push(sql`and indicator = any(${[...filter.indicators]}::text[])`);
  if (filter.division !== undefined) conditions.push(sql`and division like ${likePrefix(filter.division)}`);
  if (filter.agency !== undefined) conditions.push(sql`and agency = ${filter.agency}`);
  if (filter.source !== undefined) conditions.push(sql`and source = ${filter.source}`);
  if (filter.item !== undefined) conditions.push(sql`and item = ${filter.item}`);
  if (filter.from !== undefined) conditions.push(sql`and day >= ${filter.from}::text::date`);
  if (filter.to !== undefined) conditions.push(sql`and day <= ${filter.to}::text::date`);
  const key = by
    .map((dimension) => (dimension === 'month' ? "to_char(day, 'YYYY-MM')" : `${dimension}::text`))
    .join(', ');
  const rows = await sql<TallySum[]>`/* readTallies */ select key, level, sum(n)::bigint as n from (
      select array[${sql.unsafe(key)}]::text[] as key, level, n from (
        select ${columns} from ${isFine ? sql`tally_day` : sql`tally_division_day`} union all select ${columns} from tally_delta
      ) cells ${conditions}
    ) keyed group by key, level having sum(n) <> 0 order by key, level`;
  return [...rows];
}

function likePrefix(division: string): string {
  if (/^\d{0,12}$/.test(division)) return `${division}%`;
  throw new Error(`division ${JSON.stringify(division)}: expected up to 12 digits, for example 1501.`);
}
