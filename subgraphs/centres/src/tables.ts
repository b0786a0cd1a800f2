import { code, flag, must, number, type Table, kept as text, time } from '@gnomon/records';

/**
 * The tables that service centres (政务服务中心) push. Times are the sources' own; `day` is the civil day (`YYYY-MM-DD`) of a roster,
 * of which a window or a device has one record. `centre_id` is the id of the place in the registry.
 */

const personal = { personal: true, kept: false } as const;

const centre = text('centre_id', 64, must);
const window = text('window_no', 32, must);
const day = text('day', 10, must);

const WINDOW_DAY = { record: 'window-day', key: ['centre_id', 'window_no', 'day'], bySource: false } as const;

/** Published objects: the newest version of a row holds; validity stands in its own dates. */
export const LISTS = {
  centre: { key: ['centre_id'] },
  centre_window: { key: ['centre_id', 'window_no'] },
  centre_item: { key: ['item_code'] },
  device: { key: ['device_id'] },
} as const;

/** Every table of the domain. Columns are hashed in this order: append, never reorder. */
export const TABLES: Readonly<Record<string, Table>> = {
  centre: {
    title: { zh: '政务服务场所', en: 'Service centre' },
    columns: [
      centre,
      text('name', 200, must),
      text('name_en', 200),
      code('centre_kind', 'centre_kind', must),
      text('division', 12, must),
      text('org_code', 18, must),
      text('parent_id', 64),
      text('hours', 100),
      text('extended_hours', 200),
    ],
    placements: [],
    events: [],
    required: ['centre_id'],
  },
  centre_window: {
    title: { zh: '窗口', en: 'Window' },
    columns: [
      centre,
      window,
      code('window_type', 'window_type', must),
      flag('special_approved'),
      text('org_code', 18),
      text('business_group', 64),
      flag('monitored', must),
      flag('review_device'),
    ],
    placements: [],
    events: [],
    required: ['centre_id', 'window_no'],
  },
  centre_item: {
    title: { zh: '进驻事项', en: 'Item of a centre' },
    columns: [
      text('item_code', 36, must),
      centre,
      flag('must_enter', must),
      flag('negative_list', must),
      text('negative_document', 200),
      time('enter_time'),
      time('leave_time'),
      flag('authorised', must),
      text('window_no', 32),
    ],
    placements: [],
    events: [],
    required: ['item_code', 'centre_id'],
  },
  device: {
    title: { zh: '设备', en: 'Device' },
    columns: [
      text('device_id', 64, must),
      centre,
      text('window_no', 32),
      code('device_kind', 'device_kind', must),
      code('service_days', 'service_days', must),
      text('hours', 100, must),
      time('from_time'),
      time('to_time'),
    ],
    placements: [],
    events: [],
    required: ['device_id', 'centre_id'],
  },
  window_schedule: {
    title: { zh: '窗口公布时间', en: 'Published window time' },
    columns: [centre, window, day, time('start_time', must), time('end_time', must), flag('extended')],
    placements: [{ ...WINDOW_DAY, part: 'schedule', opens: true }],
    events: [],
    required: ['start_time', 'end_time'],
  },
  window_event: {
    title: { zh: '窗口在岗事件', en: 'Window presence event' },
    columns: [
      centre,
      window,
      day,
      code('event_kind', 'window_event', must),
      time('event_time', must),
      text('staff_name', 100, personal),
      text('staff_no', 64, personal),
    ],
    placements: [{ ...WINDOW_DAY, part: 'events', opens: false }],
    events: ['event_time'],
    required: ['event_time'],
  },
  service_open: {
    title: { zh: '窗口开放时段', en: 'Window open interval' },
    columns: [centre, window, day, time('open_time', must), time('close_time')],
    placements: [{ ...WINDOW_DAY, part: 'open', opens: false }],
    events: ['close_time', 'open_time'],
    required: ['open_time'],
  },
  device_state: {
    title: { zh: '设备状态时段', en: 'Device state interval' },
    columns: [
      centre,
      text('device_id', 64, must),
      text('window_no', 32),
      day,
      code('state', 'device_state', must),
      time('from_time', must),
      time('to_time', must),
    ],
    placements: [
      { record: 'device-day', part: 'states', key: ['device_id', 'day'], bySource: false, opens: true },
      { ...WINDOW_DAY, part: 'devices', opens: false, optional: true },
    ],
    events: ['to_time', 'from_time'],
    required: ['from_time', 'to_time'],
  },
  queue_ticket: {
    title: { zh: '排队取号', en: 'Queue ticket' },
    columns: [
      centre,
      text('ticket_no', 64, must),
      text('business_group', 64, must),
      text('window_no', 32),
      text('item_code', 36),
      text('org_code', 18),
      text('item_source', 32),
      text('project_no', 50),
      text('applicant_name', 100, personal),
      text('applicant_code', 100, { personal: true, kept: false, hashed: true }),
      time('take_time', must),
      time('call_time'),
      time('serve_time'),
      time('end_time'),
    ],
    placements: [
      { record: 'queue-ticket', part: 'ticket', key: ['centre_id', 'ticket_no'], bySource: false, opens: true },
    ],
    events: ['end_time', 'serve_time', 'call_time', 'take_time'],
    required: ['take_time'],
  },
  appointment: {
    title: { zh: '预约', en: 'Appointment' },
    columns: [
      centre,
      text('appointment_no', 64, must),
      text('business_group', 64),
      time('appoint_time', must),
      code('state', 'appointment_state', must),
      text('applicant_name', 100, personal),
    ],
    placements: [
      {
        record: 'appointment',
        part: 'appointment',
        key: ['centre_id', 'appointment_no'],
        bySource: false,
        opens: true,
      },
    ],
    events: [],
    required: ['appoint_time'],
  },
  centre_finding: {
    title: { zh: '窗口服务问题', en: "Finding about a window's service" },
    columns: [
      text('finding_no', 64, must),
      centre,
      text('window_no', 32),
      text('org_code', 18, must),
      code('finding_class', 'finding_class', must),
      code('found_by', 'found_by', must),
      time('found_time', must),
      code('verdict', 'finding_verdict'),
      time('verdict_time'),
    ],
    placements: [{ record: 'centre-finding', part: 'finding', key: ['finding_no'], bySource: true, opens: true }],
    events: ['verdict_time', 'found_time'],
    required: ['found_time'],
  },
  centre_ticket: {
    title: { zh: '投诉与“办不成事”工单', en: 'Complaint or "cannot get it done" ticket' },
    columns: [
      text('ticket_no', 64, must),
      centre,
      text('org_code', 18),
      code('ticket_class', 'ticket_class', must),
      text('complainant_name', 100, personal),
      text('complainant_code', 100, personal),
      time('receive_time', must),
      time('sign_time'),
      time('answer_time'),
      text('repeat_of', 64),
      flag('upheld'),
    ],
    placements: [{ record: 'centre-ticket', part: 'ticket', key: ['ticket_no'], bySource: true, opens: true }],
    events: ['answer_time', 'sign_time', 'receive_time'],
    required: ['receive_time'],
  },
  station_plan: {
    title: { zh: '基层站点开放计划', en: 'Opening plan of a station' },
    columns: [centre, text('quarter', 7, must), number('assigned_items', must), number('open_days')],
    placements: [{ record: 'station-plan', part: 'plan', key: ['centre_id', 'quarter'], bySource: false, opens: true }],
    events: [],
  },
  station_activity: {
    title: { zh: '基层站点记录', en: 'Record of a station' },
    columns: [
      centre,
      text('activity_no', 64, must),
      code('activity_kind', 'activity_kind', must),
      time('activity_time', must),
      text('project_no', 50),
    ],
    placements: [
      { record: 'station-activity', part: 'activity', key: ['centre_id', 'activity_no'], bySource: false, opens: true },
    ],
    events: ['activity_time'],
    required: ['activity_time'],
  },
  item_handling: {
    title: { zh: '办件办理地点', en: 'Where a work item was handled' },
    columns: [
      text('item_source', 32, must),
      text('project_no', 50, must),
      centre,
      text('decide_place', 64),
      flag('passed_on'),
      time('handle_time'),
    ],
    placements: [
      { record: 'handled-item', part: 'handling', key: ['item_source', 'project_no'], bySource: false, opens: false },
    ],
    events: ['handle_time'],
  },
  // The milestones of work items (办件里程碑), read as rows; columns are named as the milestone names its facts.
  work_item: {
    title: { zh: '办件里程碑', en: 'Work item milestone' },
    columns: [
      text('id', 96, must),
      text('agency', 18),
      text('division', 12),
      text('item', 36),
      text('channel', 16),
      text('state', 32),
      time('acceptedAt'),
      time('finishedAt'),
      time('withdrawnAt'),
      number('promiseWorkdays'),
      number('suspendedWorkdays'),
      flag('overPromise'),
      text('place', 64),
      text('windowNo', 32),
    ],
    placements: [{ record: 'handled-item', part: 'item', key: ['id'], bySource: false, opens: true }],
    events: [],
  },
};
