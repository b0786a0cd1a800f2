import { STRONGER_FELL } from '../reasons.ts';
import type { OpenAct } from './perform.ts';

/**
 * The weaker card that the fallen one had superseded stands again, in the state it was in: an `also` of acts by which a stronger card falls
 * as if it had never been (declined, cancelled as an error, exempted).
 */
export async function reinstateWeaker({
  book,
  card,
  viewer,
  at,
}: Pick<OpenAct, 'book' | 'card' | 'viewer' | 'at'>): Promise<void> {
  const weaker = card.supersedes === null ? null : book.card(card.supersedes);
  if (weaker?.state !== 'SUPERSEDED' || weaker.supersededBy !== card.id) return;
  const state = weaker.stateBefore ?? (weaker.issuedAt === null ? 'DRAFT' : 'ISSUED');
  book.putCard(
    { ...weaker, state, stateBefore: null, closedAt: null, closeReason: null, supersededBy: null },
    { at, by: viewer?.id ?? 'hub', kind: 'REINSTATED', reason: STRONGER_FELL, signal: null },
  );
}
