import { type Database, lockPosition, writePosition } from '@gnomon/store';
import type { Transaction } from './subject-store.ts';
import type { RulesInForce } from './types.ts';

const STREAM = 'rules';

/**
 * Does `work` once whenever a table's rules or calendar are others than the last time, across processes and restarts, in
 * one transaction with the mark that it was done. At the very first time there is nothing to do.
 *
 * Timers were armed under the rules of their day: after a change they are to be looked at again, or a new notice of
 * holidays would let them run too late.
 * @returns whether `work` was done.
 */
export async function followRules(
  database: Database,
  table: string,
  { pack, calendar }: RulesInForce,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<boolean> {
  const follower = `${table} timers`;
  const inForce = `${pack.hash} ${calendar.hash}`;
  return database.transaction(async (tx) => {
    const followed = await lockPosition(tx, follower, STREAM);
    if (followed === inForce) return false;
    if (followed !== null) await work(tx);
    await writePosition(tx, { follower, stream: STREAM, cursor: inForce });
    return followed !== null;
  });
}
