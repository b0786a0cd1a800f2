import { requirePermission } from '@gnomon/subgraph-kit';
import type { SupervisionContext } from '../context.ts';
import type { Outage as OutageRow } from '../outage/outage.ts';
import { cardsExemptedBy, outageById } from '../store/outages.ts';
import type { FieldsOf } from './fields-of.ts';

const MOST_SHOWN = 200;

/** A declared outage, from its row. */
export const Outage = {
  source: ({ source }: OutageRow) => (source === null ? null : { __typename: 'Source', id: source }),
  division: ({ division }: OutageRow) => ({ __typename: 'Division', code: division }),
  exempted: ({ id }: OutageRow, _args: unknown, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    return context.ports.database.asViewer(context.scope, (tx) => cardsExemptedBy(tx, id, MOST_SHOWN));
  },
  __resolveReference: ({ id }: { readonly id: string }, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    return context.ports.database.asViewer(context.scope, (tx) => outageById(tx, id));
  },
} satisfies FieldsOf<'Outage'>;
