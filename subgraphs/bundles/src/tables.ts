import {
  code,
  flag,
  must,
  number,
  type Placement,
  type Table,
  kept as text,
  time,
  text as unkept,
} from '@gnomon/records';

/**
 * What the bundle platform (一件事联办系统) pushes, the published list by place and version, and the milestones of the
 * work items that are children. Mandatory columns that are empty are a defect of the row; a row that cannot be placed
 * is refused.
 */

/** Rows that belong to the case of their source with their case number. */
const ofCase = (part: string): Placement => ({
  record: 'bundle-case',
  part,
  key: ['case_no'],
  bySource: true,
  opens: part === 'case',
});

/** The tables by name. Columns stand in the order in which content hashes are computed: never reorder, append. */
export const TABLES: Readonly<Record<string, Table>> = {
  bundle_case: {
    title: { zh: '一件事主件', en: 'Bundle case' },
    placements: [ofCase('case')],
    events: ['apply_time'],
    columns: [
      text('case_no', 50, must),
      text('bundle_code', 32, must),
      text('list_version', 32, must),
      text('division_code', 12, must),
      text('lead_agency', 18, must),
      text('scenario', 500),
      code('state', 'bundle_state', must),
      time('state_time', must),
      code('end_reason', 'end_reason'),
      time('apply_time', must),
      time('accept_time'),
      time('finish_time'),
      flag('needs_delivery'),
      time('delivered_time'),
      unkept('applicant_name', 100, { ...must, personal: true }),
      unkept('applicant_code', 64, { ...must, personal: true, hashed: true }),
    ],
  },
  bundle_child: {
    title: { zh: '一件事子事项', en: 'Child item of a bundle case' },
    placements: [ofCase('children')],
    events: ['created_time'],
    required: ['child_code'],
    columns: [
      text('case_no', 50, must),
      text('child_code', 36, must),
      text('task_code', 36),
      text('agency', 18, must),
      text('project_source', 32),
      text('project_no', 50),
      flag('mandatory'),
      time('created_time', must),
      time('dispatched_time'),
      time('signed_time'),
      time('started_time'),
      time('ended_time'),
      code('child_result', 'child_result'),
      number('promise_limit'),
      code('promise_unit', 'limit_unit'),
    ],
  },
  bundle_suspension: {
    title: { zh: '子事项停钟', en: 'Suspension of a child item' },
    placements: [ofCase('suspensions')],
    events: ['suspend_time'],
    required: ['child_code', 'suspend_time'],
    columns: [
      text('case_no', 50, must),
      text('child_code', 36, must),
      unkept('reason', 500),
      time('suspend_time', must),
      time('resume_time'),
    ],
  },
  bundle_notice: {
    title: { zh: '一件事补正告知', en: 'Supplement notice of a bundle case' },
    placements: [ofCase('notices')],
    events: ['sent_time'],
    required: ['sent_time'],
    columns: [
      text('case_no', 50, must),
      text('child_code', 36),
      text('agency', 18, must),
      time('sent_time', must),
      unkept('content', 2000),
    ],
  },
  bundle_material_request: {
    title: { zh: '材料索要', en: 'Request for a material' },
    placements: [ofCase('requests')],
    events: ['requested_time'],
    required: ['material_id', 'requested_time'],
    columns: [
      text('case_no', 50, must),
      text('child_code', 36),
      text('material_id', 64, must),
      unkept('material_name', 500),
      text('agency', 18, must),
      time('requested_time', must),
      flag('available', must),
      flag('applicant_confirmed'),
    ],
  },
  bundle_list: {
    title: { zh: '一件事清单', en: 'Published bundle list' },
    placements: [],
    events: [],
    columns: [
      text('division_code', 12, must),
      text('bundle_code', 32, must),
      text('list_version', 32, must),
      text('bundle_name', 200, must),
      number('promise_limit'),
      code('promise_unit', 'limit_unit'),
      text('child_codes', 2000, must),
      time('list_date', must),
    ],
  },
  bundle_list_child: {
    title: { zh: '一件事清单子事项', en: 'Child item of a published bundle' },
    placements: [],
    events: [],
    columns: [
      text('division_code', 12, must),
      text('bundle_code', 32, must),
      text('list_version', 32, must),
      text('child_code', 36, must),
      text('child_name', 200, must),
      text('mandatory_when', 500),
      text('depends_on', 500),
      number('slot_workdays'),
    ],
  },
  bundle_list_material: {
    title: { zh: '一件事清单材料', en: 'Material of a published bundle' },
    placements: [],
    events: [],
    columns: [
      text('division_code', 12, must),
      text('bundle_code', 32, must),
      text('list_version', 32, must),
      text('material_id', 64, must),
      text('material_name', 500, must),
      time('shared_since'),
    ],
  },
  bundle_lead: {
    title: { zh: '一件事属地牵头部门', en: 'Local lead agency of a bundle' },
    placements: [],
    events: [],
    columns: [text('division_code', 12, must), text('bundle_code', 32, must), text('lead_agency', 18, must)],
  },
  bundle_list_state: {
    title: { zh: '一件事落地情况', en: 'Where a published bundle is open' },
    placements: [
      {
        record: 'bundle-listing',
        part: 'state',
        key: ['division_code', 'bundle_code'],
        bySource: false,
        opens: true,
      },
    ],
    events: ['list_date'],
    required: ['list_date'],
    columns: [
      text('division_code', 12, must),
      text('bundle_code', 32, must),
      time('list_date', must),
      time('opened_time'),
      time('closed_time'),
      time('valid_to'),
    ],
  },
  // 办件里程碑: read as if it had been pushed; columns are the milestone's own names.
  work_item_milestone: {
    title: { zh: '办件里程碑', en: 'Milestone of a work item' },
    placements: [
      { record: 'single-item', part: 'item', key: ['id'], bySource: false, opens: true },
      { record: 'bundle-case', part: 'items', key: ['bundleNo'], bySource: false, opens: false, optional: true },
    ],
    events: ['appliedAt'],
    columns: [
      text('id', 120, must),
      text('item', 36),
      text('agency', 18),
      text('division', 12),
      text('bundleNo', 120),
      text('state', 32),
      text('outcome', 32),
      time('appliedAt'),
      time('acceptedAt'),
      time('finishedAt'),
      number('promiseWorkdays'),
      number('suspendedWorkdays'),
      number('notices'),
      time('firstNoticeAt'),
    ],
  },
};

/** The published lists, by their keys. */
export const LISTS: Readonly<Record<string, { readonly key: readonly string[] }>> = {
  bundle_list: { key: ['division_code', 'bundle_code', 'list_version'] },
  bundle_list_child: { key: ['division_code', 'bundle_code', 'list_version', 'child_code'] },
  bundle_list_material: { key: ['division_code', 'bundle_code', 'list_version', 'material_id'] },
  bundle_lead: { key: ['division_code', 'bundle_code'] },
};
