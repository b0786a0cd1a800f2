import { type Database, lockPosition, writePosition } from '@gnomon/store';
import type { Transaction } from './subject-store.ts';
import type { RulesInForce } from './types.ts';

/** Where followers keep under which rules and calendar their timers were armed; no stream of the feed. */
export const RULES_STREAM = 'rules';

/** What a follower of the rules has come to. */
export function editionOf({ pack, calendar }: Pick<RulesInForce, 'pack' | 'calendar'>): string {
  return `${pack.hash} ${calendar.hash}`;
}

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
  rules: RulesInForce,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<boolean> {
  const follower = `${table} timers`;
  const inForce = editionOf(rules);
  return database.transaction(async (tx) => {
    const followed = await lockPosition(tx, follower, RULES_STREAM);
    if (followed === inForce) return false;
    if (followed !== null) await work(tx);
    await writePosition(tx, { follower, stream: RULES_STREAM, cursor: inForce });
    return followed !== null;
  });
}
