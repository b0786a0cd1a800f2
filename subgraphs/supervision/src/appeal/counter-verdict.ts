import {
  type Claim,
  type ContestableFact,
  contestableFacts,
  makeCounterfactual,
  type Receipt,
  type RefusedClaim,
  receiptBytes,
  receiptHash,
} from '@gnomon/rule-engine';
import type { Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Card } from '../card.ts';
import { receiptsByHash, type StoredReceipt } from '../store/receipts.ts';
import { type ReceiptTexts, textsOfReceipt } from './receipt-texts.ts';

/** A card's receipt with what it takes to judge again; `null` when the card has none, or its rules were never in force here. */
export interface JudgedReceipt extends ReceiptTexts {
  readonly receipt: Receipt;
  readonly hash: string;
}

/** The receipt of a card, ready to be judged again under other facts. */
export async function judgedReceipt(
  rules: Ports['rules'],
  tx: TransactionSql,
  card: Pick<Card, 'lane' | 'receiptHash'>,
): Promise<JudgedReceipt | null> {
  const { lane, receiptHash: hash } = card;
  if (hash === null) return null;
  const [stored] = await receiptsByHash(tx, [{ lane, hash }]);
  if (stored === undefined) return null;
  const receipt = JSON.parse(stored.json) as Receipt;
  const texts = await textsOfReceipt(rules, receipt, tx);
  return texts === null ? null : { ...texts, receipt, hash };
}

/** What came of contesting facts: the receipt under the claims, to be kept beside the one as judged, or why a claim cannot be followed. */
export type CounterVerdict =
  | { readonly receipt: Receipt; readonly stored: StoredReceipt }
  | { readonly refused: readonly RefusedClaim[]; readonly facts: readonly ContestableFact[] };

/** The verdict under the claimed facts (反事实判定). Pure. */
export function counterVerdict(judged: JudgedReceipt, claims: readonly Claim[], card: Card): CounterVerdict {
  const made = makeCounterfactual(judged.receipt, claims, judged.pack, judged.calendar);
  if ('refused' in made) return { refused: made.refused, facts: contestableFacts(judged.receipt, judged.pack) };
  const { lane, division, agency, source } = card;
  const { packHash, calendarHash } = made.receipt;
  const stored = { lane, division, agency, source, packHash, calendarHash };
  return {
    receipt: made.receipt,
    stored: { ...stored, hash: receiptHash(made.receipt), json: receiptBytes(made.receipt) },
  };
}
