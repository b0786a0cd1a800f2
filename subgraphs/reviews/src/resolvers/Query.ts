import { type RecordContext, type RecordFilter, recordField, recordsField } from '@gnomon/records';
import type { PageArguments } from '@gnomon/subgraph-kit';
import { isReviewed, NAMED_LINK } from './anonymity.ts';

type ListArguments = { readonly filter?: RecordFilter | null } & PageArguments;
const all = recordsField('review');

export const Query = {
  review: recordField('review'),
  reviews: (parent: unknown, { filter, ...page }: ListArguments, context: RecordContext) =>
    all(parent, { ...page, filter: visible(filter ?? {}, context) }, context),
};

/** An agency asks for the reviews of a work item among the named ones. */
function visible({ workItem, ...filter }: RecordFilter, { viewer }: RecordContext): RecordFilter {
  if (workItem === null || workItem === undefined) return filter;
  return isReviewed(viewer) ? { ...filter, links: { [NAMED_LINK]: workItem } } : { ...filter, workItem };
}
