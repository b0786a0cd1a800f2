import { requirePermission } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import type { SubjectRecord } from '../store/read-subjects.ts';
import { standingOf } from './standing.ts';

/** The three aggregates that close with a period are read alike: by kind and id, under the viewer's scope. */
const aggregate = (kind: string) => ({
  async __resolveReference({ id }: { id: string }, context: WorkItemsContext) {
    requirePermission(context, 'READ_CASES');
    return context.load.subject.load(`${kind} ${id}`);
  },
  agency: ({ agency }: SubjectRecord) => (agency === '' ? null : { uscc: agency }),
  standing: ({ standing }: SubjectRecord) => standingOf(standing),
});

export const SourceDay = {
  ...aggregate('source-day'),
  source: ({ source }: SubjectRecord) => (source === null ? null : { id: source }),
};
export const AgencyMonth = aggregate('agency-month');
export const AgencyItemMonth = aggregate('agency-item-month');
