import type { KeptRow } from '@gnomon/records';
import type { ApprovalView } from './approval-view.ts';

/** Elements of the exchange standard (EP-09) that a finished approval must carry, by column. */
const ELEMENTS = [
  'project_code',
  'stage',
  'item_code',
  'materials',
  'opinion_key',
  'document_no',
  'document_file',
  'document_date',
  'accepted_at',
] as const;

/** 缺失要素: names of the columns that an approval lacks. A construction permit also needs the number of its drawing review. */
export function missingElements(approval: ApprovalView): readonly string[] {
  const wanted = approval.kind === 'CONSTRUCTION_PERMIT' ? [...ELEMENTS, 'drawing_review_no'] : ELEMENTS;
  return wanted.filter((name) => isEmpty(approval.row, name));
}

const isEmpty = (row: KeptRow, name: string): boolean => row.c[name] === undefined || row.c[name] === '';
