import type { RecordContext, RecordFilter } from '@gnomon/records';
import { type PageArguments, requirePermission } from '@gnomon/subgraph-kit';

type ListArguments = { readonly filter?: RecordFilter | null } & PageArguments;

const one =
  (kind: string) =>
  (_: unknown, { id }: { id: string }, context: RecordContext) => {
    requirePermission(context, 'READ_CASES');
    return context.records.load.record.load(`${kind} ${id}`);
  };
const list = (kind: string) => (_: unknown, args: ListArguments, context: RecordContext) => {
  requirePermission(context, 'READ_CASES');
  return context.records.list(kind, args);
};

export const Query = {
  licence: one('licence'),
  licences: list('licence'),
  licenceDuty: one('licence-duty'),
  licenceDuties: list('licence-duty'),
  licenceErrors: list('licence-error'),
};
