import { Book } from '../src/book.ts';
import type { Card, CardEvent, FeedPayload, Finding, Warning } from '../src/card.ts';
import { postSignal } from '../src/post.ts';
import type { Signal } from '../src/signal.ts';
import type { CardState } from '../src/words.ts';

/** A ledger in memory: what the store would keep. */
export interface Kept {
  readonly cards: Map<string, Card>;
  readonly warnings: Map<string, Warning>;
  readonly findings: Map<string, Finding>;
  readonly events: CardEvent[];
  readonly entries: FeedPayload[];
}

export function emptyLedger(): Kept {
  return { cards: new Map(), warnings: new Map(), findings: new Map(), events: [], entries: [] };
}

/** Precedence in tests: no double punishment. */
const YIELDS: Readonly<Record<string, readonly string[]>> = { 'WI-03': ['WI-04'], 'WI-06': ['WI-03', 'WI-04'] };

/** Posts a batch as one transaction would: reads what is kept, posts, keeps what has changed. */
export function postAll(kept: Kept, signals: readonly Signal[], at = 0): void {
  const book = bookOf(kept);
  let sequence = kept.cards.size;
  for (const signal of signals)
    postSignal(book, signal, {
      at,
      number: (division) => `JC-${division}-${++sequence}`,
      precedence: (rule) => YIELDS[rule] ?? [],
      receiptHash: null,
    });
  keep(kept, book);
}

/** What people did to a card since: its state, as the acts of its life would have left it. */
export function moveCard(kept: Kept, id: string, state: CardState, at = 0): void {
  const book = bookOf(kept);
  const ends = state === 'CLOSED' ? { closedAt: at, closeReason: { zh: '复核通过', en: 'reviewed' } } : {};
  const happening = {
    kind: state === 'CLOSED' ? 'CLOSED' : 'SIGNED',
    at,
    by: 'somebody',
    reason: null,
    signal: null,
  } as const;
  book.putCard({ ...kept.cards.get(id)!, state, ...ends }, happening);
  keep(kept, book);
}

function bookOf(kept: Kept): Book {
  const gone = new Set(['WITHDRAWN', 'DECLINED']);
  return new Book({
    findings: [...kept.findings.values()],
    cards: [...kept.cards.values()].filter((card) => !gone.has(card.state)),
    warnings: [...kept.warnings.values()].filter((warning) => warning.state === 'ISSUED'),
  });
}

function keep(kept: Kept, book: Book): void {
  const changes = book.changes();
  for (const card of changes.cards) kept.cards.set(card.id, card);
  for (const warning of changes.warnings) kept.warnings.set(warning.id, warning);
  for (const finding of changes.findings)
    kept.findings.set(JSON.stringify([finding.subject, finding.rule, finding.occurrence]), finding);
  kept.events.push(...changes.events);
  kept.entries.push(...changes.entries);
}
