import type { PendingQuery, Row, Sql, TransactionSql } from 'postgres';
import { copyRows } from './copy.ts';
import { pause } from './pause.ts';
import type { Database } from './types.ts';

type Fragment = PendingQuery<Row[]>;

const FOLD_ROWS = 50_000;
const FOLD_EVERY_MS = 3_000;
const COPY_FROM = 200;

/** A change of a count: `n` subjects more (or fewer) stand at `level` of `indicator`. */
export interface TallyDelta {
  readonly lane: number;
  /** Civil date in China, `YYYY-MM-DD`, to which the subject belongs. */
  readonly day: string;
  readonly indicator: string;
  /** Division code; '' where unknown. The same holds for the three below. */
  readonly division: string;
  readonly agency: string;
  readonly source: string;
  readonly item: string;
  /** `APPLICABLE`, `SATISFIED`, or a level. */
  readonly level: string;
  readonly n: number;
}

const DELTA_COLUMNS = ['lane', 'day', 'indicator', 'division', 'agency', 'source', 'item', 'level', 'n'] as const;

/** Appends deltas in the writer's own transaction; equal cells are added up first, and those that cancel out are left away. */
export async function appendTallies(tx: TransactionSql, deltas: readonly TallyDelta[]): Promise<void> {
  const rows = compact(deltas);
  if (rows.length >= COPY_FROM) {
    await copyRows(
      tx,
      'tally_delta',
      DELTA_COLUMNS,
      rows.map((delta) => DELTA_COLUMNS.map((column) => delta[column])),
    );
  } else if (rows.length > 0) {
    const column = <K extends keyof TallyDelta>(name: K) => rows.map((delta) => delta[name]);
    await tx`/* appendTallies */ insert into tally_delta (lane, day, indicator, division, agency, source, item, level, n)
      select * from unnest(${column('lane')}::smallint[], ${column('day')}::text[]::date[], ${column('indicator')}::text[],
        ${column('division')}::text[], ${column('agency')}::text[], ${column('source')}::text[], ${column('item')}::text[],
        ${column('level')}::text[], ${column('n')}::integer[])`;
  }
}

/** Moves all deltas that are committed by now into the fold tables. One session at a time; a second one waits. Returns how many it moved. */
export async function foldTallies(database: Pick<Database, 'transaction' | 'schema'>): Promise<number> {
  let folded = 0;
  for (;;) {
    const moved = await database.transaction(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended(${`gnomon fold ${database.schema}`}, 0))`;
      return foldSome(tx);
    });
    folded += moved;
    if (moved < FOLD_ROWS) return folded;
  }
}

/** Folds every three seconds until the signal aborts. An error is logged and tried again: exact reads do not depend on the fold. */
export async function runFolding(options: {
  readonly database: Pick<Database, 'transaction' | 'schema' | 'log'>;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}): Promise<void> {
  const { database, signal, everyMs = FOLD_EVERY_MS } = options;
  while (!signal.aborted) {
    await foldTallies(database).catch((error: unknown) => {
      if (!signal.aborted)
        database.log.warn(
          { err: error },
          'tallies: not folded; answers stay exact and grow slower until it works again',
        );
    });
    await pause(everyMs, signal);
  }
}

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

/** A cell where the tallies and the truth differ. */
export interface TallyDifference extends Omit<TallyDelta, 'lane' | 'n'> {
  readonly counted: number;
  readonly truth: number;
}

/**
 * Compares all tallies with `truth`: a query (no parameters) that gives day, indicator, division, agency, source, item, level, n.
 * Returns at most 1,000 differing cells; none when all is well.
 */
export async function checkTallies(tx: TransactionSql, truth: string): Promise<readonly TallyDifference[]> {
  return tx.unsafe<
    TallyDifference[]
  >(`select day, indicator, division, agency, source, item, level, sum(counted)::bigint as counted,
      sum(truth)::bigint as truth
    from (select day, indicator, division, agency, source, item, level, n as counted, 0 as truth from tally_day
      union all select day, indicator, division, agency, source, item, level, n, 0 from tally_delta
      union all select day, indicator, division, agency, source, item, level, 0, n from (${truth}) truth) cells
    group by 1, 2, 3, 4, 5, 6, 7 having sum(counted) <> sum(truth) order by 1, 2, 3, 4, 5, 6, 7 limit 1000`);
}

/** Replaces all tallies by the truth of the query of `checkTallies`. Writers wait until the transaction ends. */
export async function rebuildTallies(tx: TransactionSql, truth: string): Promise<void> {
  await tx`lock table tally_delta in share row exclusive mode`;
  await tx`truncate tally_delta, tally_day, tally_division_day`;
  await tx.unsafe(`insert into tally_day (day, indicator, division, agency, source, item, level, n)
    select day, indicator, division, agency, source, item, level, sum(n) from (${truth}) truth group by 1, 2, 3, 4, 5, 6, 7`);
  await tx`insert into tally_division_day (indicator, division, day, level, n)
    select indicator, division, day, level, sum(n) from tally_day group by 1, 2, 3, 4`;
}

async function foldSome(tx: TransactionSql): Promise<number> {
  const [row] = await tx<{ moved: number }[]>`/* foldTallies */ with moved as (
      delete from tally_delta where (lane, id) in (select lane, id from tally_delta limit ${FOLD_ROWS}) returning *
    ), cells as (
      select indicator, division, agency, day, source, item, level, sum(n) as n from moved group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0
    ), fine as (
      insert into tally_day as t (indicator, division, agency, day, source, item, level, n) select * from cells order by 1, 2, 3, 4, 5, 6, 7
      on conflict (indicator, division, agency, day, source, item, level) do update set n = t.n + excluded.n
    ), coarse as (
      insert into tally_division_day as t (indicator, division, day, level, n)
      select indicator, division, day, level, sum(n) from cells group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (indicator, division, day, level) do update set n = t.n + excluded.n
    )
    select count(*) as moved from moved`;
  return row!.moved;
}

function compact(deltas: readonly TallyDelta[]): readonly TallyDelta[] {
  const cells = new Map<string, TallyDelta>();
  for (const delta of deltas) {
    const key = DELTA_COLUMNS.slice(0, -1)
      .map((column) => delta[column])
      .join('\u001f');
    const present = cells.get(key);
    cells.set(key, present === undefined ? delta : { ...present, n: present.n + delta.n });
  }
  return [...cells.values()].filter(({ n }) => n !== 0);
}

function likePrefix(division: string): string {
  if (/^\d{0,12}$/.test(division)) return `${division}%`;
  throw new Error(`division ${JSON.stringify(division)}: expected up to 12 digits, for example 1501.`);
}
