import { appendActs, headBytes, type LogEntry, type LogHead, type PlacedAct } from '@gnomon/acts';
import type { Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { insertEntries, insertHead, lastEntry, lastHeadNumber } from '../store/acts.ts';

/**
 * Appends acts to the log and signs the new head, in one transaction, so that no entry stands behind the newest head. The caller holds the
 * lock of the one who writes the log.
 */
export async function keepActs(
  tx: TransactionSql,
  ports: Pick<Ports, 'keys' | 'time'>,
  acts: readonly PlacedAct[],
): Promise<readonly LogEntry[]> {
  if (acts.length === 0) return [];
  const entries = appendActs(await lastEntry(tx), acts);
  await insertEntries(tx, entries);
  await signHead(tx, ports, entries.at(-1)!);
  return entries;
}

async function signHead(
  tx: TransactionSql,
  { keys, time }: Pick<Ports, 'keys' | 'time'>,
  last: LogEntry,
): Promise<void> {
  if (keys === undefined) return;
  const { sequence, hash } = last;
  const head: LogHead = {
    number: (await lastHeadNumber(tx)) + 1,
    sequence,
    hash,
    at: new Date(time.now()).toISOString(),
    key: keys.publicKeyOf('log').kid,
  };
  await insertHead(tx, { ...head, signature: keys.sign('log', headBytes(head)) });
}
