import { createHash } from 'node:crypto';
import { recordAct } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { NO_HASH } from '../history.ts';
import { insertPersons, insertSealed, type SealedEntry, sealedOf } from '../store/clues.ts';
import { type ClueEntry, type ClueFile, type ClueSaying, foldClue } from './clue-file.ts';
import type { Seal } from './seal.ts';

/**
 * Appends to a clue file, sealed entry by entry. The log of the hub learns that something was added to the file of this id, and the hash of
 * the newest entry: not what, not by whom.
 */
export async function appendToClue(
  tx: TransactionSql,
  seal: Seal,
  step: { readonly clue: string; readonly by: string; readonly at: number; readonly sayings: readonly ClueSaying[] },
): Promise<void> {
  const { clue, by, at, sayings } = step;
  const last = (await sealedOf(tx, [clue])).at(-1);
  let { sequence, hash } = last ?? { sequence: 0, hash: NO_HASH };
  const entries = sayings.map((saying): SealedEntry => {
    sequence += 1;
    const sealed = seal.seal(JSON.stringify({ at, by, saying }), placeOf(clue, sequence));
    const previousHash = hash;
    hash = hashOf(previousHash, sealed);
    return { clue, sequence, sealed, previousHash, hash };
  });
  await insertSealed(tx, entries);
  await insertPersons(
    tx,
    clue,
    sayings.flatMap((saying) => personsOf(seal, saying)),
  );
  await recordAct(tx, { kind: 'CLUE_ACT', by: 'withheld', at, about: clue, detail: { entry: sequence, hash } });
}

/** The file of these sealed entries. @throws {Error} when one of them was changed or moved. */
export function openClueFile(seal: Seal, id: string, entries: readonly SealedEntry[]): ClueFile {
  let previous = NO_HASH;
  let isWhole = true;
  const opened = entries.map(({ sequence, sealed, previousHash, hash }, index): ClueEntry => {
    isWhole &&= sequence === index + 1 && previousHash === previous && hash === hashOf(previousHash, sealed);
    previous = hash;
    const { at, by, saying } = JSON.parse(seal.open(sealed, placeOf(id, sequence))) as Omit<ClueEntry, 'sequence'>;
    return { sequence, at, by, saying };
  });
  return foldClue(id, opened, isWhole);
}

const placeOf = (clue: string, sequence: number): string => `${clue}:${sequence}`;
const hashOf = (previousHash: string, sealed: string): string =>
  createHash('sha256').update(`${previousHash}\n${sealed}`).digest('hex');

function personsOf(seal: Seal, saying: ClueSaying) {
  if (saying.kind !== 'READER' && saying.kind !== 'SUSPECT') return [];
  return [{ person: seal.personOf(saying.account), part: saying.kind }];
}
