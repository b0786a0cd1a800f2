import { type Column, code, flag, must, number, type Placement, type Table, text, time } from '@gnomon/records';

/**
 * The field dictionary of the tables that review systems push (GB/T 39046-2020 table 9 and the review push), and of the
 * handling of bad reviews. Who the reviewer is stays in the row log: phone, number and device are kept as keyed hashes,
 * so that equal ones are found; name and text are not kept at all.
 */

const alsoKept = { kept: true } as const;
const personal = { personal: true } as const;
const hashed = { personal: true, hashed: true } as const;

/** A review is known by its number within its source; everything about its handling names that number. */
const ofReview = (part: string): Placement => ({
  record: 'review',
  part,
  key: ['review_id'],
  bySource: true,
  opens: false,
});

/** What all tables about the handling of a bad review begin with. */
const handling: readonly Column[] = [text('review_id', 50, must)];

/** The tables by name. Columns stand in the order in which content hashes are computed: never reorder, append. */
export const tables: Readonly<Record<string, Table>> = {
  up_review: {
    title: { zh: '评价', en: 'Review' },
    hiddenFromAgency: true,
    placements: [
      { record: 'review', part: 'review', key: ['review_id'], bySource: true, opens: true },
      {
        record: 'review-matter',
        part: 'reviews',
        key: ['work_source', 'project_no'],
        bySource: false,
        opens: true,
        optional: true,
      },
    ],
    events: ['assess_time'],
    columns: [
      text('review_id', 50, { ...must, ...alsoKept }),
      text('work_source', 32, { ...must, ...alsoKept }),
      text('project_no', 50, { ...must, ...alsoKept }),
      text('area_code', 12, { ...must, ...alsoKept }),
      text('org_code', 18, { ...must, ...alsoKept }),
      text('task_code', 36, { ...must, ...alsoKept }),
      text('task_name', 1000),
      text('theme', 200),
      code('project_state', 'project_state'),
      text('window_no', 50, alsoKept),
      text('staff_id', 64, hashed),
      code('channel', 'review_channel', must),
      code('user_property', 'user_property'),
      code('satisfaction', 'satisfaction', must),
      code('detail_code', 'review_detail'),
      code('detail_code_2', 'review_detail'),
      code('detail_code_3', 'review_detail'),
      text('content', 2000, hashed),
      time('assess_time', must),
      number('review_no', must),
      flag('is_named', must),
      flag('is_default', must),
      text('reviewer_name', 100, personal),
      text('reviewer_phone', 40, hashed),
      text('reviewer_id', 64, hashed),
      text('device_no', 64, hashed),
      text('audit_state', 8),
      text('promise_kind', 8),
    ],
  },
  review_ticket: {
    title: { zh: '差评工单', en: 'Ticket of a bad review' },
    placements: [ofReview('tickets')],
    events: ['assigned_time'],
    columns: [
      ...handling,
      text('ticket_no', 50, { ...must, ...alsoKept }),
      time('assigned_time', must),
      code('ticket_class', 'ticket_class'),
      time('class_time'),
      number('extension_days'),
      text('extension_approver', 100),
      flag('extension_approved'),
      time('extension_time'),
    ],
  },
  review_contact: {
    title: { zh: '差评联系核实', en: 'Contact or verification' },
    placements: [ofReview('contacts')],
    events: ['contact_time'],
    columns: [...handling, time('contact_time', must), code('contact_kind', 'contact_kind', must)],
  },
  review_rectify: {
    title: { zh: '差评整改答复', en: 'Rectification and answer' },
    placements: [ofReview('rectifications')],
    events: ['answered_time', 'rectified_time'],
    columns: [...handling, time('rectified_time'), time('answered_time'), text('measures', 2000), flag('is_published')],
  },
  review_callback: {
    title: { zh: '差评回访', en: 'Call-back' },
    placements: [ofReview('callbacks')],
    events: ['callback_time'],
    columns: [...handling, time('callback_time', must), flag('is_satisfied')],
  },
  review_invalidation: {
    title: { zh: '差评无效认定', en: 'Declaration that a bad review is invalid' },
    placements: [ofReview('invalidations')],
    events: ['decided_time'],
    columns: [
      ...handling,
      time('decided_time', must),
      code('invalid_by', 'invalid_by', must),
      code('reason', 'invalid_reason', must),
      text('evidence_no', 100, alsoKept),
    ],
  },
  review_audit: {
    title: { zh: '评价核查结论', en: 'Finding of the review audit' },
    placements: [ofReview('audits')],
    events: ['event_time'],
    columns: [
      ...handling,
      code('finding', 'audit_finding', must),
      time('event_time', must),
      flag('is_confirmed', must),
      text('document_no', 100),
    ],
  },
  // A published list: the items that are open to review. Its rows make no record.
  up_review_item: {
    title: { zh: '可评价事项清单', en: 'Items open to review' },
    placements: [],
    events: [],
    columns: [text('task_code', 36, { ...must, ...alsoKept }), flag('is_open', must)],
  },
  // What the work items' domain tells of each of its work items, read as if it had been pushed.
  work_item_milestone: {
    title: { zh: '办件进展', en: 'Milestone of a work item' },
    placements: [{ record: 'review-matter', part: 'item', key: ['id'], bySource: false, opens: true }],
    events: [],
    columns: [
      text('id', 100, { ...must, ...alsoKept }),
      text('agency', 18, alsoKept),
      text('division', 12, alsoKept),
      text('item', 36, alsoKept),
      text('state', 32, alsoKept),
      time('finishedAt'),
      time('withdrawnAt'),
    ],
  },
};
