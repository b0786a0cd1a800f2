import type { RecordContext, RecordFilter } from '@gnomon/records';
import { type PageArguments, requirePermission } from '@gnomon/subgraph-kit';
import { textOf } from '../derive/kept.ts';
import { placesUpwards } from '../derive/published-list.ts';

type ListArguments = { readonly filter?: RecordFilter | null; readonly code?: string | null } & PageArguments;

export const Query = {
  bundleCase(_: unknown, { id }: { id: string }, context: RecordContext) {
    requirePermission(context, 'READ_CASES');
    return context.records.load.record.load(`bundle-case ${id}`);
  },
  bundleCases(_: unknown, { filter, code, ...page }: ListArguments, context: RecordContext) {
    requirePermission(context, 'READ_CASES');
    const links = code === null || code === undefined ? null : { bundle: code };
    return context.records.list('bundle-case', { ...page, filter: { ...filter, links } });
  },
  publishedBundles(
    _: unknown,
    { division, code }: { division?: string | null; code?: string | null },
    context: RecordContext,
  ) {
    requirePermission(context, 'READ_CASES');
    const places = division ? placesUpwards(division) : null;
    return context.records.ports.lists
      .all('bundle_list')
      .filter((row) => places === null || places.includes(textOf(row, 'division_code')))
      .filter((row) => !code || textOf(row, 'bundle_code') === code);
  },
};
