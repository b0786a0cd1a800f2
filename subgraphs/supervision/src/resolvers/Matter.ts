import { requirePermission } from '@gnomon/subgraph-kit';
import type { SupervisionContext } from '../context.ts';
import { readMatterId } from '../matter/placement.ts';
import { isShownToSupervised, type MatterRecord as KeptRecord, shownFacts } from '../matter/record.ts';

type Reference = { readonly id: string };

/** What a matter has beside what every subject has: the records of all domains, side by side. */
export const matterFields = {
  workItem({ id }: Reference) {
    const named = readMatterId(id);
    return named?.kind === 'work-item' ? { __typename: 'WorkItem', id: named.key } : null;
  },
  records({ id }: Reference, _args: unknown, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    return shownRecords(id, context);
  },
};

/** One domain's record of a matter. */
export const MatterRecord = {
  source: ({ source }: KeptRecord) => (source === null ? null : { __typename: 'Source', id: source }),
  agency: ({ agency }: KeptRecord) => (agency === '' ? null : { __typename: 'Agency', uscc: agency }),
  facts: ({ facts }: KeptRecord, _args: unknown, context: SupervisionContext) =>
    shownFacts(facts, !supervises(context)),
};

/** A matter of which the viewer may see at least one record; `null` otherwise. */
export async function matter(_root: unknown, { id }: Reference, context: SupervisionContext) {
  requirePermission(context, 'READ_CARDS');
  if (readMatterId(id) === null || !id.isWellFormed() || id.includes('\u0000')) return null;
  const records = await shownRecords(id, context);
  return records.length === 0 ? null : { __typename: 'Matter', id };
}

async function shownRecords(id: string, context: SupervisionContext): Promise<readonly KeptRecord[]> {
  const records = await context.load.matter.load(id);
  return supervises(context) ? records : records.filter(isShownToSupervised);
}

function supervises({ viewer }: SupervisionContext): boolean {
  return viewer !== null && (viewer.role === 'SUPERVISOR' || viewer.role === 'AUDITOR');
}
