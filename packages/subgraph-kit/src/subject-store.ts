import type { Facts } from '@gnomon/rule-engine';
import type { Database } from '@gnomon/store';
import type { Instant } from '@gnomon/working-time';
import type { FactSource, Standing } from './subject-state.ts';

/** An open transaction of a subgraph's database. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** A judged subject as the table of `sql/subject.sql` keeps it. */
export interface SubjectRow {
  /** Stable hash of the natural key, 0 to 63. */
  readonly lane: number;
  readonly kind: string;
  readonly id: string;
  readonly division: string;
  readonly agency: string;
  readonly department: string;
  readonly item: string | null;
  readonly source: string | null;
  readonly facts: Facts;
  readonly sources: readonly FactSource[];
  readonly standing: Standing;
  /** `Infinity` when time alone changes nothing. */
  readonly dueAt: Instant;
  readonly fault: string | null;
}

/** The primary key of a subject. */
export type SubjectKey = Pick<SubjectRow, 'lane' | 'kind' | 'id'>;

type RawRow = Omit<SubjectRow, 'dueAt'> & { readonly due_at: Instant | null };

/** The subjects with these keys, locked until the transaction ends, in key order; unknown keys are left out. */
export async function lockSubjects(
  tx: Transaction,
  table: string,
  keys: readonly SubjectKey[],
): Promise<readonly SubjectRow[]> {
  if (keys.length === 0) return [];
  const rows = await tx<RawRow[]>`
    /* lockSubjects */
    select s.lane, s.kind, s.id, s.division, s.agency, s.department, s.item, s.source, s.facts, s.sources, s.standing, s.fault, s.due_at
    from json_to_recordset(${JSON.stringify(keys)}::text::json) as k(lane smallint, kind text, id text)
    join ${tx(table)} s on s.lane = k.lane and s.kind = k.kind collate "C" and s.id = k.id collate "C"
    order by s.lane, s.kind, s.id
    for no key update of s`;
  return rows.map(subjectRow);
}

/** At most `limit` subjects that are due at `now`, locked; those another process works on are passed over. */
export async function claimDueSubjects(
  tx: Transaction,
  table: string,
  now: Instant,
  limit: number,
): Promise<readonly SubjectRow[]> {
  const rows = await tx<RawRow[]>`
    /* claimDueSubjects */
    select lane, kind, id, division, agency, department, item, source, facts, sources, standing, fault, due_at
    from ${tx(table)}
    where due_at <= ${now}::timestamptz and fault is null
    order by due_at
    limit ${limit}
    for no key update skip locked`;
  return rows.map(subjectRow);
}

/** Inserts or replaces subjects, sorted by key so that writers never wait in a ring. */
export async function writeSubjects(tx: Transaction, table: string, rows: readonly SubjectRow[]): Promise<void> {
  if (rows.length === 0) return;
  const sorted = rows
    .toSorted(compareSubjects)
    .map((row) => ({ ...row, due_at: Number.isFinite(row.dueAt) ? new Date(row.dueAt).toISOString() : null }));
  await tx`
    /* writeSubjects */
    insert into ${tx(table)} (lane, kind, id, division, agency, department, item, source, facts, sources, standing, due_at, fault)
    select lane, kind, id, division, agency, department, item, source, facts, sources, standing, due_at, fault
    from json_to_recordset(${JSON.stringify(sorted)}::text::json) as r(
      lane smallint, kind text, id text, division text, agency text, department text, item text, source text,
      facts jsonb, sources jsonb, standing jsonb, due_at timestamptz, fault text)
    on conflict (lane, kind, id) do update set
      division = excluded.division, agency = excluded.agency, department = excluded.department, item = excluded.item,
      source = excluded.source, facts = excluded.facts, sources = excluded.sources, standing = excluded.standing,
      due_at = excluded.due_at, fault = excluded.fault`;
}

/** Lets the timers of faulty subjects run again; their number. */
export async function clearFaults(tx: Transaction, table: string): Promise<number> {
  const rows = await tx`/* clearFaults */ update ${tx(table)} set fault = null where fault is not null returning 1`;
  return rows.length;
}

/**
 * Brings every armed timer forward to `now`, so that each is judged once under the rules in force now; what turns by that
 * is dated `now`, since a rule makes no card for the time before it held.
 */
export async function rearmSubjects(tx: Transaction, table: string, now: Instant): Promise<void> {
  await tx`/* rearmSubjects */ update ${tx(table)} set due_at = ${now}::timestamptz where due_at > ${now}::timestamptz`;
}

/** The earliest due instant, or `null` when no timer is armed. */
export async function earliestDueAt(tx: Transaction, table: string): Promise<Instant | null> {
  const [row] = await tx<{ due_at: Instant | null }[]>`
    /* earliestDueAt */
    select min(due_at) as due_at from ${tx(table)} where due_at is not null and fault is null`;
  return row?.due_at ?? null;
}

function compareSubjects(a: SubjectKey, b: SubjectKey): number {
  if (a.lane !== b.lane) return a.lane - b.lane;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function subjectRow({ due_at, ...row }: RawRow): SubjectRow {
  return { ...row, dueAt: due_at ?? Infinity };
}
