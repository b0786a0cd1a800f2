import type { Book } from './book.ts';
import type { Card, FindingFields, Warning } from './card.ts';
import { issuedLevel } from './duties/card-clocks.ts';
import { NO_HASH } from './history.ts';
import { identify, laneOf } from './lane.ts';
import {
  CARD_TABLE,
  type CardAction,
  cardHolding,
  signalWord,
  WARNING_TABLE,
  type WarningAction,
  warningHolding,
} from './ledger.ts';
import {
  CONDITION_PASSED,
  disproved,
  ruleEnded,
  SUPERSEDED_BY_STRONGER,
  TURNED_INTO_CARD,
  yielded,
} from './reasons.ts';
import type { Signal } from './signal.ts';
import { type CardLevel, isOpen } from './words.ts';

/** What posting needs beside the signal; all of it given, so that posting is pure. */
export interface Posting {
  /** The instant of posting, in ms: what `issuedAt` and the history say. */
  readonly at: number;
  /** The next card number of a division. */
  number(division: string): string;
  /** Rules to which a rule gives way (`yieldsTo`). */
  precedence(rule: string): readonly string[];
  /** Hash of the signal's receipt; `null` when it has none. */
  readonly receiptHash: string | null;
  /** A card that stands for the signal already, so that it opens none of its own: one that was raised for being late. */
  readonly standsFor?: string | null;
}

const SEVERITY: Readonly<Record<CardLevel, number>> = { YELLOW: 2, RED: 3 };

/**
 * Posts one signal that was not posted before: the finding, its warning and its card, after the tables of the ledger.
 * A signal that says nothing of either (a rise to UNKNOWN) changes the finding alone.
 */
export function postSignal(book: Book, signal: Signal, posting: Posting): void {
  const word = signalWord(signal);
  if (word === null) return;
  const step = new Step(book, signal, posting);
  step.find();
  // The card goes first, so that a warning that turns can name it.
  if (posting.standsFor == null) step.card(CARD_TABLE[cardHolding(book.heldCard(signal), signal)][word]);
  step.warning(WARNING_TABLE[warningHolding(book.openWarning(signal))][word]);
  step.link();
}

class Step {
  readonly #book: Book;
  readonly #signal: Signal;
  readonly #posting: Posting;
  readonly #said: { readonly at: number; readonly by: 'hub'; readonly signal: string };

  constructor(book: Book, signal: Signal, posting: Posting) {
    this.#book = book;
    this.#signal = signal;
    this.#posting = posting;
    this.#said = { at: posting.at, by: 'hub', signal: signal.id };
  }

