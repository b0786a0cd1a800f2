import type { Bilingual } from '@gnomon/rule-engine';
import type { Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { judgedReceipt } from '../appeal/counter-verdict.ts';
import type { Book } from '../book.ts';
import type { Card } from '../card.ts';
import { reinstateWeaker } from '../life/reinstate.ts';
import { outagesTouching } from '../store/outages.ts';
import { isOpen } from '../words.ts';
import { exempts, LATEST_TURN_MS, type Outage, reaches } from './outage.ts';

/** What exempting works on: the open pages of a transaction that holds the ledger's lock. */
export interface Exempting {
  readonly rules: Ports['rules'];
  readonly tx: TransactionSql;
  readonly book: Book;
  readonly at: number;
}

/** Exempts those of the cards just opened that a declared outage concerns; for the taking over of signals, in its transaction. */
export async function exemptNewCards({ rules, tx, book, at }: Exempting): Promise<void> {
  const opened = book.changes().cards.filter(({ state }) => state === 'DRAFT' || state === 'ISSUED');
  if (opened.length === 0) return;
  const turns = opened.map(({ turnedAt }) => turnedAt);
  const outages = await outagesTouching(tx, Math.min(...turns) - LATEST_TURN_MS, Math.max(...turns));
  if (outages.length > 0) await exemptCards({ rules, tx, book, at }, outages, opened);
}

/**
 * Exempts (豁免) those of the cards that one of the outages concerns, by the hub itself: history and feed name the document. An appeal that is running ends
 * with REVOKED. A weaker card that stands again thereby is looked at likewise. Gives how many were exempted.
 */
export async function exemptCards(
  { rules, tx, book, at }: Exempting,
  outages: readonly Outage[],
  cards: readonly Card[],
): Promise<number> {
  let count = 0;
  const waiting = [...cards];
  for (let card = waiting.shift(); card !== undefined; card = waiting.shift()) {
    if (!isOpen(book.card(card.id)?.state ?? 'CLOSED')) continue;
    const judged = outages.some((outage) => reaches(outage, card)) ? await judgedReceipt(rules, tx, card) : null;
    const outage = outages.find((one) => exempts(one, card, judged));
    if (outage === undefined) continue;
    exempt(book, card, outage, at);
    count += 1;
    const superseded = card.supersedes === null ? null : book.card(card.supersedes);
    await reinstateWeaker({ book, card, viewer: null, at });
    const weaker = superseded === null ? null : book.card(superseded.id);
    if (weaker !== null && weaker !== superseded) waiting.push(weaker);
  }
  return count;
}

function exempt(book: Book, card: Card, outage: Outage, at: number): void {
  const ends = card.state === 'APPEALED' ? 'REVOKED' : 'EXEMPTED';
  const kind = card.state === 'APPEALED' ? 'APPEAL_REVOKED' : 'EXEMPTED';
  const reason = reasonOf(outage);
  const content = { outage: outage.id, document: outage.document, from: outage.from, to: outage.to };
  book.putCard(
    { ...card, state: ends, closedAt: at, closeReason: reason },
    { kind, at, by: 'hub', reason, signal: null, content },
  );
}

function reasonOf({ document, reason, kind, source }: Outage): Bilingual {
  return {
    zh: `${kind === 'PLATFORM' ? '平台' : `数源 ${source}`}停机期间时限届满，予以豁免（${document}）：${reason.zh}`,
    en: `The limit ran out during a declared outage of ${kind === 'PLATFORM' ? 'the platform' : `source ${source}`} (${document}): ${reason.en}`,
  };
}
