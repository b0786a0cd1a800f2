/**
 * The field dictionary of the tables that come in: the national push tables (GB/T 39046-2020 tables 5–8 and the
 * exchange schema that provinces use) and the regional extensions. Column names are as pushed; `camelCase` spellings
 * of the same names are taken too. A row is one flat object:
 *
 *     {"table":"up_pro_accept","row_guid":"…","cd_operation":"I","cd_time":"2026-01-05 10:00:00",
 *      "cd_batch":"B1","data_source":"115","project_no":"…", …}
 *
 * Times are `YYYYMMDDThhmmss`, `YYYY-MM-DD hh:mm:ss` (UTC+8), ISO 8601 with an offset, or a date alone,
 * which means 00:00 +08:00 of that date.
 */
export const TABLES = [
  'up_pro_accept',
  'up_pro_process',
  'up_pro_special_procedure',
  'up_pro_material',
  'up_pro_result',
  'up_pro_supplement',
  'up_pro_payment',
  'up_control_total',
] as const;
/** Name of a table that sources push. */
export type TableName = (typeof TABLES)[number];

/** Row operations: insert, update, delete (a deletion marks, nothing is removed). */
export const OPERATIONS = ['I', 'U', 'D'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** How a column is read. `code` values are compared with the list named by `list` in the row's code system. */
export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'time' | 'number' | 'flag' | 'code';
  /** Widest value in characters (UTF-16 units); longer ones are refused. */
  readonly width: number;
  /** An empty value counts for DP-03; it is not refused unless the row cannot be placed without it. */
  readonly mandatory: boolean;
  readonly list?: string;
  /** Personal data: kept in the row log only, masked everywhere else. */
  readonly personal?: boolean;
  /** The column goes into the item's projection (facts are derived from it). */
  readonly kept?: boolean;
  /** It came to its table later: while it is empty, it adds nothing to the content hash, so that rows kept before stay what they were. */
  readonly appended?: boolean;
}

const text = (name: string, width: number, more: Partial<Column> = {}): Column => ({
  name,
  kind: 'text',
  width,
  mandatory: false,
  ...more,
});
const time = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  kind: 'time',
  width: 40,
  mandatory: false,
  kept: true,
  ...more,
});
const code = (name: string, list: string, more: Partial<Column> = {}): Column => ({
  name,
  kind: 'code',
  width: 16,
  mandatory: false,
  list,
  kept: true,
  ...more,
});
const flag = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  kind: 'flag',
  width: 8,
  mandatory: false,
  kept: true,
  ...more,
});
const number = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  kind: 'number',
  width: 24,
  mandatory: false,
  kept: true,
  ...more,
});
const kept = { kept: true } as const;
const must = { mandatory: true } as const;
const personal = { personal: true } as const;
const appended = { kept: true, appended: true } as const;

/** Columns that every row carries. */
export const ENVELOPE: readonly Column[] = [
  text('row_guid', 64, must),
  text('cd_batch', 64, must),
  text('cd_operation', 2, must),
  time('cd_time', { mandatory: true, kept: false }),
  text('data_source', 32, must),
  text('code_system', 64),
];