  find(): void {
    const { subjectKind, subjectType, subject, rule, occurrence, ruleVersion, level, agency, division, source } =
      this.#signal;
    const { turnedAt, knownAt, message, id } = this.#signal;
    this.#book.putFinding({
      lane: laneOf(subject),
      ...{ subjectKind, subjectType, subject, rule, occurrence, ruleVersion, level, agency, division, source },
      ...{ turnedAt, knownAt, message, signal: id, receiptHash: this.#posting.receiptHash },
    });
  }

  card(action: CardAction): void {
    const held = this.#book.heldCard(this.#signal);
    // A card that was closed while its condition went on is what the new one rises over.
    if (action === 'OPEN') this.#open(held?.state === 'CLOSED' && held.conditionEndedAt === null ? held : null);
    if (action === 'KEEP' || action === 'OPEN') return;
    if (held === null) throw new Error(`ledger: ${action} finds no card for signal ${this.#signal.id}`);
    if (action === 'SUPERSEDE') this.#open(held);
    else if (action === 'WITHDRAW') this.#withdraw(held);
    else if (action === 'YIELD') this.#yield(held);
    else this.#moveCondition(held, action);
  }

  warning(action: WarningAction): void {
    const held = this.#book.openWarning(this.#signal);
    if (action === 'OPEN') this.#warn();
    if (action === 'KEEP' || action === 'OPEN') return;
    if (held === null) throw new Error(`ledger: ${action} finds no open warning for signal ${this.#signal.id}`);
    this.#endWarning(held, action);
  }

  /**
   * Names the card that took precedence on cards of this subject that yielded. The other rule's signal can come before
   * or after the one that says YIELDED; within one domain both come in one transaction.
   */
  link(): void {
    for (const card of this.#book.unlinked(this.#signal)) {
      const rules = this.#posting.precedence(card.rule);
      const stronger = this.#book
        .openCardsOf(card)
        // A card by hand came of no verdict, so no rule gave way to it; nor need it be of the same place.
        .filter((other) => rules.includes(other.rule) && other.signal !== '')
        .sort((a, b) => SEVERITY[b.level] - SEVERITY[a.level] || (a.id < b.id ? -1 : 1))[0];
      if (stronger === undefined) continue;
      const reason = {
        zh: `由 ${stronger.rule} 的牌 ${stronger.number} 取代。`,
        en: `Taken by card ${stronger.number} of ${stronger.rule}.`,
      };
      this.#book.putCard({ ...card, supersededBy: stronger.id }, { ...this.#said, kind: 'LINKED', reason });
    }
  }

  #open(weaker: Card | null): void {
    const { at } = this.#posting;
    const { level, issue, division } = this.#signal;
    if (level !== 'YELLOW' && level !== 'RED') throw new Error(`ledger: no card has the level ${level}`);
    const fields = this.#fields('card');
    if (weaker !== null && isOpen(weaker.state)) {
      const closing = { state: 'SUPERSEDED', closedAt: at, closeReason: SUPERSEDED_BY_STRONGER } as const;
      const closed: Card = { ...weaker, ...closing, stateBefore: weaker.state, supersededBy: fields.id };
      this.#book.putCard(closed, { ...this.#said, kind: 'SUPERSEDED', reason: SUPERSEDED_BY_STRONGER });
    }
    const held = issue === 'CONFIRM';
    const card: Card = {
      ...fields,
      ...{ number: this.#posting.number(division), level, state: held ? 'DRAFT' : 'ISSUED', createdAt: at },
      ...{ issuedAt: held ? null : at, conditionEndedAt: null, closedAt: null, closeReason: null },
      ...{ supersedes: weaker?.id ?? null, supersededBy: null, stateBefore: null },
      ...{ issuedBy: null, escalatedTo: null, raisedAt: null, events: 0, lastHash: NO_HASH },
    };
    this.#book.putCard(card, { ...this.#said, kind: held ? 'HELD' : 'ISSUED', reason: null });
  }

  #moveCondition(held: Card, action: 'END' | 'RECUR'): void {
    const conditionEndedAt = action === 'END' ? Math.max(this.#signal.turnedAt, held.turnedAt) : null;
    const kind = action === 'END' ? 'CONDITION_ENDED' : 'RECURRED';
    this.#book.putCard({ ...held, conditionEndedAt }, { ...this.#said, kind, reason: this.#signal.message });
  }

  #warn(): void {
    const unread = { acknowledgedAt: null, acknowledgedBy: null };
    const open = { state: 'ISSUED', endedAt: null, endReason: null, turnedInto: null, ...unread } as const;
    const warning: Warning = { ...this.#fields('warning'), ...open, issuedAt: this.#posting.at };
    this.#book.putWarning(warning, { ...this.#said, kind: 'WARNING_ISSUED' });
  }

  #endWarning(held: Warning, action: 'TURN' | 'RESOLVE' | 'WITHDRAW' | 'EXPIRE'): void {
    const ended = { ...held, endedAt: this.#posting.at };
    const said = this.#said;
    if (action === 'WITHDRAW') {
      const endReason = disproved(this.#signal);
      this.#book.putWarning({ ...ended, state: 'WITHDRAWN', endReason }, { ...said, kind: 'WARNING_WITHDRAWN' });
    } else if (action === 'EXPIRE') {
      const expired: Warning = { ...ended, state: 'EXPIRED', endReason: ruleEnded(held.rule) };
      this.#book.putWarning(expired, { ...said, kind: 'WARNING_EXPIRED' });
    } else if (action === 'TURN') {
      const turnedInto = this.#posting.standsFor ?? this.#book.openCard(this.#signal)?.id ?? null;
      const turned: Warning = { ...ended, state: 'TURNED', endReason: TURNED_INTO_CARD, turnedInto };
      this.#book.putWarning(turned, { ...said, kind: 'WARNING_TURNED' });
    } else {
      const endReason = this.#signal.reason === 'YIELDED' ? yielded(held.rule) : CONDITION_PASSED;
      this.#book.putWarning({ ...ended, state: 'RESOLVED', endReason }, { ...said, kind: 'WARNING_RESOLVED' });
    }
  }

  #withdraw(held: Card): void {
    const reason = disproved(this.#signal);
    const { at } = this.#posting;
    const withdrawn = { state: 'WITHDRAWN', stateBefore: null, closedAt: at, closeReason: reason } as const;
    for (let card: Card | null = held; card !== null; card = this.#weaker(card))
      this.#book.putCard({ ...card, ...withdrawn }, { ...this.#said, kind: 'WITHDRAWN', reason });
  }

  #yield(held: Card): void {
    const closeReason = yielded(held.rule);
    const closed: Card = {
      ...held,
      ...{ state: 'SUPERSEDED', stateBefore: held.state, closedAt: this.#posting.at, closeReason },
    };
    this.#book.putCard(closed, { ...this.#said, kind: 'SUPERSEDED', reason: closeReason });
  }

  #weaker(card: Card): Card | null {
    const weaker = card.supersedes === null ? null : this.#book.card(card.supersedes);
    if (weaker?.state === 'SUPERSEDED') return weaker;
    // A closed yellow card under a red one that was disproved in favour of yellow was right, and stays closed;
    // of one that was raised for being late the verdict is yellow as well.
    return weaker?.state === 'CLOSED' && this.#signal.level !== issuedLevel(weaker) ? weaker : null;
  }

  #fields(kind: 'card' | 'warning'): FindingFields {
    const { domain, rule, ruleVersion, subjectKind, subjectType, subject, occurrence, agency, division } = this.#signal;
    const { item, source, turnedAt, knownAt, message, id } = this.#signal;
    const lane = laneOf(subject);
    return {
      ...{
        lane,
        id: identify(kind, lane, id),
        domain,
        rule,
        ruleVersion,
        subjectKind,
        subjectType,
        subject,
        occurrence,
      },
      ...{ agency, division, item, source, turnedAt, knownAt, message, signal: id },
      receiptHash: this.#posting.receiptHash,
    };
  }
}
