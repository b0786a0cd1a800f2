import { requireViewer } from '@gnomon/subgraph-kit';
import type { MutationConfirmCardArgs, MutationDeclineCardArgs } from '../../generated/resolvers.ts';
import type { SupervisionContext } from '../context.ts';
import { decide } from '../decide.ts';
import type { FieldsOf } from './fields-of.ts';

/** Steps of supervisors on held cards. Refusals are members of the result, not errors. */
export const Mutation = {
  confirmCard(_root: unknown, { input }: MutationConfirmCardArgs, context: SupervisionContext) {
    requireViewer(context);
    return decide(context.ports, context, { kind: 'CONFIRM', card: input.cardId, note: input.note ?? null });
  },
  declineCard(_root: unknown, { input }: MutationDeclineCardArgs, context: SupervisionContext) {
    requireViewer(context);
    return decide(context.ports, context, { kind: 'DECLINE', card: input.cardId, reason: input.reason });
  },
} satisfies FieldsOf<'Mutation'>;
