import { type FeedEntry, lockPosition, readPosition, writePosition } from '@gnomon/store';
import type { Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';

/** Name under which notices keep how far they have read. */
const TELLER = 'notices';

/** What following needs of the ports. */
export type FollowPorts = Pick<Ports, 'database' | 'feed'>;

/**
 * Takes what is new in a stream: `take` and the position are one transaction. Whoever follows beside waits for the position, and leaves alone
 * what another has taken meanwhile. Gives how many entries were read, 0 when there is nothing new.
 */
export async function takeNew(
  { database, feed }: FollowPorts,
  stream: string,
  batch: number,
  take: (tx: TransactionSql, entries: readonly FeedEntry[]) => Promise<void>,
): Promise<number> {
  const from = await readPosition(database.sql, TELLER, stream);
  // Read before the transaction: one that waited for a second connection could wait for ever.
  const entries = await feed.read(stream, from, batch);
  const last = entries.at(-1);
  if (last === undefined) return 0;
  return database.transaction(async (tx) => {
    if ((await lockPosition(tx, TELLER, stream)) !== from) return entries.length;
    await take(tx, entries);
    await writePosition(tx, { follower: TELLER, stream, cursor: last.cursor });
    return entries.length;
  });
}
