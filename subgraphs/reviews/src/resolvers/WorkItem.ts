import type { RecordContext } from '@gnomon/records';
import { linkedFields } from '@gnomon/records';
import { isReviewed, NAMED_LINK } from './anonymity.ts';

const all = linkedFields('workItem', { reviews: 'review' });
const named = linkedFields(NAMED_LINK, { reviews: 'review' });

export const WorkItem = {
  ...all,
  reviews: (parent: { readonly id: string }, given: unknown, context: RecordContext) =>
    (isReviewed(context.viewer) ? named : all).reviews(parent, given, context),
};
