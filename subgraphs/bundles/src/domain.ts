import type { RecordDomain } from '@gnomon/records';
import { AGGREGATES } from './aggregates.ts';
import { bundleCase } from './derive/bundle-case.ts';
import { bundleListing } from './derive/bundle-listing.ts';
import { isListed, singleItem } from './derive/single-item.ts';
import { LISTS, TABLES } from './tables.ts';

/** One-thing bundles (高效办成一件事), Art. 7(5), as a domain of records. */
export const DOMAIN: RecordDomain = {
  name: 'bundles',
  schemaName: 'bundles',
  domain: 'BUNDLE',
  tables: TABLES,
  lists: LISTS,
  records: [bundleCase, bundleListing, singleItem],
  aggregates: AGGREGATES,
  follows: [
    {
      stream: 'work-items milestones',
      table: 'work_item_milestone',
      // Children of a case from their beginning; of all others only the finished ones whose item stands in a bundle.
      concerns: (facts, { item }, world) =>
        (typeof facts.bundleNo === 'string' && facts.bundleNo !== '') ||
        (typeof facts.finishedAt === 'number' && item !== null && isListed(item, world)),
    },
  ],
  codeSystems: new URL('../data/code-systems.yaml', import.meta.url),
};
