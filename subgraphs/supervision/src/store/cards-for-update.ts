import type { TransactionSql } from 'postgres';
import type { Card } from '../card.ts';
import { laneWithin } from '../lane.ts';
import { cards } from './columns.ts';

/** A card and the one it superseded, for the holder of the ledger's lock; nothing for an id that names no card. */
export async function cardsForUpdate(tx: TransactionSql, id: string): Promise<readonly Card[]> {
  const lane = laneWithin(id);
  if (lane === null) return [];
  return tx.unsafe(
    `/* cardsForUpdate */ select ${cards.selection} from card t
     where t.lane = $1 and t.id in ($2, (select supersedes from card where lane = $1 and id = $2)) order by t.id`,
    [lane, id],
  ) as unknown as Promise<readonly Card[]>;
}
