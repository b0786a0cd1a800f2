import type { KeptRow, RecordDocument } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import type { WorkCalendar } from '@gnomon/working-time';
import type { ApprovalView } from './approval-view.ts';
import { beginningClock, waitingClock } from './clock.ts';
import type { Predecessor } from './predecessors.ts';
import type { ProjectView } from './project.ts';
import { standing, textOf, timeOf } from './rows.ts';

/** 批准与前置: each granted approval beside each approval that must come before it (EP-06). */
export function grantsOf(
  document: RecordDocument,
  project: ProjectView,
  predecessors: readonly Predecessor[],
  calendar: WorkCalendar,
): readonly Facts[] {
  const exemptions = standing(document, 'exemptions');
  const first = firstGrants(document, project.approvals);
  return project.approvals.flatMap((approval) =>
    !approval.granted || approval.finishedAt === null
      ? []
      : predecessors
          .filter(({ kind }) => kind === approval.kind)
          .filter(({ unless }) => project.type === null || !unless.includes(project.type))
          .map(({ needs, unless, kindName, needsName }) => {
            const grantedAt = approval.finishedAt ?? 0;
            const before = first.get(needs) ?? null;
            const inOrder = before !== null && before <= grantedAt;
            return {
              id: `${approval.id}:${needs}`,
              nameZh: kindName.zh,
              nameEn: kindName.en,
              predecessorZh: needsName.zh,
              predecessorEn: needsName.en,
              agency: approval.agency,
              sinceGrant: beginningClock(grantedAt),
              // Without the project's type nobody knows whether it is one for which this predecessor is not required.
              inOrder: !inOrder && project.type === null && unless.length > 0 ? undefined : inOrder,
              exempt: exemptions.some((row) => isExempt(row, approval, needs, grantedAt)),
              wait: waitingClock(calendar, grantedAt, inOrder ? null : before),
            };
          }),
  );
}

/** When each kind was granted first. A joint opinion is a completion acceptance. */
function firstGrants(document: RecordDocument, approvals: readonly ApprovalView[]): ReadonlyMap<string, number> {
  const granted = approvals.flatMap(({ granted, kind, finishedAt }) =>
    granted && kind !== null && finishedAt !== null ? [{ kind, at: finishedAt }] : [],
  );
  const accepted = standing(document, 'jointAcceptances').flatMap((row) => {
    const at = timeOf(row, 'opinion_at');
    return at === null ? [] : [{ kind: 'COMPLETION_ACCEPTANCE', at }];
  });
  const first = new Map<string, number>();
  for (const { kind, at } of [...granted, ...accepted]) first.set(kind, Math.min(at, first.get(kind) ?? at));
  return first;
}

/** Recorded by the time of the grant, for this approval and predecessor, with the date of the later check. */
function isExempt(row: KeptRow, approval: ApprovalView, needs: string, grantedAt: number): boolean {
  const recordedAt = timeOf(row, 'recorded_at');
  return (
    `${row.s}:${textOf(row, 'approval_no')}` === approval.id &&
    textOf(row, 'predecessor_kind') === needs &&
    recordedAt !== null &&
    recordedAt <= grantedAt &&
    textOf(row, 'check_due_on') !== null
  );
}
