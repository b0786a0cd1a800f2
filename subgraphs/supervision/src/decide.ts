import type { RequestContext } from '@gnomon/subgraph-kit';
import type { LoopPorts } from './duties/judged.ts';
import { type Outcome, perform, refusedText } from './life/perform.ts';
import { reinstateWeaker } from './life/reinstate.ts';

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
      { changes: ({ at, viewer }) => ({ issuedAt: at, issuedBy: viewer?.id ?? null }) },
    );
  const { reason } = step;
  const faulty = refusedText({ zh: '理由', en: 'reason' }, reason, REASON.shortest, REASON.longest);
  if (faulty !== null) return faulty;
  return perform(ports, request, { card: step.card, kind: 'DECLINED', reason }, { also: reinstateWeaker });
}
