import type { RequestContext } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Card } from './card.ts';
import type { LoopPorts } from './duties/judged.ts';
import { judgedBody } from './life/actors.ts';
import { type Outcome, perform, refusedText } from './life/perform.ts';
import { reinstateWeaker } from './life/reinstate.ts';
import { bodiesOf } from './store/duties.ts';
import { moveReceipt } from './store/receipts.ts';

/** A supervisor's step on a held card. */
export type Step =
  | { readonly kind: 'CONFIRM'; readonly card: string; readonly note: string | null }
  | { readonly kind: 'DECLINE'; readonly card: string; readonly reason: string };

const REASON = { shortest: 4, longest: 500 } as const;

/**
 * Confirms or declines a card that is held for confirmation. For the supervision body of the card's own level; its
 * subtree alone is not enough, because a body guides the levels below and does not act in their place (Art. 6).
 */
export async function decide(ports: LoopPorts, request: RequestContext, step: Step): Promise<Outcome> {
  if (step.kind === 'CONFIRM')
    return perform(
      ports,
      request,
      { card: step.card, kind: 'CONFIRMED', reason: step.note },
      {
        changes: async ({ tx, card, at, viewer }) => ({
          ...{ issuedAt: at, issuedBy: viewer?.id ?? null },
          ...(await placeOfBody(tx, card)),
        }),
        also: ({ tx }, done) => moveReceipt(tx, done),
      },
    );
  const { reason } = step;
  const faulty = refusedText({ zh: '理由', en: 'reason' }, reason, REASON.shortest, REASON.longest);
  if (faulty !== null) return faulty;
  return perform(ports, request, { card: step.card, kind: 'DECLINED', reason }, { also: reinstateWeaker });
}

/**
 * Where a card about a person's access goes when it is issued. The finding stands in the place above, so that neither the person nor the body
 * sees it before the tier above has decided; the card is that body's to answer (Art. 5, 11).
 */
async function placeOfBody(tx: TransactionSql, card: Card): Promise<Partial<Card>> {
  const judged = card.rule === 'XX-07' ? judgedBody(card) : null;
  if (judged === null) return {};
  const bodies = await bodiesOf(tx, [judged.division]);
  return { division: judged.division, agency: bodies.get(judged.division) ?? '' };
}
