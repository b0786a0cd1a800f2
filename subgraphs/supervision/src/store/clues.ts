import type { TransactionSql } from 'postgres';
import { isoText } from './conditions.ts';

/** An entry as it is kept. */
export interface SealedEntry {
  readonly clue: string;
  readonly sequence: number;
  readonly sealed: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** The part that a person has in a clue file. */
export interface CluePerson {
  /** Keyed hash of the account. */
  readonly person: string;
  readonly part: 'READER' | 'SUSPECT';
}

/** Who reads clue files in this transaction: the keyed hash of the account, and the division of its body. */
export async function setReader(tx: TransactionSql, person: string, body: string): Promise<void> {
  await tx`select set_config('gnomon.person', ${person}, true), set_config('gnomon.body', ${body}, true)`;
}

/** One writer of a file at a time. */
export async function lockClue(tx: TransactionSql, id: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`clue ${id}`}, 0))`;
}

/** Whether the file is there and open for the reader of this transaction. */
export async function isClueOpen(tx: TransactionSql, id: string): Promise<boolean> {
  const rows = await tx`/* isClueOpen */ select 1 from clue where id = ${id} and clue_is_open(id, division)`;
  return rows.length > 0;
}

/** Makes the file; false when it was there. */
export async function insertClue(
  tx: TransactionSql,
  clue: { readonly id: string; readonly division: string; readonly at: number },
): Promise<boolean> {
  const rows = await tx`/* insertClue */ insert into clue (id, division, opened_at)
    values (${clue.id}, ${clue.division}, ${isoText(clue.at)}::text::timestamptz) on conflict do nothing returning id`;
  return rows.length > 0;
}

export async function insertPersons(tx: TransactionSql, clue: string, persons: readonly CluePerson[]): Promise<void> {
  for (const { person, part } of persons)
    await tx`/* insertPersons */ insert into clue_person (clue, person, part) values (${clue}, ${person}, ${part}) on conflict do nothing`;
}

export async function insertSealed(tx: TransactionSql, entries: readonly SealedEntry[]): Promise<void> {
  for (const { clue, sequence, sealed, previousHash, hash } of entries)
    await tx`/* insertSealed */ insert into clue_entry (clue, sequence, sealed, previous_hash, hash)
      values (${clue}, ${sequence}, ${sealed}, ${previousHash}, ${hash})`;
}

/** Entries of these files, file by file, in order. */
export async function sealedOf(tx: TransactionSql, ids: readonly string[]): Promise<readonly SealedEntry[]> {
  return tx<SealedEntry[]>`/* sealedOf */
    select clue, sequence, sealed, previous_hash as "previousHash", hash from clue_entry
    where clue = any(${[...ids]}::text[]) order by clue, sequence`;
}

/** Files that the reader of this transaction may open, newest first. */
export async function listClues(
  tx: TransactionSql,
  after: readonly [openedAt: number, id: string] | null,
  limit: number,
): Promise<readonly { readonly id: string; readonly openedAt: number }[]> {
  const before =
    after === null ? tx`` : tx`where (opened_at, id) < (${isoText(after[0])}::text::timestamptz, ${after[1]})`;
  return tx<{ id: string; openedAt: number }[]>`/* listClues */
    select id, (extract(epoch from opened_at) * 1000)::float8 as "openedAt" from clue ${before}
    order by opened_at desc, id desc limit ${limit}`;
}
