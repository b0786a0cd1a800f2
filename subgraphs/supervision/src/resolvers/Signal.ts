import { requirePermission } from '@gnomon/subgraph-kit';
import type { SupervisionContext } from '../context.ts';
import type { FieldsOf } from './fields-of.ts';
import { references } from './references.ts';

/** A signal as it was taken over. */
export const Signal = {
  ...references,
  __resolveReference: ({ id }: { readonly id: string }, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    return context.load.signal.load(id);
  },
} satisfies FieldsOf<'Signal'>;
