import type { RecordContext, RecordFilter } from '@gnomon/records';
import { type PageArguments, requirePermission } from '@gnomon/subgraph-kit';

export const Query = {
  review(_: unknown, { id }: { id: string }, context: RecordContext) {
    requirePermission(context, 'READ_CASES');
    return context.records.load.record.load(`review ${id}`);
  },
  reviews(_: unknown, args: { readonly filter?: RecordFilter | null } & PageArguments, context: RecordContext) {
    requirePermission(context, 'READ_CASES');
    return context.records.list('review', args);
  },
};
