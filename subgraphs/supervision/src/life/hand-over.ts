import { tierAbove } from '@gnomon/identity';
import type { Card } from '../card.ts';
import { supervisingTier } from './actors.ts';

/** What an ESCALATED entry changes and carries (移交上级): the tier above the one that has the card. Only where `canBeHandedOver`. */
export function handOver(card: Card) {
  const to = tierAbove(supervisingTier(card));
  return { changes: { escalatedTo: to }, content: { to } };
}
