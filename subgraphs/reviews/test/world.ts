import type { Milestone } from '@gnomon/records';
import { agency, openRecordWorld, type RecordTestWorld, source, viewer } from '@gnomon/records/test-world';
import { subgraph } from '../src/subgraph.ts';
import { AGENCY, at, publishedRules } from './derive-world.ts';

export const OTHER_AGENCY = '11150121011598020B';
export const OPERATOR_AGENCY = '11150000011500010C';
export const REVIEWS = '115-reviews';
/** What identifies a reviewer: none of it may be shown to the reviewed. */
export const REVIEWER = {
  reviewer_name: '乌兰图雅',
  reviewer_phone: '13947100001',
  reviewer_id: '150105199001011234',
  device_no: 'HW-8823-77',
  content: '等了三个小时，窗口王某态度很差，我的电话13947100001',
} as const;

export const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
export const FOR_A_PURPOSE = viewer('SUPERVISOR', {
  division: '15',
  tier: 'REGION',
  purpose: { text: '核实申诉', caseNo: 'SS-1' },
});
export const REVIEWED = viewer('AGENCY', { agency: AGENCY, purpose: { text: '办理差评', caseNo: 'BJ-1' } });
export const PARTNER = viewer('PARTNER', { agency: AGENCY });

/** A world of two reviewed agencies, one review system and the work items' platform. */
export async function openWorld(start = '2026-04-01T08:00:00+08:00'): Promise<RecordTestWorld> {
  const live = { ownPlatform: true };
  return openRecordWorld(subgraph, {
    prefix: 'review',
    start,
    rules: publishedRules(),
    publish: [
      ['agency', agency(AGENCY, '150105')],
      ['agency', agency(OTHER_AGENCY, '150121')],
      ['agency', agency(OPERATOR_AGENCY, '15')],
      ['source', source(REVIEWS, OPERATOR_AGENCY, '15', live)],
      ['source', source('116-reviews', OPERATOR_AGENCY, '15')],
      ['source', source('115', OPERATOR_AGENCY, '15', live)],
    ],
  });
}

let count = 0;
/** A row with its envelope filled in. */
export function row(table: string, madeAt: string, columns: Record<string, unknown>): Record<string, unknown> {
  count += 1;
  return {
    table,
    row_guid: `g${count}`,
    cd_batch: 'b',
    cd_operation: 'I',
    cd_time: madeAt,
    data_source: REVIEWS,
    ...columns,
  };
}

/** A bad review of the first agency, named, with everything about who gave it. */
export function reviewRow(id: string, columns: Record<string, unknown> = {}, given = '2026-04-01 10:00:00') {
  return row('up_review', given, {
    row_guid: id,
    review_id: id,
    work_source: '115',
    project_no: `W-${id}`,
    area_code: '150105000000',
    org_code: AGENCY,
    task_code: `${AGENCY}3150131001002`,
    window_no: 'A3',
    staff_id: '1024',
    channel: '3',
    satisfaction: '2',
    assess_time: given,
    review_no: 1,
    is_named: true,
    is_default: false,
    ...REVIEWER,
    ...columns,
  });
}

export function ticketRow(id: string, assigned: string, columns: Record<string, unknown> = {}) {
  return row('review_ticket', assigned, { review_id: id, ticket_no: `T-${id}`, assigned_time: assigned, ...columns });
}

/** What the work items' domain tells of a finished work item. */
export function finished(id: string, finishedAt: string, uscc = AGENCY): Milestone {
  const told = at(finishedAt);
  return {
    ...{ kind: 'work-item', id, at: told, n: 1, source: '115', agency: uscc, division: '150105' },
    item: `${uscc}3150131001002`,
    facts: { state: 'FINISHED', finishedAt: told },
  };
}
