import { agencyNode, latestRow, type RecordContext, type RecordRow, recordFields } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import { usedWorkdays } from '../derive/holding.ts';
import { jointAcceptancesOf, projectTimes, viewProject } from '../derive/project.ts';
import { standing, textOf, timeOf } from '../derive/rows.ts';

const view = ({ document, id }: RecordRow) => viewProject(document, id);
/** The stretches alone: caps are those by which the project was judged. */
const times = (row: RecordRow) => projectTimes(row.document, view(row), {});
const judged = async ({ id }: RecordRow, { records }: RecordContext): Promise<Facts> =>
  (await records.load.subject.load(`project ${id}`))?.facts ?? {};
/** Working days used up to now, by the calendar of the project's division. */
const used = (stretches: Parameters<typeof usedWorkdays>[0], row: RecordRow, { records }: RecordContext) =>
  usedWorkdays(stretches, records.time.now(), records.ports.rules.current().calendarFor(row.division));

/** `Project` (工程建设项目). */
export const Project = {
  ...recordFields('project'),
  code: ({ id }: RecordRow) => id,
  name: ({ document }: RecordRow) => {
    const own = latestRow(document.project);
    return own === undefined ? null : textOf(own, 'project_name');
  },
  type: (row: RecordRow) => view(row).type,
  leadBody: ({ agency }: RecordRow) => agencyNode(agency),
  registeredAt: (row: RecordRow) => view(row).registeredAt,
  concludedAt: (row: RecordRow) => view(row).concludedAt,
  capWorkdays: async (row: RecordRow, _: unknown, context: RecordContext) => (await judged(row, context)).cap ?? null,
  usedWorkdays: (row: RecordRow, _: unknown, context: RecordContext) => used(times(row).held, row, context),
  async stages(row: RecordRow, _: unknown, context: RecordContext) {
    const facts = ((await judged(row, context)).stages ?? []) as readonly Facts[];
    return times(row).stages.map(({ id, name, open, held }) => ({
      ordinal: Number(id),
      name,
      isOpen: open,
      capWorkdays: facts.find((stage) => stage.id === id)?.cap ?? null,
      usedWorkdays: used(held, row, context),
    }));
  },
  async approvals({ id }: RecordRow, _: unknown, { records }: RecordContext) {
    const linked = await records.load.linked.load(`project-approval project ${id}`);
    return linked.map(({ row }) => row).sort((a, b) => a.listedAt - b.listedAt || (a.id < b.id ? -1 : 1));
  },
  jointAcceptances: (row: RecordRow, _: unknown, context: RecordContext) =>
    jointAcceptancesOf(row.document)
      .map(({ held, ...acceptance }) => ({ ...acceptance, usedWorkdays: used(held, row, context) }))
      .sort((a, b) => (a.acceptedAt ?? 0) - (b.acceptedAt ?? 0)),
  exemptions: ({ document }: RecordRow) =>
    standing(document, 'exemptions')
      .map((row) => ({
        id: row.g,
        approvalNo: textOf(row, 'approval_no') ?? '',
        predecessor: textOf(row, 'predecessor_kind'),
        kind: textOf(row, 'exemption_kind'),
        recordedAt: timeOf(row, 'recorded_at'),
        checkDueOn: textOf(row, 'check_due_on'),
      }))
      .sort((a, b) => (a.recordedAt ?? 0) - (b.recordedAt ?? 0)),
};
