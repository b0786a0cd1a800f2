import { laneOf, type Transaction } from '@gnomon/subgraph-kit';
import type { ItemRecord } from '../store/read-items.ts';

/** Work item of a link that holds at `now`; `undefined` for one that is wrong, revoked or expired, which one look cannot tell apart. */
export async function itemOfLink(
  tx: Transaction,
  hash: string,
  now: number,
): Promise<{ readonly item: string; readonly expiresAt: number } | undefined> {
  const [row] = await tx<{ item: string; expiresAt: number }[]>`/* itemOfLink */
    select item, expires_at as "expiresAt" from clock_link
    where lane = ${laneOf(hash)} and hash = ${hash} and revoked_at is null and expires_at > ${now}::timestamptz`;
  return row;
}

/** Keeps a link by its hash. */
export async function keepLink(
  tx: Transaction,
  hash: string,
  { id, agency, division, source }: ItemRecord,
  issue: { readonly at: number; readonly by: string; readonly expiresAt: number },
): Promise<void> {
  await tx`/* keepLink */
    insert into clock_link (lane, hash, item, agency, division, source, issued_at, issued_by, expires_at)
    values (${laneOf(hash)}, ${hash}, ${id}, ${agency}, ${division}, ${source}, ${issue.at}::timestamptz, ${issue.by}, ${issue.expiresAt}::timestamptz)`;
}

/** How many links of a work item hold. Whoever counts waits for others who issue links of the same item. */
export async function countLinks(tx: Transaction, item: string, now: number): Promise<number> {
  await tx`/* lockLinks */ select pg_advisory_xact_lock(hashtextextended(${`clock link ${item}`}, 0))`;
  const [row] = await tx<{ count: number }[]>`/* countLinks */
    select count(*)::int as count from clock_link where item = ${item} and revoked_at is null and expires_at > ${now}::timestamptz`;
  return row?.count ?? 0;
}

/** Revokes every link of a work item that holds; gives how many that were. */
export async function revokeLinks(tx: Transaction, item: string, by: string, now: number): Promise<number> {
  const { count } =
    await tx`/* revokeLinks */ update clock_link set revoked_at = ${now}::timestamptz, revoked_by = ${by}
    where item = ${item} and revoked_at is null and expires_at > ${now}::timestamptz`;
  return count;
}
