import { enterSilence } from './attempt.ts';
import { handOver } from './change.ts';
import { judge } from './desk.ts';
import { hear } from './hear.ts';
import { cardsOf, ENDED, type Finding, isOpen, type Model, type ModelCard, note, type Signal } from './model.ts';
import { excuseNew } from './outages.ts';
import { ABOVE } from './people.ts';

/** Supervision takes over what a stream told, all of it at once and now. */
export function takeOver(model: Model, stream: 'domain' | 'loop'): void {
  const signals = model.waiting[stream];
  model.waiting[stream] = [];
  if (signals.length === 0) return;
  inOne(model, () => {
    const changed = new Set<ModelCard>();
    for (const signal of signals) {
      const standsFor = stream === 'loop' ? effect(model, signal, changed) : null;
      for (const card of hear(model, signal, standsFor)) changed.add(card);
    }
    for (const card of excuseNew(model, changed)) changed.add(card);
    return changed;
  });
}

/** Does something to the cards, and judges what has changed with it: all of it in one. */
export function inOne(model: Model, work: () => ReadonlySet<ModelCard>): void {
  const entered = new Map(cardsOf(model).map((card) => [card, card.entries.length]));
  const told = new Map(model.findings.map((finding) => [finding, entriesOf(finding)]));
  const changed = work();
  // Of a card that stands again and whose time to answer is over, the silence is noticed at once.
  for (const card of changed) if (card.entries.at(-1)?.kind === 'REINSTATED') enterSilence(model, card);
  const warned = new Set(model.findings.filter((finding) => entriesOf(finding) !== (told.get(finding) ?? 0)));
  if (changed.size > 0 || warned.size > 0) judge(model, changed, warned, entered);
}

const entriesOf = ({ warnings }: Finding): number => warnings.reduce((sum, { entries }) => sum + entries.length, 0);

/** What a verdict of the loop does beside its own warning or card; gives the card that was raised and stands for it. */
function effect(model: Model, { finding, kind, level, turnedAt }: Signal, changed: Set<ModelCard>): ModelCard | null {
  if (kind !== 'ROSE') return null;
  const { rule, occurrence, subject } = finding;
  const card = subject.kind === 'card' ? subject.card : null;
  const what = `${rule} ${occurrence}`;
  if (card !== null && what === 'XX-01 ANSWER' && level !== 'WARNING' && enterSilence(model, card)) changed.add(card);
  if (card !== null && what === 'XX-03 ' && level === 'RED') return raise(card, turnedAt, changed);
  if (card !== null && what === 'XX-03 HANDOVER' && level === 'WARNING') passOn(card, turnedAt, changed);
  if (what === 'XX-04 NOTICE' && level === 'WARNING') {
    const loop = model.findings.find((one) => one.rule === 'XX-04' && one.occurrence === '' && sameName(one, finding));
    const open = loop?.cards.find(isOpen);
    if (open !== undefined) passOn(open, turnedAt, changed);
  }
  return null;
}

function sameName(a: Finding, b: Finding): boolean {
  return 'name' in a.subject && 'name' in b.subject && a.subject.name === b.subject.name;
}

function raise(card: ModelCard, at: number, changed: Set<ModelCard>): ModelCard | null {
  if (card.raisedAt !== null) return card;
  if (card.level !== 'YELLOW' || (card.state !== 'RECTIFYING' && card.state !== 'RESULT_IN')) return null;
  card.raisedAt = at;
  note(card, 'RAISED', at);
  changed.add(card);
  return card;
}

function passOn(card: ModelCard, at: number, changed: Set<ModelCard>): void {
  const isDue = !card.wasHandedOver && !ENDED.has(card.state);
  if (!isDue || ABOVE[card.tier] === card.tier) return;
  handOver(card, at, 'hub');
  changed.add(card);
}
