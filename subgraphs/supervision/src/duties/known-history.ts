import type { Instant } from '@gnomon/working-time';
import type { Card, CardEvent } from '../card.ts';
import { courseOf } from '../life/course.ts';
import { type CardHistory, pausesOf } from './card-clocks.ts';

/** What a card's clocks are opened from, now and as it was known at an earlier instant. */
export interface KnownHistory extends CardHistory {
  /** The same card by what had been done until then, the instant included: open when it came to its end later. */
  asOf(instant: Instant): CardHistory;
}

type Entry = Pick<CardEvent, 'kind' | 'at' | 'by' | 'reason' | 'content'>;

/** The history of a card from its entries, oldest first; `relapsedAt` when the same subject broke the same rule again. */
export function knownHistory(card: Card, events: readonly Entry[], relapsedAt: Instant | null): KnownHistory {
  return {
    ...historyOf(card, events, relapsedAt),
    asOf: (instant) =>
      historyOf(cardAsOf(card, instant), entriesAsOf(events, instant), upTo(relapsedAt, instant) ? relapsedAt : null),
  };
}

function historyOf(card: Card, events: readonly Entry[], relapsedAt: Instant | null): CardHistory {
  return { card, course: courseOf(events), pauses: pausesOf(events), relapsedAt };
}

/**
 * Acts do not reach back: what was said of a card was right if it was by what had been done until then. But for two: a second appeal takes
 * the duty to plan away whose time had begun with the first one's rejection, and an extension is granted from when it was asked for.
 */
function entriesAsOf(events: readonly Entry[], instant: Instant): readonly Entry[] {
  const had = (wanted: Entry['kind']) => events.some(({ kind, at }) => kind === wanted && at <= instant);
  const reachesBack = (kind: Entry['kind']) =>
    (kind === 'APPEALED' && had('APPEAL_SUSTAINED')) || (kind === 'EXTENSION_GRANTED' && had('EXTENSION_ASKED'));
  return events.filter(({ kind, at }) => at <= instant || reachesBack(kind));
}

/** Of a card's state its clocks ask whether it was open. */
function cardAsOf(card: Card, instant: Instant): Card {
  return card.closedAt === null || upTo(card.closedAt, instant) ? card : { ...card, state: 'ISSUED', closedAt: null };
}

function upTo(at: Instant | null, instant: Instant): boolean {
  return at !== null && at <= instant;
}
