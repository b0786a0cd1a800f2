import type { Column, Table } from '@gnomon/records';

const text = (name: string, width: number, more: Partial<Column> = {}): Column => ({
  name,
  kind: 'text',
  width,
  mandatory: false,
  kept: true,
  ...more,
});
const time = (name: string, mandatory = false): Column => ({ name, kind: 'time', width: 32, mandatory });
const flag = (name: string, mandatory = false): Column => ({ name, kind: 'flag', width: 8, mandatory });
const number = (name: string, mandatory = false): Column => ({ name, kind: 'number', width: 20, mandatory });
const code = (name: string, list: string, mandatory = false): Column => ({
  name,
  kind: 'code',
  width: 32,
  mandatory,
  list,
});
const person = (name: string, width: number): Column => ({
  name,
  kind: 'text',
  width,
  mandatory: true,
  personal: true,
  hashed: true,
});
const MANDATORY = { mandatory: true } as const;

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
      text('certificate_source_id', 128, MANDATORY),
      text('certificate_number', 128, MANDATORY),
      text('certificate_type', 256, MANDATORY),
      text('certificate_type_code', 64, MANDATORY),
      text('certificate_name', 512, MANDATORY),
      person('certificate_holder', 4000),
      person('certificate_holder_code', 4000),
      code('certificate_holder_type', 'holder_type', true),
      text('issue_dept', 256, MANDATORY),
      text('issue_dept_code', 32, MANDATORY),
      time('issue_date', true),
      text('certificate_area_code', 32, MANDATORY),
      text('certificate_identifier', 160, MANDATORY),
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
      text('certificate_source_id', 128, MANDATORY),
      text('certificate_type_code', 64, MANDATORY),
      text('certificate_number', 128, MANDATORY),
      code('new_status', 'licence_status', true),
      time('changed_at', true),
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
      text('certificate_source_id', 128, MANDATORY),
      time('checked_at', true),
      flag('file_present', true),
      flag('hash_matches', true),
      flag('seal_present', true),
      flag('seal_valid', true),
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
      text('certificate_source_id', 128, MANDATORY),
      time('used_at', true),
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
      text('error_no', 64, MANDATORY),
      text('certificate_source_id', 128),
      text('certificate_number', 128),
      text('certificate_type_code', 64),
      text('issue_dept_code', 32, MANDATORY),
      text('error_remark', 512, { kept: false }),
      time('returned_at', true),
      time('fixed_at'),
    ],
    placements: [{ record: 'licence-error', part: 'error', key: ['error_no'], bySource: true, opens: true }],
    events: ['returned_at'],
    required: ['returned_at'],
  },
  lic_conversion_plan: {
    title: { zh: '存量证照改造计划', en: 'Plan for converting the stock of licences' },
    columns: [
      text('agency_code', 32, MANDATORY),
      text('type_code', 64, MANDATORY),
      time('starts_on', true),
      time('quarter_ends_on', true),
      number('target_share', true),
      number('stock', true),
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
      text('type_code', 64, MANDATORY),
      text('type_name', 256, MANDATORY),
      time('valid_from', true),
      time('valid_to'),
      flag('has_standard', true),
    ],
    placements: [],
    events: [],
    required: ['type_code', 'type_name', 'valid_from'],
  },
  work_item_milestone: {
    title: { zh: '办件里程碑', en: 'Milestone of a work item' },
    columns: [
      text('id', 128, MANDATORY),
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
