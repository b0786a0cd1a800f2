import { FELL, type Finding, isOpen, type Model, type ModelCard, newCard, note, type Signal } from './model.ts';
import { RANK } from './teller.ts';

/*
 * What a signal does to the warning and the cards of its finding, said without tables: a stronger card takes the weaker one's place; a card whose
 * condition has passed stays; a correction takes it away, and what it had replaced.
 */

/** Takes one signal over, now. `standsFor`: a card stands for it already. Gives the cards that changed. */
export function hear(model: Model, signal: Signal, standsFor: ModelCard | null): ReadonlySet<ModelCard> {
  const changed = new Set<ModelCard>();
  const { finding, level } = signal;
  finding.level = level;
  if (standsFor === null) moveCard(model, signal, changed);
  moveWarning(model, signal);
  return changed;
}

/** The open card of a finding, or the last that counts when it was closed while its condition held. */
function spokenOf({ cards }: Finding): ModelCard | null {
  const open = cards.find(isOpen);
  if (open !== undefined) return open;
  const last = cards.findLast(({ state }) => !FELL.has(state));
  return last?.state === 'CLOSED' && !last.conditionEnded ? last : null;
}

function moveCard(model: Model, signal: Signal, changed: Set<ModelCard>): void {
  const { finding, kind, level, previous } = signal;
  const card = spokenOf(finding);
  if (kind === 'ROSE' && level !== 'WARNING') rise(model, signal, card, changed);
  else if (card === null || RANK[level] >= RANK[card.level]) return;
  else if (kind !== 'CORRECTED') setEnded(model, card, true, changed);
  // Of a card whose condition ended before, a correction of a lower level says nothing.
  else if (!card.conditionEnded || RANK[previous] >= RANK[card.level]) withdraw(model, card, level, changed);
}

function rise(model: Model, signal: Signal, card: ModelCard | null, changed: Set<ModelCard>): void {
  const { finding, level, turnedAt, issue, byTime, tier, body = null } = signal;
  if (level !== 'YELLOW' && level !== 'RED') return;
  if (card !== null && RANK[card.level] >= RANK[level]) {
    setEnded(model, card, card.level !== level, changed);
    return;
  }
  if (card !== null && isOpen(card)) {
    card.before = card.state;
    end(card, 'SUPERSEDED', model.now);
    note(card, 'SUPERSEDED', model.now);
    changed.add(card);
  }
  const isHeld = issue === 'CONFIRM';
  const next = newCard(finding, {
    ...{ level, turnedAt, state: isHeld ? 'DRAFT' : 'ISSUED', tier, body, under: card, byTime },
    issuedAt: isHeld ? null : model.now,
  });
  if (card !== null) card.over = next;
  note(next, isHeld ? 'HELD' : 'ISSUED', model.now);
  changed.add(next);
}

function setEnded(model: Model, card: ModelCard, ended: boolean, changed: Set<ModelCard>): void {
  if (card.conditionEnded === ended) return;
  // A closed card whose condition goes on is not told that it goes on.
  card.conditionEnded = ended;
  note(card, ended ? 'CONDITION_ENDED' : 'RECURRED', model.now);
  changed.add(card);
}

function withdraw(model: Model, card: ModelCard, to: Signal['level'], changed: Set<ModelCard>): void {
  card.before = null;
  end(card, 'WITHDRAWN', model.now);
  note(card, 'WITHDRAWN', model.now);
  changed.add(card);
  const { under } = card;
  if (under === null) return;
  if (under.state === 'SUPERSEDED' || (under.state === 'CLOSED' && under.level !== to))
    withdraw(model, under, to, changed);
}

function moveWarning({ now }: Model, { finding, kind, level, turnedAt, isRuleEnded }: Signal): void {
  const open = finding.warnings.find(({ state }) => state === 'ISSUED');
  if (open === undefined) {
    if (kind === 'ROSE' && level === 'WARNING') warn(finding, turnedAt, now);
    return;
  }
  const says = (state: typeof open.state, word: (typeof open.entries)[number]['kind']) => {
    open.state = state;
    open.entries.push({ kind: word, at: now });
  };
  if (kind === 'ROSE' && RANK[level] > RANK.WARNING) says('TURNED', 'WARNING_TURNED');
  else if (isRuleEnded) says('EXPIRED', 'WARNING_EXPIRED');
  else if (level === 'NONE' && kind === 'FELL') says('RESOLVED', 'WARNING_RESOLVED');
  else if (level === 'NONE' && kind === 'CORRECTED') says('WITHDRAWN', 'WARNING_WITHDRAWN');
}

/** Issues a warning. */
export function warn(finding: Finding, turnedAt: number, at: number): void {
  const entries = [{ kind: 'WARNING_ISSUED' as const, at }];
  finding.warnings.push({ state: 'ISSUED', turnedAt, acknowledgedBy: null, entries, id: null });
}

/** A card comes to its end. */
export function end(card: ModelCard, state: ModelCard['state'], at: number): void {
  card.endedAt = at;
  card.state = state;
}
