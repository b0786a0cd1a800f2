import type { Card, CardEvent, FeedPayload, Finding, Warning } from './card.ts';
import { appendHistory, type Happening } from './history.ts';
import type { Signal } from './signal.ts';
import { FALLEN, isOpen } from './words.ts';

/** What is known of the subjects concerned before anything is posted. */
export interface BookContents {
  readonly findings: readonly Finding[];
  /** Cards in the order in which they arose; those that were withdrawn or declined are as if they had never been, and need not be there. */
  readonly cards: readonly Card[];
  /** Warnings that are open. */
  readonly warnings: readonly Warning[];
}

/**
 * The pages of the ledger that one transaction works on: what was read, what has changed, and what is to be told.
 * In memory; the store reads and writes it whole.
 */
export class Book {
  readonly #cards = new Map<string, Card>();
  readonly #openCards = new Map<string, string>();
  /** Cards of each finding in the order in which they arose. */
  readonly #cardsOf = new Map<string, Set<string>>();
  readonly #superseded = new Map<string, Set<string>>();
  readonly #openWarnings = new Map<string, Warning>();
  readonly #changedCards = new Set<string>();
  readonly #changedWarnings = new Map<string, Warning>();
  readonly #findings = new Map<string, Finding>();
  readonly #changedFindings = new Set<string>();
  readonly #events: CardEvent[] = [];
  readonly #entries: FeedPayload[] = [];

  constructor(contents: BookContents) {
    for (const card of contents.cards) this.#index(card);
    for (const warning of contents.warnings) this.#openWarnings.set(findingKey(warning), warning);
    for (const finding of contents.findings) this.#findings.set(findingKey(finding), finding);
  }

  openCard(of: FindingKey): Card | null {
    const id = this.#openCards.get(findingKey(of));
    return id === undefined ? null : this.#cards.get(id)!;
  }

  /** The open card of a finding, or else the last one that still counts: one that was withdrawn, declined, revoked … is as if it had never been. */
  heldCard(of: FindingKey): Card | null {
    const open = this.openCard(of);
    if (open !== null) return open;
    const arisen = [...(this.#cardsOf.get(findingKey(of)) ?? [])].map((id) => this.#cards.get(id)!);
    return arisen.findLast(({ state }) => !FALLEN.has(state)) ?? null;
  }

  openWarning(of: FindingKey): Warning | null {
    return this.#openWarnings.get(findingKey(of)) ?? null;
  }

  card(id: string): Card | null {
    return this.#cards.get(id) ?? null;
  }

  /** Cards of the subject that yielded to another rule whose card is not known yet. */
  unlinked(of: Pick<FindingKey, 'subjectKind' | 'subject'>): readonly Card[] {
    const ids = this.#superseded.get(subjectKey(of)) ?? [];
    return [...ids].map((id) => this.#cards.get(id)!).filter((card) => card.supersededBy === null);
  }

  /** Open cards of the subject. */
  openCardsOf(of: Pick<FindingKey, 'subjectKind' | 'subject'>): readonly Card[] {
    return [...this.#openCards.values()]
      .map((id) => this.#cards.get(id)!)
      .filter((card) => card.subject === of.subject && card.subjectKind === of.subjectKind);
  }

  /** Records a card's change with its history entry, and tells it. */
  putCard(card: Card, happening: Happening): Card {
    const { card: next, event } = appendHistory(card, happening);
    this.#index(next);
    this.#changedCards.add(next.id);
    this.#events.push(event);
    const { kind, at, signal, content } = event;
    this.#entries.push({ kind, at, signal, card: next, warning: null, content });
    return next;
  }

  /** Records a warning's change, and tells it. */
  putWarning(warning: Warning, entry: Pick<FeedPayload, 'kind' | 'at' | 'signal'>): void {
    if (warning.state === 'ISSUED') this.#openWarnings.set(findingKey(warning), warning);
    else this.#openWarnings.delete(findingKey(warning));
    this.#changedWarnings.set(warning.id, warning);
    this.#entries.push({ ...entry, card: null, warning, content: null });
  }

  putFinding(finding: Finding): void {
    this.#findings.set(findingKey(finding), finding);
    this.#changedFindings.add(findingKey(finding));
  }

  finding(of: FindingKey): Finding | null {
    return this.#findings.get(findingKey(of)) ?? null;
  }

  /** Everything to be written and told, in order. */
  changes(): {
    readonly cards: readonly Card[];
    readonly warnings: readonly Warning[];
    readonly findings: readonly Finding[];
    readonly events: readonly CardEvent[];
    readonly entries: readonly FeedPayload[];
  } {
    return {
      cards: [...this.#changedCards].map((id) => this.#cards.get(id)!),
      warnings: [...this.#changedWarnings.values()],
      findings: [...this.#changedFindings].map((key) => this.#findings.get(key)!),
      events: this.#events,
      entries: this.#entries,
    };
  }

  #index(card: Card): void {
    this.#cards.set(card.id, card);
    const key = findingKey(card);
    const arisen = this.#cardsOf.get(key);
    if (arisen === undefined) this.#cardsOf.set(key, new Set([card.id]));
    else arisen.add(card.id);
    if (isOpen(card.state)) this.#openCards.set(key, card.id);
    else if (this.#openCards.get(key) === card.id) this.#openCards.delete(key);
    const superseded = this.#superseded.get(subjectKey(card)) ?? new Set();
    if (card.state === 'SUPERSEDED') superseded.add(card.id);
    else superseded.delete(card.id);
    this.#superseded.set(subjectKey(card), superseded);
  }
}

/** What names a finding: one rule on one subject and occurrence. */
export type FindingKey = Pick<Signal, 'subjectKind' | 'subject' | 'rule' | 'occurrence'>;

/** The name of a finding as one text; unambiguous whatever its parts contain. */
function findingKey(of: FindingKey): string {
  return JSON.stringify([of.subjectKind, of.subject, of.rule, of.occurrence]);
}

function subjectKey(of: Pick<FindingKey, 'subjectKind' | 'subject'>): string {
  return JSON.stringify([of.subjectKind, of.subject]);
}
