import { createHash } from 'node:crypto';
import type { Ports, Signal } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { readDaySubject } from '../acts/supervisor-day.ts';
import { insertClue } from '../store/clues.ts';
import { appendToClue } from './keep-clue.ts';
import { createSeal } from './seal.ts';

/**
 * Opens the clue file of a red finding about a supervisor's account, once. Nobody is named as a reader yet: the supervision body of the
 * place one tier up finds it, and names who reads it. The suspected account is locked out from the first moment.
 */
export async function openClueOfSignal(
  tx: TransactionSql,
  { keys, log }: Pick<Ports, 'keys' | 'log'>,
  signal: Signal,
  division: string,
): Promise<void> {
  if (keys === undefined) {
    log.error({ signal: signal.id }, 'a clue file could not be opened: this process has no keys to seal it');
    return;
  }
  const id = createHash('sha256').update(`clue ${signal.id}`).digest('hex').slice(0, 32);
  const at = Date.parse(signal.turnedAt);
  if (!(await insertClue(tx, { id, division, at }))) return;
  const account = readDaySubject(signal.subject)?.viewer ?? signal.subject;
  await appendToClue(tx, createSeal(keys), {
    clue: id,
    by: 'hub',
    at,
    sayings: [
      { kind: 'OPENED', origin: 'UNUSUAL_ACCESS', offence: null, legalBasis: '《政务服务效能监督办法》第十一条' },
      { kind: 'SUSPECT', account },
      { kind: 'FACTS', text: `${signal.rule} ${signal.message.zh}` },
    ],
  });
}
