import { requireViewer } from '@gnomon/subgraph-kit';
import type { SupervisionContext } from '../context.ts';
import { decide } from '../decide.ts';

interface ConfirmArgs {
  readonly input: { readonly cardId: string; readonly note?: string | null };
}
interface DeclineArgs {
  readonly input: { readonly cardId: string; readonly reason: string };
}

/** Steps of supervisors on held cards. Refusals are members of the result, not errors. */
export const Mutation = {
  confirmCard(_root: unknown, { input }: ConfirmArgs, context: SupervisionContext) {
    requireViewer(context);
    return decide(context.ports, context, { kind: 'CONFIRM', card: input.cardId, note: input.note ?? null });
  },
  declineCard(_root: unknown, { input }: DeclineArgs, context: SupervisionContext) {
    requireViewer(context);
    return decide(context.ports, context, { kind: 'DECLINE', card: input.cardId, reason: input.reason });
  },
};
