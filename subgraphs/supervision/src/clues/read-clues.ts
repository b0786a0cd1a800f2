import { tierOf, type Viewer } from '@gnomon/identity';
import type { Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { listClues, sealedOf, setReader } from '../store/clues.ts';
import type { ClueFile } from './clue-file.ts';
import { openClueFile } from './keep-clue.ts';
import { createSeal } from './seal.ts';

export type CluePorts = Pick<Ports, 'database' | 'time' | 'keys'>;

/** The file, when the viewer is named in it and not suspected; `null` otherwise, whether it is there or not. */
export async function readClue(ports: CluePorts, viewer: Viewer, id: string): Promise<ClueFile | null> {
  if (!isClueId(id)) return null;
  const found = await readClues(ports, viewer, async () => [{ id }]);
  return found[0] ?? null;
}

/** Files that the viewer may open, newest first. */
export async function pageOfClues(
  ports: CluePorts,
  viewer: Viewer,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly ClueFile[]> {
  return readClues(ports, viewer, (tx) => listClues(tx, after, limit));
}

/** Read under row security alone: what it does not show is not there. */
async function readClues(
  { database, keys }: CluePorts,
  viewer: Viewer,
  list: (tx: TransactionSql) => Promise<readonly { readonly id: string }[]>,
): Promise<readonly ClueFile[]> {
  if (keys === undefined) return [];
  const seal = createSeal(keys);
  return database.asViewer({ all: false, divisions: [], agencies: [], sources: [] }, async (tx) => {
    await setReader(tx, seal.personOf(viewer.id), bodyOf(viewer));
    const ids = (await list(tx)).map(({ id }) => id);
    const entries = Map.groupBy(await sealedOf(tx, ids), ({ clue }) => clue);
    return ids.flatMap((id) => {
      const own = entries.get(id);
      return own === undefined ? [] : [openClueFile(seal, id, own)];
    });
  });
}

/** The division of the body for which a supervisor acts: files without a reader are its matter. Nobody else has one. */
export function bodyOf({ role, tier, division }: Viewer): string {
  return role === 'SUPERVISOR' && division !== null && tier === tierOf(division) ? division : '';
}

/** Whether a text can be the identifier of a clue file. */
export const isClueId = (id: string): boolean => /^[0-9a-f]{32}$/.test(id);
