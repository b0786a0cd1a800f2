import type { Ports } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import type { Book } from '../book.ts';
import type { Card, CardEvent } from '../card.ts';
import { ACCEPTED_IN_SILENCE } from '../reasons.ts';
import { historiesOf } from '../store/single-reads.ts';
import { cardClocks } from './card-clocks.ts';
import { isJudged } from './card-facts.ts';
import { knownHistory } from './known-history.ts';
import { loopLimits } from './limits.ts';

/**
 * Enters the silence of an agency whose time to answer was over by `at`: the card counts as accepted from the very instant at which it was
 * over. Gives the card as it stands then; the same card when nothing is to be entered, so that it can be asked at any time.
 */
export function enterSilence(
  { rules }: Pick<Ports, 'rules'>,
  book: Book,
  card: Card,
  history: readonly CardEvent[],
  at: Instant,
): Card {
  if ((card.state !== 'ISSUED' && card.state !== 'SIGNED') || !isJudged(card)) return card;
  const { pack, calendarFor } = rules.current();
  const limits = loopLimits(pack);
  if (limits === null) return card;
  const { silentFrom } = cardClocks(knownHistory(card, history, null), calendarFor(card.division), limits);
  if (silentFrom === null || silentFrom > at) return card;
  return book.putCard(
    { ...card, state: 'ACCEPTED' },
    { kind: 'ACCEPTED_BY_SILENCE', at: silentFrom, by: 'hub', reason: ACCEPTED_IN_SILENCE, signal: null },
  );
}

/** Enters the silence of cards that have just come to stand again: of one whose time to answer was over, nobody would speak until the next act. */
export async function enterMissedSilences(
  ports: Pick<Ports, 'rules'>,
  tx: TransactionSql,
  book: Book,
  at: Instant,
): Promise<void> {
  const { events } = book.changes();
  const again = new Set(events.filter(({ kind }) => kind === 'REINSTATED').map(({ card }) => card));
  const cards = [...again].map((id) => book.card(id)!).filter(({ state }) => state === 'ISSUED' || state === 'SIGNED');
  if (cards.length === 0) return;
  const kept = await historiesOf(tx, cards);
  for (const card of cards) {
    const own = [...kept, ...events].filter((event) => event.card === card.id);
    enterSilence(ports, book, card, own, at);
  }
}
