import { cursorsOf, type Database, sealedPosition } from '@gnomon/store';
import { dayOf, formatDay, type Instant } from '@gnomon/working-time';
import { RULES_STREAM } from '../follow-rules.ts';
import type { Transaction } from '../subject-store.ts';
import type { Beat } from './beat.ts';
import type { Observation } from './check-running.ts';
import { recentGaps } from './gaps.ts';

/** Everything that the database knows of how the hub runs; few rows each, whatever the hub holds. */
export async function observe(
  tx: Transaction,
  now: Instant,
  {
    recentDays,
    gapHours,
    inForce,
  }: { readonly recentDays: number; readonly gapHours: number; readonly inForce: string },
): Promise<Observation> {
  const beats = await tx<{ content: Beat }[]>`/* readBeats */ select content from hub.watch_beat order by subgraph`;
  const [outbox] = await tx<{ oldest: number | null; waiting: number }[]>`
    /* watchOutbox */ select oldest, waiting from hub.watch_outbox()`;
  const histories = await tx<{ domain: string; batch: string; horizon: Instant | null }[]>`
    /* openHistories */ select domain, batch, horizon from hub.history_horizon order by domain, batch`;
  return {
    now,
    // One that an older build wrote says nothing of idle parts.
    beats: beats.map(({ content }) => ({ ...content, idle: content.idle ?? [] })),
    outbox: outbox!,
    followers: await followersOf(tx, inForce),
    // The rules in force are followed like a stream that has one entry, the newest.
    heads: (await headsOf(tx)).set(RULES_STREAM, 1),
    gaps: await recentGaps(tx, now - gapHours * 3_600_000),
    histories: [...histories],
    judged: await judgedSince(tx, formatDay(dayOf(now) - recentDays)),
  };
}

async function followersOf(tx: Transaction, inForce: string): Promise<Observation['followers']> {
  const rows = await tx<{ role: string; follower: string; stream: string; cursor: string | null }[]>`
    /* watchFollowers */
    select f.role::text as role, f.follower, f.stream, f.cursor
    from hub.watch_followers() f order by 1, 2, 3`;
  const cursors = await cursorsOf(tx);
  const placeOf = async (stream: string, cursor: string | null) =>
    cursors.read(stream, await sealedPosition(tx, stream, cursor));
  return Promise.all(
    rows.map(async ({ cursor, ...row }) => ({
      ...row,
      seq: row.stream === RULES_STREAM ? Number(cursor === inForce) : await placeOf(row.stream, cursor),
    })),
  );
}

async function headsOf(tx: Transaction): Promise<Map<string, number>> {
  const rows = await tx<
    { name: string; head: number }[]
  >`/* watchHeads */ select name, head from hub.stream order by name`;
  return new Map(rows.map(({ name, head }) => [name, head]));
}

async function judgedSince(tx: Transaction, day: string): Promise<Observation['judged']> {
  const rows = await tx<{ what: string; name: string; last_day: string; recent: number; first_day: string }[]>`
    /* judgedSince */
    select what, name, max(day) as last_day, coalesce(sum(n) filter (where day > ${day}::text::date), 0)::bigint as recent,
      min(day) as first_day
    from hub.watch_day group by what, name order by what, name`;
  const of = (what: string) =>
    new Map(
      rows
        .filter((row) => row.what === what)
        .map(({ name, last_day, recent }) => [name, { lastDay: last_day, recent }] as const),
    );
  const came = rows.filter(({ what }) => what === 'ROWS');
  const firstDay = came.map(({ first_day }) => first_day).sort()[0] ?? null;
  return { firstDay, kinds: of('KIND'), rules: of('RULE') };
}

/**
 * Tables of the subgraph's own schema that hold timers, found in the catalogue, so that none is forgotten: those with an index that begins
 * with `due_at`. A due date without one is told to people, and nothing runs at it.
 */
export async function timerTables(database: Pick<Database, 'sql' | 'schema'>): Promise<readonly TimerTable[]> {
  const rows = await database.sql<{ name: string; hasFault: boolean }[]>`
    /* timerTables */
    select c.relname as name, exists (select 1 from pg_attribute f where f.attrelid = c.oid and f.attname = 'fault') as "hasFault"
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = to_regnamespace(${database.schema}) and c.relkind in ('r', 'p') and a.attname = 'due_at'
      and a.atttypid = 'timestamptz'::regtype
      and exists (select 1 from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum)
    order by 1`;
  return rows;
}

/** A table with timers; one that is at fault rests, and its timer is none. */
export interface TimerTable {
  readonly name: string;
  readonly hasFault: boolean;
}

/** The oldest timer that is due at `now`; each table is asked by its index of due instants. */
export async function oldestDue(
  sql: Database['sql'] | Transaction,
  tables: readonly TimerTable[],
  now: Instant,
): Promise<Instant | null> {
  let oldest: Instant | null = null;
  for (const { name, hasFault } of tables) {
    const [row] = await sql<{ due: Instant | null }[]>`
      /* oldestDue */
      select min(due_at) as due from ${sql(name)}
      where due_at is not null and due_at <= ${now}::timestamptz ${hasFault ? sql`and fault is null` : sql``}`;
    if (row?.due != null && (oldest === null || row.due < oldest)) oldest = row.due;
  }
  return oldest;
}

/** Up to where time may be said to have passed: the present, or where an open import of history stands. */
export async function horizonOf(tx: Transaction, now: Instant): Promise<Instant> {
  const [row] = await tx<{ horizon: Instant | null }[]>`
    /* watchHorizon */ select min(coalesce(horizon, '-infinity')) as horizon from hub.history_horizon`;
  return Math.min(now, row?.horizon ?? now);
}
