import { code, flag, kept, must, number, type Placement, type Table, text, time } from '@gnomon/records';

/** The record of one approval: numbers are unique within their source. */
const ofApproval = (part: string, opens = false): Placement => ({
  record: 'project-approval',
  part,
  key: ['approval_no'],
  bySource: true,
  opens,
});
/** The record of one project: its code is unique over all sources. */
const ofProject = (part: string, opens: boolean, optional: boolean): Placement => ({
  record: 'project',
  part,
  key: ['project_code'],
  bySource: false,
  opens,
  ...(optional ? { optional } : {}),
});

/** 推送表: what approval systems push about engineering projects. Columns are hashed in this order: append, never reorder. */
export const TABLES: Readonly<Record<string, Table>> = {
  eng_project: {
    title: { zh: '工程建设项目', en: 'engineering projects' },
    columns: [
      kept('project_code', 32, must),
      kept('project_name', 500, must),
      code('project_type', 'project_type', must),
      kept('lead_body', 18, must),
      kept('division', 12, must),
      time('registered_at'),
      time('concluded_at'),
    ],
    placements: [ofProject('project', true, false)],
    events: ['registered_at', 'concluded_at'],
  },
  eng_register: {
    title: { zh: '投资项目登记', en: 'register of investment projects' },
    columns: [kept('project_code', 32, must), time('registered_at', must)],
    placements: [ofProject('register', true, false)],
    events: ['registered_at'],
  },
  eng_approval: {
    title: { zh: '审批事项', en: 'approvals' },
    columns: [
      kept('approval_no', 64, must),
      kept('project_code', 32, must),
      kept('work_item_no', 64),
      code('approval_kind', 'approval_kind', must),
      code('stage', 'stage', must),
      kept('item_code', 36, must),
      kept('org_code', 18, must),
      kept('division', 12),
      time('accepted_at', must),
      time('finished_at'),
      code('outcome', 'outcome'),
      kept('document_no', 100),
      time('document_date'),
      kept('document_file', 128),
      kept('drawing_review_no', 64),
      number('materials'),
      text('opinion', 2000, { hashed: true, personal: true }),
      time('entered_at', must),
      number('plan_limit'),
      number('catalogue_limit'),
      number('statutory_limit'),
      // The source that pushes the work item, where it is another one.
      kept('work_source', 32),
    ],
    placements: [ofApproval('approval', true), ofProject('approvals', true, true)],
    events: ['accepted_at', 'finished_at'],
  },
  eng_suspension: {
    title: { zh: '停钟时段', en: 'suspensions' },
    columns: [
      kept('approval_no', 64, must),
      kept('project_code', 32, must),
      code('suspension_kind', 'suspension_kind', must),
      time('from_at', must),
      time('to_at'),
      text('reason', 2000),
    ],
    placements: [ofApproval('suspensions'), ofProject('suspensions', false, true)],
    events: ['from_at', 'to_at'],
  },
  eng_opinion: {
    title: { zh: '并联征求意见', en: 'opinions of co-bodies' },
    columns: [
      kept('approval_no', 64, must),
      kept('opinion_no', 64, must),
      kept('body_code', 18, must),
      time('dispatched_at'),
      time('given_at'),
      number('opinion_limit'),
    ],
    placements: [ofApproval('opinions')],
    events: ['dispatched_at', 'given_at'],
  },
  eng_material: {
    title: { zh: '索要材料', en: 'materials demanded' },
    columns: [
      kept('approval_no', 64, must),
      kept('material_name', 200, must),
      flag('on_list', must),
      time('demanded_at', must),
    ],
    placements: [ofApproval('materials')],
    events: ['demanded_at'],
  },
  eng_notice: {
    title: { zh: '补正告知', en: 'supplement notices' },
    columns: [kept('approval_no', 64, must), kept('notice_no', 64, must), time('sent_at', must)],
    placements: [ofApproval('notices')],
    events: ['sent_at'],
  },
  eng_exemption: {
    title: { zh: '告知承诺与容缺', en: 'recorded exemptions' },
    columns: [
      kept('approval_no', 64, must),
      kept('project_code', 32, must),
      code('predecessor_kind', 'approval_kind', must),
      code('exemption_kind', 'exemption_kind', must),
      time('recorded_at', must),
      // A later date by its nature, so a text: what lies ahead is no event yet.
      kept('check_due_on', 10, must),
    ],
    placements: [ofProject('exemptions', false, false), { ...ofApproval('exemptions'), optional: true }],
    events: ['recorded_at'],
  },
  eng_joint_acceptance: {
    title: { zh: '联合验收', en: 'joint acceptances' },
    columns: [
      kept('project_code', 32, must),
      kept('acceptance_no', 64, must),
      time('accepted_at', must),
      time('opinion_at'),
    ],
    placements: [ofProject('jointAcceptances', false, false)],
    events: ['accepted_at', 'opinion_at'],
  },
  eng_rectification: {
    title: { zh: '联合验收整改', en: 'rectification during joint acceptance' },
    columns: [kept('project_code', 32, must), kept('acceptance_no', 64, must), time('from_at', must), time('to_at')],
    placements: [ofProject('rectifications', false, false)],
    events: ['from_at', 'to_at'],
  },
  eng_step: {
    title: { zh: '办理环节', en: 'process steps' },
    columns: [
      kept('approval_no', 64, must),
      text('step_name', 1000, must),
      text('node_code', 64),
      time('started_at', must),
      time('ended_at'),
      text('due_at', 32),
      text('handler', 64, { personal: true }),
    ],
    placements: [ofApproval('steps')],
    events: ['started_at', 'ended_at'],
  },
};
