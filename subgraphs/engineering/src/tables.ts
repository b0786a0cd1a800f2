import type { Column, Placement, Table } from '@gnomon/records';

const text = (name: string, width: number, more: Partial<Column> = {}): Column => ({
  name,
  kind: 'text',
  width,
  mandatory: false,
  ...more,
});
const kept = (name: string, width: number, more: Partial<Column> = {}): Column =>
  text(name, width, { kept: true, ...more });
const time = (name: string, mandatory = false): Column => ({ name, kind: 'time', width: 32, mandatory });
const number = (name: string, mandatory = false): Column => ({ name, kind: 'number', width: 16, mandatory });
const flag = (name: string, mandatory = false): Column => ({ name, kind: 'flag', width: 8, mandatory });
const code = (name: string, list: string, mandatory = true): Column => ({
  name,
  kind: 'code',
  list,
  width: 16,
  mandatory,
});
const MANDATORY = { mandatory: true } as const;

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
      kept('project_code', 32, MANDATORY),
      kept('project_name', 500, MANDATORY),
      code('project_type', 'project_type'),
      kept('lead_body', 18, MANDATORY),
      kept('division', 12, MANDATORY),
      time('registered_at'),
      time('concluded_at'),
    ],
    placements: [ofProject('project', true, false)],
    events: ['concluded_at', 'registered_at'],
  },
  eng_register: {
    title: { zh: '投资项目登记', en: 'register of investment projects' },
    columns: [kept('project_code', 32, MANDATORY), time('registered_at', true)],
    placements: [ofProject('register', true, false)],
    events: ['registered_at'],
  },
  eng_approval: {
    title: { zh: '审批事项', en: 'approvals' },
    columns: [
      kept('approval_no', 64, MANDATORY),
      kept('project_code', 32, MANDATORY),
      kept('work_item_no', 64),
      code('approval_kind', 'approval_kind'),
      code('stage', 'stage'),
      kept('item_code', 36, MANDATORY),
      kept('org_code', 18, MANDATORY),
      kept('division', 12),
      time('accepted_at', true),
      time('finished_at'),
      code('outcome', 'outcome', false),
      kept('document_no', 100),
      time('document_date'),
      kept('document_file', 128),
      kept('drawing_review_no', 64),
      number('materials'),
      text('opinion', 2000, { hashed: true, personal: true }),
      time('entered_at', true),
      number('plan_limit'),
      number('catalogue_limit'),
      number('statutory_limit'),
    ],
    placements: [ofApproval('approval', true), ofProject('approvals', true, true)],
    events: ['finished_at', 'accepted_at'],
  },
  eng_suspension: {
    title: { zh: '停钟时段', en: 'suspensions' },
    columns: [
      kept('approval_no', 64, MANDATORY),
      kept('project_code', 32, MANDATORY),
      code('suspension_kind', 'suspension_kind'),
      time('from_at', true),
      time('to_at'),
      text('reason', 2000),
    ],
    placements: [ofApproval('suspensions'), ofProject('suspensions', false, true)],
    events: ['to_at', 'from_at'],
  },
  eng_opinion: {
    title: { zh: '并联征求意见', en: 'opinions of co-bodies' },
    columns: [
      kept('approval_no', 64, MANDATORY),
      kept('opinion_no', 64, MANDATORY),
      kept('body_code', 18, MANDATORY),
      time('dispatched_at'),
      time('given_at'),
      number('opinion_limit'),
    ],
    placements: [ofApproval('opinions')],
    events: ['given_at', 'dispatched_at'],
  },
  eng_material: {
    title: { zh: '索要材料', en: 'materials demanded' },
    columns: [
      kept('approval_no', 64, MANDATORY),
      kept('material_name', 200, MANDATORY),
      flag('on_list', true),
      time('demanded_at', true),
    ],
    placements: [ofApproval('materials')],
    events: ['demanded_at'],
  },
  eng_notice: {
    title: { zh: '补正告知', en: 'supplement notices' },
    columns: [kept('approval_no', 64, MANDATORY), kept('notice_no', 64, MANDATORY), time('sent_at', true)],
    placements: [ofApproval('notices')],
    events: ['sent_at'],
  },
  eng_exemption: {
    title: { zh: '告知承诺与容缺', en: 'recorded exemptions' },
    columns: [
      kept('approval_no', 64, MANDATORY),
      kept('project_code', 32, MANDATORY),
      code('predecessor_kind', 'approval_kind'),
      code('exemption_kind', 'exemption_kind'),
      time('recorded_at', true),
      // A later date by its nature, so a text: what lies ahead is no event yet.
      kept('check_due_on', 10, MANDATORY),
    ],
    placements: [ofProject('exemptions', false, false), { ...ofApproval('exemptions'), optional: true }],
    events: ['recorded_at'],
  },
  eng_joint_acceptance: {
    title: { zh: '联合验收', en: 'joint acceptances' },
    columns: [
      kept('project_code', 32, MANDATORY),
      kept('acceptance_no', 64, MANDATORY),
      time('accepted_at', true),
      time('opinion_at'),
    ],
    placements: [ofProject('jointAcceptances', false, false)],
    events: ['opinion_at', 'accepted_at'],
  },
  eng_rectification: {
    title: { zh: '联合验收整改', en: 'rectification during joint acceptance' },
    columns: [
      kept('project_code', 32, MANDATORY),
      kept('acceptance_no', 64, MANDATORY),
      time('from_at', true),
      time('to_at'),
    ],
    placements: [ofProject('rectifications', false, false)],
    events: ['to_at', 'from_at'],
  },
  eng_step: {
    title: { zh: '办理环节', en: 'process steps' },
    columns: [
      kept('approval_no', 64, MANDATORY),
      text('step_name', 1000, MANDATORY),
      text('node_code', 64),
      time('started_at', true),
      time('ended_at'),
      text('due_at', 32),
      text('handler', 64, { personal: true }),
    ],
    placements: [ofApproval('steps')],
    events: ['ended_at', 'started_at'],
  },
};
