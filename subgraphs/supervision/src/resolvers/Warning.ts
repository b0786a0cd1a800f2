import { requirePermission } from '@gnomon/subgraph-kit';
import type { Warning as WarningRow } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import type { FieldsOf } from './fields-of.ts';
import { references } from './references.ts';

/** A warning, from its row or from the snapshot in the feed. */
export const Warning = {
  ...references,
  turnedInto: ({ turnedInto }: WarningRow, _args: unknown, { load }: SupervisionContext) =>
    turnedInto === null ? null : load.card.load(turnedInto),
  __resolveReference: ({ id }: { readonly id: string }, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    return context.load.warning.load(id);
  },
} satisfies FieldsOf<'Warning'>;
