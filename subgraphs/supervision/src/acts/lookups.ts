import type { Viewer } from '@gnomon/identity';
import { appendToOutbox, type FeedEntry } from '@gnomon/store';
import { ACT_STREAM, type ActPayload, type Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Card } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import { laneWithin } from '../lane.ts';
import { cardsOutside } from '../store/supervisor-days.ts';

const LOOKUP = 'lookup';

/**
 * Notes that a supervisor asked for a card that it was not shown. Whether the card exists is asked later, by the hub alone: the request
 * does the same for an id that nobody has and for one of another place, so neither its answer nor its time tells them apart.
 */
async function noteLookup(
  { database, time }: Pick<Ports, 'database' | 'time'>,
  viewer: Viewer | null,
  id: string,
): Promise<void> {
  if (viewer?.role === 'SUPERVISOR') await database.transaction((tx) => noteLookupIn(tx, viewer, id, time.now()));
}

/** The same within a transaction. */
async function noteLookupIn(tx: TransactionSql, viewer: Viewer | null, id: string, at: number): Promise<void> {
  if (viewer?.role !== 'SUPERVISOR' || laneWithin(id) === null) return;
  const { role, tier, division } = viewer;
  const payload: ActPayload = {
    kind: 'OUT_OF_SCOPE',
    at: new Date(at).toISOString(),
    by: viewer.id,
    role,
    tier,
    division,
    about: id,
    detail: { record: 'card', count: 1 },
  };
  await appendToOutbox(tx, [{ stream: ACT_STREAM, type: LOOKUP, key: viewer.id, at, payload }]);
}

export const isLookup = ({ type }: FeedEntry): boolean => type === LOOKUP;

/** The act behind a lookup: the card is there, in another place; `null` for an id that nobody has. */
export async function resolveLookup(tx: TransactionSql, entry: FeedEntry): Promise<FeedEntry | null> {
  const { about, division } = entry.payload as ActPayload;
  const outside = await cardsOutside(tx, about === null ? [] : [about], division ?? '');
  return outside === 0 ? null : { ...entry, type: 'act' };
}

/** A card by its id, within the viewer's scope; that a supervisor asked for one it is not shown is noted. */
export async function loadCard(context: SupervisionContext, id: string): Promise<Card | null> {
  const card = await context.load.card.load(id);
  if (card === null) await noteLookup(context.ports, context.viewer, id);
  return card;
}
