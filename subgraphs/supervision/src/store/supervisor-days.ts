import type { TransactionSql } from 'postgres';
import { isoText } from './conditions.ts';

/** What one account did in one day, as rule XX-07 counts it. */
export interface DayCount {
  readonly viewer: string;
  /** Of China, `YYYY-MM-DD`. */
  readonly day: string;
  readonly unmaskedWithoutCase: number;
  readonly outOfScope: number;
  readonly exportedRows: number;
  readonly unapprovedExports: number;
  /** Instant of the newest act that was counted. */
  readonly lastAt: number;
}

/** Name of a day of an account. */
export interface DayKey {
  readonly viewer: string;
  readonly day: string;
}

const COUNTED = `viewer, to_char(day, 'YYYY-MM-DD') as day, unmasked_without_case as "unmaskedWithoutCase", out_of_scope as "outOfScope",
  exported_rows as "exportedRows", unapproved_exports as "unapprovedExports", (extract(epoch from last_at) * 1000)::float8 as "lastAt"`;

/** The counts of these days; a day without any is absent. */
export async function dayCounts(tx: TransactionSql, keys: readonly DayKey[]): Promise<readonly DayCount[]> {
  return (await tx.unsafe(
    `/* dayCounts */ select ${COUNTED} from supervisor_count
     where (viewer, day) in (select viewer collate "C", day from jsonb_to_recordset($1::text::jsonb) as k (viewer text, day date))`,
    [JSON.stringify(keys)],
  )) as unknown as readonly DayCount[];
}

/** Rows that the account took out on average in each of the thirty days before the day. */
export async function exportMean(tx: TransactionSql, { viewer, day }: DayKey): Promise<number> {
  const [row] = await tx<{ mean: number }[]>`/* exportMean */
    select coalesce(sum(exported_rows), 0)::float8 / 30 as mean from supervisor_count
    where viewer = ${viewer} and day >= ${day}::text::date - 30 and day < ${day}::text::date`;
  return row!.mean;
}

export async function writeDayCount(tx: TransactionSql, count: DayCount): Promise<void> {
  const { viewer, day, unmaskedWithoutCase, outOfScope, exportedRows, unapprovedExports } = count;
  await tx`/* writeDayCount */ insert into supervisor_count as c
      (viewer, day, unmasked_without_case, out_of_scope, exported_rows, unapproved_exports, last_at)
    values (${viewer}, ${day}::text::date, ${unmaskedWithoutCase}, ${outOfScope}, ${exportedRows}, ${unapprovedExports},
      ${isoText(count.lastAt)}::text::timestamptz)
    on conflict (viewer, day) do update set unmasked_without_case = excluded.unmasked_without_case, out_of_scope = excluded.out_of_scope,
      exported_rows = excluded.exported_rows, unapproved_exports = excluded.unapproved_exports, last_at = excluded.last_at`;
}

/** Whether the account had opened this case when it saw personal data. */
export async function hadCaseOpen(tx: TransactionSql, viewer: string, caseNo: string, at: number): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`/* hadCaseOpen */
    select exists (select 1 from purpose where viewer = ${viewer} and case_no = ${caseNo}
      and opened_at <= ${isoText(at)}::text::timestamptz and expires_at >= ${isoText(at)}::text::timestamptz) as found`;
  return row!.found;
}

/** Keeps a purpose. */
export async function insertPurpose(
  tx: TransactionSql,
  purpose: {
    readonly id: string;
    readonly viewer: string;
    readonly caseNo: string;
    readonly reason: string;
    readonly openedAt: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await tx`/* insertPurpose */ insert into purpose (id, viewer, case_no, reason, opened_at, expires_at)
    values (${purpose.id}, ${purpose.viewer}, ${purpose.caseNo}, ${purpose.reason},
      ${isoText(purpose.openedAt)}::text::timestamptz, ${isoText(purpose.expiresAt)}::text::timestamptz)`;
}

/** Which of these ids are of cards that lie outside a scope of divisions: what a supervisor asked for and may not see. */
export async function cardsOutside(tx: TransactionSql, ids: readonly string[], division: string): Promise<number> {
  const [row] = await tx<{ count: number }[]>`/* cardsOutside */
    select count(*)::integer as count from card where id = any(${[...ids]}::text[]) and not starts_with(division, ${division})`;
  return row!.count;
}
