import type { RecordContext, RecordFilter } from '@gnomon/records';
import { type PageArguments, requirePermission } from '@gnomon/subgraph-kit';

type ListArguments = { readonly filter?: RecordFilter | null } & PageArguments;

const one = (kind: string, id: string, context: RecordContext) => {
  requirePermission(context, 'READ_CASES');
  return context.records.load.record.load(`${kind} ${id}`);
};
const list = (kind: string, args: ListArguments, context: RecordContext) => {
  requirePermission(context, 'READ_CASES');
  return context.records.list(kind, args);
};

export const Query = {
  project: (_: unknown, { code }: { code: string }, context: RecordContext) => one('project', code, context),
  projects: (_: unknown, args: ListArguments, context: RecordContext) => list('project', args, context),
  projectApproval: (_: unknown, { id }: { id: string }, context: RecordContext) => one('project-approval', id, context),
  projectApprovals: (_: unknown, args: ListArguments, context: RecordContext) =>
    list('project-approval', args, context),
};
