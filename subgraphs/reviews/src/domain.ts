import type { RecordDomain } from '@gnomon/records';
import { aggregates } from './aggregates.ts';
import { review } from './derive/review.ts';
import { reviewMatter } from './derive/review-matter.ts';
import { tables } from './tables.ts';

/** The domain of reviews (好差评): what it takes in, what it judges and what it counts. */
export const domain: RecordDomain = {
  name: 'reviews',
  schemaName: 'reviews',
  domain: 'REVIEW',
  tables,
  lists: { up_review_item: { key: ['task_code'] } },
  records: [review, reviewMatter],
  aggregates,
  follows: [{ stream: 'work-items milestones', table: 'work_item_milestone' }],
  codeSystems: new URL('../data/code-systems.yaml', import.meta.url),
};
