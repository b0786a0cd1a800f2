import { type Column, code, flag, must, number, type Table, kept as text, time } from '@gnomon/records';

const person = (name: string, width: number): Column => ({
  name,
  kind: 'text',
  width,
  mandatory: true,
  personal: true,
  hashed: true,
});

/** Where a row that names a licence by its number at the source belongs. */
const ofLicence = (part: string, opens = false) =>
  ({ record: 'licence', part, key: ['certificate_source_id'], bySource: true, opens }) as const;
/** All licences of one type and number, over all sources. */
const ofNumber = (part: string) =>
  ({
    record: 'licence-number',
    part,
    key: ['certificate_type_code', 'certificate_number'],
    bySource: false,
    opens: true,
    optional: true,
  }) as const;

/**
 * What a licence library pushes. `up_lic_data` and `dn_lic_data_error` are the national exchange tables with the region's columns behind
 * them; the others are the region's own.
 */
export const TABLES: Readonly<Record<string, Table>> = {
  up_lic_data: {
    title: { zh: '电子证照目录', en: 'Electronic licence catalogue' },
    columns: [
      text('certificate_source_id', 128, must),
      text('certificate_number', 128, must),
      text('certificate_type', 256, must),
      text('certificate_type_code', 64, must),
      text('certificate_name', 512, must),
      person('certificate_holder', 4000),
      person('certificate_holder_code', 4000),
      code('certificate_holder_type', 'holder_type', must),
      text('issue_dept', 256, must),
      text('issue_dept_code', 32, must),
      time('issue_date', must),
      text('certificate_area_code', 32, must),
      text('certificate_identifier', 160, must),
      text('certificate_version', 16),
      code('certificate_status', 'licence_status'),
      time('status_at'),
      time('valid_from'),
      time('valid_to'),
      flag('long_term'),
      text('work_source', 32),
      text('project_no', 50),
      text('file_hash', 128),
      flag('conforms_standard'),
      flag('is_stock'),
      time('converted_at'),
      time('collected_at'),
    ],
    placements: [
      ofLicence('catalogue', true),
      {
        record: 'licence-duty',
        part: 'licence',
        key: ['work_source', 'project_no'],
        bySource: false,
        opens: true,
        optional: true,
      },
      ofNumber('licence'),
    ],
    events: ['collected_at'],
  },
  lic_status_change: {
    title: { zh: '证照状态变更', en: 'Change of a licence’s status' },
    columns: [
      text('certificate_source_id', 128, must),
      text('certificate_type_code', 64, must),
      text('certificate_number', 128, must),
      code('new_status', 'licence_status', must),
      time('changed_at', must),
      time('synced_at'),
      text('change_document', 128, { kept: false }),
    ],
    placements: [ofLicence('change'), ofNumber('change')],
    events: ['changed_at'],
    required: ['new_status', 'changed_at'],
  },
  lic_check: {
    title: { zh: '证照文件与签章校验', en: 'Check of a licence’s file and seal' },
    columns: [
      text('certificate_source_id', 128, must),
      time('checked_at', must),
      flag('file_present', must),
      flag('hash_matches', must),
      flag('seal_present', must),
      flag('seal_valid', must),
      text('seal_cert_no', 64, { kept: false }),
      time('signed_at'),
      time('cert_revoked_at'),
    ],
    placements: [ofLicence('check')],
    events: ['checked_at'],
    required: ['checked_at'],
  },
  lic_use: {
    title: { zh: '证照使用', en: 'Use of a licence' },
    columns: [
      text('certificate_source_id', 128, must),
      time('used_at', must),
      text('user_dept_code', 32),
      text('purpose', 256, { kept: false }),
    ],
    placements: [ofLicence('use')],
    events: ['used_at'],
    required: ['used_at'],
  },
  dn_lic_data_error: {
    title: { zh: '证照异常返回', en: 'Licence row returned by the national exchange' },
    columns: [
      text('error_no', 64, must),
      text('certificate_source_id', 128),
      text('certificate_number', 128),
      text('certificate_type_code', 64),
      text('issue_dept_code', 32, must),
      text('error_remark', 512, { kept: false }),
      time('returned_at', must),
      time('fixed_at'),
    ],
    placements: [{ record: 'licence-error', part: 'error', key: ['error_no'], bySource: true, opens: true }],
    events: ['returned_at'],
    required: ['returned_at'],
  },
  lic_conversion_plan: {
    title: { zh: '存量证照改造计划', en: 'Plan for converting the stock of licences' },
    columns: [
      text('agency_code', 32, must),
      text('type_code', 64, must),
      time('starts_on', must),
      time('quarter_ends_on', must),
      number('target_share', must),
      number('stock', must),
      flag('is_final'),
    ],
    placements: [
      { record: 'conversion-plan', part: 'quarter', key: ['agency_code', 'type_code'], bySource: false, opens: true },
    ],
    events: [],
    required: ['starts_on', 'quarter_ends_on', 'target_share', 'stock'],
  },
  lic_type: {
    title: { zh: '证照类型目录', en: 'Register of licence types' },
    columns: [
      text('type_code', 64, must),
      text('type_name', 256, must),
      time('valid_from', must),
      time('valid_to'),
      flag('has_standard', must),
    ],
    placements: [],
    events: [],
    required: ['type_code', 'type_name', 'valid_from'],
  },
  work_item_milestone: {
    title: { zh: '办件里程碑', en: 'Milestone of a work item' },
    columns: [
      text('id', 128, must),
      text('agency', 32),
      text('division', 16),
      text('item', 64),
      text('outcome', 32),
      text('licenceNo', 2000),
      text('licenceName', 1000),
      text('applicantKey', 16),
      time('acceptedAt'),
      time('decidedAt'),
      time('finishedAt'),
    ],
    placements: [{ record: 'licence-duty', part: 'item', key: ['id'], bySource: false, opens: true }],
    events: ['finishedAt'],
  },
};

/** Tables whose rows are published lists, by the columns that name an entry. */
export const LISTS = { lic_type: { key: ['type_code'] } } as const;
