import type { LogEntry, SignedHead } from '@gnomon/acts';
import type { TransactionSql } from 'postgres';
import { Conditions } from './conditions.ts';

/** What the next entry follows. */
export async function lastEntry(
  tx: TransactionSql,
): Promise<{ readonly sequence: number; readonly hash: string } | null> {
  const [row] = await tx<{ sequence: number; hash: string }[]>`/* lastEntry */
    select sequence, hash from hub_act order by hub_act.sequence desc limit 1`;
  return row ?? null;
}

export async function insertEntries(tx: TransactionSql, entries: readonly LogEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({ ...entry, entry: JSON.stringify(entry) }));
  await tx`/* insertEntries */ insert into hub_act (sequence, kind, by, at, entry, hash)
    select sequence, kind, by, at, entry, hash from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
      as r (sequence bigint, kind text, by text, at timestamptz, entry text, hash text)`;
}

/** Number of the newest head; 0 when there is none. */
export async function lastHeadNumber(tx: TransactionSql): Promise<number> {
  const [row] = await tx<{ number: number }[]>`/* lastHeadNumber */
    select coalesce(max(number), 0)::integer as number from hub_act_head`;
  return row!.number;
}

export async function insertHead(tx: TransactionSql, head: SignedHead): Promise<void> {
  await tx`/* insertHead */ insert into hub_act_head (number, sequence, head)
    values (${head.number}, ${head.sequence}, ${JSON.stringify(head)})`;
}

/** The newest entry of a kind, as it stands in the log. */
export async function newestOfKind(tx: TransactionSql, kind: string): Promise<LogEntry | null> {
  const [row] = await tx<{ entry: string }[]>`/* newestOfKind */
    select entry from hub_act where kind = ${kind} order by sequence desc limit 1`;
  return row === undefined ? null : (JSON.parse(row.entry) as LogEntry);
}

/** Opens the log to the reader of this transaction; whoever calls it has asked for the permission. */
export async function openLog(tx: TransactionSql): Promise<void> {
  await tx`select set_config('gnomon.log', 'on', true)`;
}

/** Entries of the log that are about sign-ins. */
export const SIGN_IN_KINDS = ['SIGNED_IN', 'SIGN_IN_REFUSED', 'SIGN_INS_DROPPED'] as const;

/** Opens these entries, and no other, to the reader of this transaction; whoever calls it has asked for the permission. */
export async function openSignIns(tx: TransactionSql): Promise<void> {
  await tx`select set_config('gnomon.log', 'sign-ins', true)`;
}

/** What can be asked of the log. */
export interface LogFilter {
  readonly kind?: readonly string[] | null;
  readonly by?: string | null;
}

/** Entries behind a place (`before` it when newest first), in that order. */
export async function readEntries(
  tx: TransactionSql,
  filter: LogFilter,
  page: { readonly before: number | null; readonly limit: number },
): Promise<readonly LogEntry[]> {
  const conditions = new Conditions().among('t.kind', filter.kind);
  if (filter.by) conditions.add(`t.by = ${conditions.value(filter.by)}`);
  if (page.before !== null) conditions.add(`t.sequence < ${conditions.value(String(page.before))}::text::bigint`);
  const rows = await conditions.run<{ entry: string }>(
    tx,
    `/* readEntries */ select t.entry from hub_act t ${conditions.text} order by t.sequence desc limit ${page.limit}`,
  );
  return rows.map(({ entry }) => JSON.parse(entry) as LogEntry);
}

/** Entries in the order of the log, from behind a place. */
export async function entriesAfter(tx: TransactionSql, sequence: number, limit: number): Promise<readonly LogEntry[]> {
  const rows = await tx<{ entry: string }[]>`/* entriesAfter */
    select entry from hub_act where sequence > ${sequence} order by sequence limit ${limit}`;
  return rows.map(({ entry }) => JSON.parse(entry) as LogEntry);
}

/** Heads in order, from behind a number; the newest alone when `limit` is 1 and `newest` is asked for. */
export async function headsAfter(tx: TransactionSql, number: number, limit: number): Promise<readonly SignedHead[]> {
  const rows = await tx<{ head: string }[]>`/* headsAfter */
    select head from hub_act_head where number > ${number} order by number limit ${limit}`;
  return rows.map(({ head }) => JSON.parse(head) as SignedHead);
}

export async function newestHead(tx: TransactionSql): Promise<SignedHead | null> {
  const [row] = await tx<
    { head: string }[]
  >`/* newestHead */ select head from hub_act_head order by number desc limit 1`;
  return row === undefined ? null : (JSON.parse(row.head) as SignedHead);
}
