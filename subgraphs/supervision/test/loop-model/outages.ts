import { TIERS } from '@gnomon/identity';
import { standAgain } from './change.ts';
import { end } from './hear.ts';
import { cardsOf, isOpen, type Model, type ModelCard, type ModelOutage, note } from './model.ts';

/* What a declared outage excuses: limits that ran out within its window, never a card that a tier above the declaring one has. */

/** Declares an outage; gives the cards that it changed. */
export function declare(model: Model, outage: ModelOutage): ReadonlySet<ModelCard> {
  model.outages.push(outage);
  return excuse(model, [outage], cardsOf(model).filter(isOpen));
}

/** Cards that have just come to be within a window are excused at once. */
export function excuseNew(model: Model, changed: ReadonlySet<ModelCard>): ReadonlySet<ModelCard> {
  const opened = [...changed].filter(({ state }) => state === 'DRAFT' || state === 'ISSUED');
  return excuse(
    model,
    model.outages.toSorted((a, b) => a.from - b.from),
    opened,
  );
}

function excuse(model: Model, outages: readonly ModelOutage[], cards: readonly ModelCard[]): ReadonlySet<ModelCard> {
  const changed = new Set<ModelCard>();
  const waiting = [...cards].sort((a, b) => (a.level === b.level ? 0 : a.level === 'RED' ? -1 : 1));
  for (let card = waiting.shift(); card !== undefined; card = waiting.shift()) {
    const outage = isOpen(card) ? outages.find((one) => concerns(one, card!)) : undefined;
    if (outage === undefined) continue;
    exempt(card, model.now);
    outage.excused.push(card.turnedAt);
    changed.add(card);
    const weaker = standAgain(card, model.now, 'hub');
    if (weaker !== null) waiting.push(weaker);
    if (weaker !== null) changed.add(weaker);
  }
  return changed;
}

/** The source of every record of the walk; the loop's own cards have none. */
const SOURCE = '115';

function concerns({ tier, from, to, source }: ModelOutage, card: ModelCard): boolean {
  if (source !== null && (card.finding.isLoop || source !== SOURCE)) return false;
  // Nobody excuses himself.
  if (card.body !== null && card.body === tier) return false;
  const reaches = tier !== null && TIERS.indexOf(tier) <= TIERS.indexOf(card.tier);
  return card.byTime && reaches && from <= card.turnedAt && card.turnedAt < to;
}

function exempt(card: ModelCard, at: number): void {
  const isAppealed = card.state === 'APPEALED';
  const appeal = card.appeals.at(-1);
  if (isAppealed && appeal !== undefined) appeal.decidedAt = at;
  end(card, isAppealed ? 'REVOKED' : 'EXEMPTED', at);
  note(card, isAppealed ? 'APPEAL_REVOKED' : 'EXEMPTED', at);
}
