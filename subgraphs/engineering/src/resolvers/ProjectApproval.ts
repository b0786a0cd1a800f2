import { agencyNode, type KeptRow, latestRow, type RecordContext, type RecordRow, recordFields } from '@gnomon/records';
import { type Clock, elapsed } from '@gnomon/working-time';
import { type ApprovalView, viewApproval } from '../derive/approval-view.ts';
import { missingElements } from '../derive/elements.ts';
import { standing, textOf, timeOf } from '../derive/rows.ts';

/** A field of the approval's own row; `null` while it has not come. */
const own =
  <T>(read: (approval: ApprovalView) => T | null) =>
  ({ document }: RecordRow): T | null => {
    const row = latestRow(document.approval);
    return row === undefined ? null : read(viewApproval(row));
  };
const column = (name: string) => own(({ row }) => textOf(row, name));

/** Rows of a part in time order. */
function inOrder(document: RecordRow['document'], part: string, time: string): readonly KeptRow[] {
  const at = (row: KeptRow): number => timeOf(row, time) ?? Number.POSITIVE_INFINITY;
  return [...standing(document, part)].sort((a, b) => at(a) - at(b) || (a.g < b.g ? -1 : 1));
}

/** The clock of the plan's limit, from the facts as they were judged. */
async function planClock({ id }: RecordRow, { records }: RecordContext): Promise<Clock | null> {
  const subject = await records.load.subject.load(`project-approval ${id}`);
  return (subject?.facts.plan as Clock | undefined) ?? null;
}

/** `ProjectApproval` (审批事项). */
export const ProjectApproval = {
  ...recordFields('project-approval'),
  no: ({ id, source }: RecordRow) => id.slice(source.length + 1),
  projectCode: own((approval) => approval.projectCode),
  project: ({ links }: RecordRow, _: unknown, { records }: RecordContext) =>
    links.project === undefined ? null : records.load.record.load(`project ${links.project}`),
  workItem: ({ links }: RecordRow) => (links.workItem === undefined ? null : { id: links.workItem }),
  kind: own((approval) => approval.kind),
  stage: own((approval) => approval.stage),
  acceptedAt: own((approval) => approval.acceptedAt),
  finishedAt: own((approval) => approval.finishedAt),
  outcome: own((approval) => approval.outcome),
  documentNo: column('document_no'),
  documentAt: own((approval) => approval.documentDate),
  enteredAt: own((approval) => approval.enteredAt),
  limitWorkdays: async (row: RecordRow, _: unknown, context: RecordContext) =>
    (await planClock(row, context))?.limit ?? null,
  async usedWorkdays(row: RecordRow, _: unknown, context: RecordContext) {
    const [clock, { time, ports }] = [await planClock(row, context), context.records];
    return clock === null ? null : elapsed(ports.rules.current().calendarFor(row.division), clock, time.now());
  },
  missingElements: (row: RecordRow) => own((approval) => (approval.open ? [] : missingElements(approval)))(row) ?? [],
  suspensions: ({ document }: RecordRow) =>
    inOrder(document, 'suspensions', 'from_at').map((row) => ({
      id: row.g,
      kind: textOf(row, 'suspension_kind'),
      startedAt: timeOf(row, 'from_at'),
      endedAt: timeOf(row, 'to_at'),
    })),
  opinions: ({ document }: RecordRow) =>
    inOrder(document, 'opinions', 'dispatched_at').map((row) => ({
      id: textOf(row, 'opinion_no') ?? row.g,
      body: agencyNode(textOf(row, 'body_code') ?? ''),
      dispatchedAt: timeOf(row, 'dispatched_at'),
      givenAt: timeOf(row, 'given_at'),
    })),
  materials: ({ document }: RecordRow) =>
    inOrder(document, 'materials', 'demanded_at').map((row) => ({
      id: row.g,
      name: textOf(row, 'material_name'),
      onList: typeof row.c.on_list === 'boolean' ? row.c.on_list : null,
      demandedAt: timeOf(row, 'demanded_at'),
    })),
  notices: ({ document }: RecordRow) =>
    inOrder(document, 'notices', 'sent_at').flatMap((row) => timeOf(row, 'sent_at') ?? []),
  steps: ({ document }: RecordRow) =>
    inOrder(document, 'steps', 'started_at')
      .slice(0, MOST_STEPS)
      .map((row) => ({ id: row.g, startedAt: timeOf(row, 'started_at'), endedAt: timeOf(row, 'ended_at') })),
};

/** Steps that one answer shows. */
const MOST_STEPS = 500;
