import { tierAbove } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { Ports } from '@gnomon/subgraph-kit';
import type { Book } from '../book.ts';
import type { Card, CardEvent } from '../card.ts';
import { supervisingTier } from '../life/actors.ts';
import { LIFE } from '../life/table.ts';
import { HANDED_OVER_FOR_DELAY, HANDED_OVER_FOR_REPETITION, RAISED_FOR_DELAY } from '../reasons.ts';
import type { Signal } from '../signal.ts';
import type { CardState } from '../words.ts';
import { enterSilence } from './silence.ts';

/*
 * What a verdict of the loop does beside its own warning or card. Each effect is dated by the instant at which the rule turned, and asks
 * first whether it is still due, so that the same signal read twice changes nothing.
 *
 *   XX-01 ANSWER   yellow   the judged card counts as accepted
 *   XX-03          red      a yellow card is raised to red, in place of a second card about it
 *   XX-03 HANDOVER warning  the judged card goes to the tier above
 *   XX-04 NOTICE   warning  the agency's card of XX-04 goes to the tier above
 */

/** What the effects need beside the pages on which the judged cards stand. */
export interface EffectPorts {
  readonly ports: Pick<Ports, 'rules'>;
  /** Histories of the judged cards. */
  readonly histories: ReadonlyMap<string, readonly CardEvent[]>;
  /** The present instant. */
  readonly at: number;
}

/**
 * Applies what a signal of the loop does beside its own warning or card.
 * @returns the card that was raised and thus stands for the signal; `null` when the signal opens a card of its own as any other.
 */
export function applyLoop(book: Book, signal: Signal, effects: EffectPorts): Card | null {
  if (signal.kind !== 'ROSE') return null;
  const judged = signal.subjectKind === 'card' ? book.card(signal.subject) : null;
  const isCard = signal.level === 'YELLOW' || signal.level === 'RED';
  switch (`${signal.rule} ${signal.occurrence}`) {
    case 'XX-01 ANSWER':
      if (judged !== null && isCard)
        enterSilence(effects.ports, book, judged, effects.histories.get(judged.id) ?? [], effects.at);
      return null;
    case 'XX-03 ':
      return judged === null || signal.level !== 'RED' ? null : raise(book, judged, signal);
    case 'XX-03 HANDOVER':
      if (judged !== null && signal.level === 'WARNING') handOver(book, judged, signal, HANDED_OVER_FOR_DELAY);
      return null;
    case 'XX-04 NOTICE': {
      const card = book.openCard({ ...signal, occurrence: '' });
      if (card !== null && signal.level === 'WARNING') handOver(book, card, signal, HANDED_OVER_FOR_REPETITION);
      return null;
    }
    default:
      return null;
  }
}

/** Raises a yellow card to red; the same card when that was done before, `null` for one that was issued red or has ended. */
function raise(book: Book, card: Card, signal: Signal): Card | null {
  if (card.raisedAt !== null) return card;
  if (card.level !== 'YELLOW' || !(LIFE.RAISED.from as readonly CardState[]).includes(card.state)) return null;
  return book.putCard(
    { ...card, level: 'RED', raisedAt: signal.turnedAt },
    { kind: 'RAISED', at: signal.turnedAt, by: 'hub', reason: RAISED_FOR_DELAY, signal: signal.id },
  );
}

/** Hands a card one tier up, once; where there is no tier above it stays where it is. */
function handOver(book: Book, card: Card, signal: Signal, reason: Bilingual): void {
  const to = tierAbove(supervisingTier(card));
  const isDue = card.escalatedTo === null && (LIFE.ESCALATED.from as readonly CardState[]).includes(card.state);
  if (!isDue || to === supervisingTier(card)) return;
  book.putCard(
    { ...card, escalatedTo: to },
    { kind: 'ESCALATED', at: signal.turnedAt, by: 'hub', reason, signal: signal.id, content: { to } },
  );
}
