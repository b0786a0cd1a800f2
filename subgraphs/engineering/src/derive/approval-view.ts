import type { KeptRow } from '@gnomon/records';
import type { Suspension } from '@gnomon/working-time';
import { numberOf, textOf, timeOf } from './rows.ts';

/** An approval as its row tells it. */
export interface ApprovalView {
  /** `<source>:<approval number>` */
  readonly id: string;
  readonly row: KeptRow;
  readonly no: string;
  readonly projectCode: string | null;
  /** Id of the work item it is, where the source names one. */
  readonly workItem: string | null;
  readonly kind: string | null;
  readonly stage: string | null;
  readonly agency: string;
  readonly division: string | null;
  readonly item: string | null;
  readonly acceptedAt: number | null;
  readonly finishedAt: number | null;
  readonly outcome: string | null;
  readonly open: boolean;
  readonly granted: boolean;
  readonly documentDate: number | null;
  readonly enteredAt: number | null;
}

/** The stages by their ordinal. */
export const STAGES = [
  'LAND_USE_PLANNING',
  'ENGINEERING_PERMIT',
  'CONSTRUCTION_PERMIT',
  'COMPLETION_ACCEPTANCE',
] as const;

export function viewApproval(row: KeptRow): ApprovalView {
  const no = textOf(row, 'approval_no') ?? '';
  const workItemNo = textOf(row, 'work_item_no');
  const [finishedAt, outcome] = [timeOf(row, 'finished_at'), textOf(row, 'outcome')];
  return {
    id: `${row.s}:${no}`,
    row,
    no,
    projectCode: textOf(row, 'project_code'),
    workItem: workItemNo === null ? null : `${textOf(row, 'work_source') ?? row.s}:${workItemNo}`,
    kind: textOf(row, 'approval_kind'),
    stage: textOf(row, 'stage'),
    agency: textOf(row, 'org_code') ?? '',
    division: textOf(row, 'division'),
    item: textOf(row, 'item_code'),
    acceptedAt: timeOf(row, 'accepted_at'),
    finishedAt,
    outcome,
    open: finishedAt === null,
    granted: finishedAt !== null && outcome === 'GRANTED',
    documentDate: timeOf(row, 'document_date'),
    enteredAt: timeOf(row, 'entered_at'),
  };
}

/** The suspensions of an approval among rows of several. */
export function suspensionsOf(approval: ApprovalView, rows: readonly KeptRow[]): readonly Suspension[] {
  return rows.flatMap((row) => {
    const from = timeOf(row, 'from_at');
    const own = `${row.s}:${textOf(row, 'approval_no')}` === approval.id;
    return own && from !== null ? [{ from, to: timeOf(row, 'to_at') }] : [];
  });
}

/** The limit of the engineering plan, never longer than the catalogue's; `null` where neither is known. */
export function planLimit(row: KeptRow, catalogue: number | null): number | null {
  const limits = [numberOf(row, 'plan_limit'), catalogue].filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.min(...limits);
}
