import type { TransactionSql } from 'postgres';
import type { Milliseconds } from './types.ts';

/** What is told once, by whichever process is first. */
export interface Telling {
  readonly key: string;
  /** From when on it can come no more, and may be forgotten. */
  readonly until: Milliseconds;
}

const FORGET_AT_ONCE = 500;

/**
 * Those of the keys that were not told before; they are told if the transaction commits. Whoever tells the same at the same time waits
 * for it. What can come no more is forgotten.
 */
export async function tellOnce(
  tx: TransactionSql,
  tellings: readonly Telling[],
  now: Milliseconds,
): Promise<ReadonlySet<string>> {
  await tx`/* forgetTold */ delete from hub.told_once where key in (
    select key from hub.told_once where until < ${now} order by until limit ${FORGET_AT_ONCE} for update skip locked)`;
  const keys = tellings.map(({ key }) => key);
  const untils = tellings.map(({ until }) => new Date(until).toISOString());
  const told = await tx<{ key: string }[]>`/* tellOnce */ insert into hub.told_once (key, until)
    select key, max(until) from unnest(${keys}::text[], ${untils}::timestamptz[]) as new (key, until) group by key order by key
    on conflict do nothing returning key`;
  return new Set(told.map(({ key }) => key));
}
