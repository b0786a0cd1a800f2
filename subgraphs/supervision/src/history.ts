import { createHash } from 'node:crypto';
import { canonicalJson } from '@gnomon/rule-engine';
import type { Card, CardEvent } from './card.ts';

/** The hash before a card's first entry. */
export const NO_HASH = '0'.repeat(64);

/** What happened, before it has its place in the chain. */
export type Happening = Pick<CardEvent, 'kind' | 'at' | 'by' | 'reason' | 'signal'> &
  Partial<Pick<CardEvent, 'content'>>;

/** Appends to a card's history: gives the entry with its hash, and the card that counts it. */
export function appendHistory(card: Card, happening: Happening): { readonly card: Card; readonly event: CardEvent } {
  const { kind, at, by, reason, signal, content = null } = happening;
  const entry = { lane: card.lane, card: card.id, sequence: card.events + 1, kind, at, by, reason, signal, content };
  const event = { ...entry, previousHash: card.lastHash, hash: hashOf(entry, card.lastHash) };
  return { card: { ...card, events: event.sequence, lastHash: event.hash }, event };
}

/** The first entry of a history whose hash or place does not fit, by sequence; `null` when the whole chain holds. */
export function brokenLink(history: readonly CardEvent[]): number | null {
  let previous = NO_HASH;
  for (const [index, event] of history.entries()) {
    const { previousHash, hash, ...entry } = event;
    const fits = event.sequence === index + 1 && previousHash === previous && hash === hashOf(entry, previousHash);
    if (!fits) return index + 1;
    previous = hash;
  }
  return null;
}

/** Over a list in fixed order: an object's key order would depend on who wrote it. */
function hashOf(entry: Omit<CardEvent, 'previousHash' | 'hash'>, previousHash: string): string {
  const { card, sequence, kind, at, by, reason, signal, content } = entry;
  const said = [previousHash, card, sequence, kind, at, by, reason?.zh ?? null, reason?.en ?? null, signal];
  // A database gives back an object's keys in an order of its own.
  if (content !== null) said.push(canonicalJson(content));
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