/** The columns of each table, in the order in which content hashes are computed. Never reorder; append. */
export const COLUMNS: Readonly<Record<TableName, readonly Column[]>> = {
  // 办件基本（受理）信息. `accept_date` is empty until the application is accepted.
  up_pro_accept: [
    text('project_no', 50, must),
    text('task_code', 36, { ...must, ...kept }),
    text('task_handle_item', 50, kept),
    text('catalog_code', 12, kept),
    text('local_task_code', 50),
    text('local_catalog_code', 50),
    text('task_name', 1000, { ...must, ...kept }),
    text('task_version', 32, kept),
    code('project_type', 'project_type', must),
    code('apply_type', 'apply_type', must),
    time('apply_date', must),
    time('accept_date'),
    time('promise_date'),
    text('accept_doc_no', 50),
    text('applyer_name', 100, { ...must, ...personal }),
    code('applyer_type', 'applyer_type', must),
    code('applyer_page_type', 'applyer_page_type', { ...must, width: 70 }),
    text('applyer_page_code', 500, { ...must, ...personal }),
    text('legal', 100, personal),
    text('contact_name', 100, personal),
    text('contact_type', 16),
    text('contact_code', 64, personal),
    text('contact_mobile', 20, personal),
    text('address', 500, personal),
    text('zip_code', 10),
    text('org_code', 18, { ...must, ...kept }),
    text('org_name', 200, must),
    text('handle_user_name', 100),
    text('project_name', 1000),
    // Regional extensions.
    time('receive_date'),
    time('prereview_end_time'),
    number('promise_limit'),
    code('promise_unit', 'limit_unit'),
    flag('is_bundle'),
    text('secret_level', 16),
    text('project_code', 32, kept),
    // Where it was taken in, and the one-thing bundle (一件事) that it is a child of.
    text('place_id', 64, appended),
    text('window_no', 32, appended),
    text('bundle_no', 64, appended),
  ],
  // 办理过程信息. `step_kind` and `due_time` are extensions: the kind of the node and a step's own due time.
  up_pro_process: [
    text('project_no', 50, must),
    text('process_name', 1000, { ...must, ...kept }),
    code('event_name', 'event_name', must),
    time('event_start_time', must),
    time('event_end_time'),
    text('handle_user_name', 100, must),
    text('handle_explain', 2000),
    text('remark', 2000),
    text('node_code', 64, kept),
    code('step_kind', 'step_kind'),
    time('due_time'),
    // Offsets of due_time and event_end_time in minutes east of UTC, where the source's civil day is not +08:00 (the foreign logs).
    number('due_offset'),
    number('done_offset'),
  ],
  // 特别程序信息. `special_type` 1 is an extension of the statutory limit, everything else is a special procedure.
  up_pro_special_procedure: [
    text('project_no', 50, must),
    code('special_type', 'special_type', must),
    text('special_name', 1000, { ...must, ...kept }),
    text('special_reason', 2000, { ...must, ...kept }),
    time('special_time', must),
    time('end_time'),
    text('result', 2000, kept),
    text('special_explain', 2000),
    text('applyer_user_name', 100),
    text('handle_user', 100, kept),
    text('remark', 2000),
    code('special_kind', 'special_kind'),
    text('approver', 100, kept),
    flag('approved_by_head'),
    text('notice_no', 64, kept),
    time('notice_time'),
    number('limit_days'),
    number('extend_days'),
    time('told_time'),
    flag('suspends'),
  ],
  // 材料目录信息.
  up_pro_material: [
    text('project_no', 50, must),
    text('material_name', 200, must),
    text('get_type', 16),
    text('get_name', 64),
    text('material_attach_name', 500),
  ],
  // 办结信息. Delivery, decision, remedies and who withdrew are extensions.
  up_pro_result: [
    text('project_no', 50, must),
    code('result_type', 'result_type', must),
    time('result_date', must),
    flag('is_delivery_results', must),
    text('result_explain', 2000, kept),
    text('result_cetr_name', 500, kept),
    text('result_cetr_no', 2000, kept),
    text('handle_user_name', 100),
    text('satisfaction', 8),
    text('remark', 2000),
    time('decision_date'),
    time('delivery_date'),
    flag('remedy_notice'),
    code('withdrawn_by', 'withdrawn_by'),
    flag('applicant_confirmed'),
  ],
  // 补正告知 (regional). `suspends`: the source stopped its clock for it. `received_time`: the applicant's answer.
  up_pro_supplement: [
    text('project_no', 50, must),
    text('notice_no', 64, { ...must, ...kept }),
    time('sent_time', must),
    text('items', 2000, kept),
    text('reasons', 2000, kept),
    text('document_no', 64, kept),
    text('contact', 200, kept),
    time('received_time'),
    time('deadline'),
    flag('suspends'),
    flag('concerns_new_documents'),
  ],
  // 缴款信息 (GB/T 39046-2020 table 14).
  up_pro_payment: [
    text('project_no', 50, must),
    text('payment_no', 64, { ...must, ...kept }),
    text('collect_body', 200, kept),
    text('fee_item', 200, kept),
    text('fee_basis', 500, kept),
    number('amount', must),
    time('pay_time'),
    text('payer', 200, { ...personal }),
    text('bill_no', 64, kept),
    number('standard'),
    time('refunded_time'),
    flag('reduction_due'),
    flag('reduction_given'),
  ],
  // 对账总数 (regional): how many accept rows and result rows of distinct work items the source pushed on `day`.
  up_control_total: [text('day', 10, must), number('accepted', must), number('finished', must)],
};

/** The column whose time is the event of a row: what the lateness of a push is measured from (DP-01); in order of preference. */
export const EVENT_COLUMNS: Readonly<Record<TableName, readonly string[]>> = {
  up_pro_accept: ['accept_date', 'receive_date', 'apply_date'],
  up_pro_process: ['event_end_time', 'event_start_time'],
  up_pro_special_procedure: ['end_time', 'special_time'],
  up_pro_material: [],
  up_pro_result: ['delivery_date', 'result_date'],
  up_pro_supplement: ['received_time', 'sent_time'],
  up_pro_payment: ['refunded_time', 'pay_time'],
  up_control_total: [],
};

/** Times whose change after the result or after a signal is a finding of its own (DP-14). */
export const KEY_TIMES: Readonly<Partial<Record<TableName, readonly string[]>>> = {
  up_pro_accept: ['accept_date', 'promise_date'],
  up_pro_result: ['result_date'],
  up_pro_special_procedure: ['special_time', 'end_time'],
};
