import { agency, source } from '@gnomon/records/test-world';
import type { Published } from './world.ts';

/** Two places with a lead agency each, a co-agency, and the platform that serves all. */
export const LEAD = '11150121011597010A';
export const OTHER_LEAD = '11150622011598020B';
export const CO_AGENCY = '11150121011597030C';
/** Runs the platform for all of them. */
export const RUNNER = '11150000011597040D';
export const PLATFORM = '115-bundles';

export const CAST: Published = [
  ['agency', agency(LEAD, '150121', { department: 'market-regulation' })],
  ['agency', agency(OTHER_LEAD, '150622')],
  ['agency', agency(CO_AGENCY, '150121')],
  ['agency', agency(RUNNER, '15')],
  ['source', source(PLATFORM, RUNNER, '15', { ownPlatform: true })],
];

type Row = Readonly<Record<string, string | number | boolean>>;

/** A row of the platform, made at an instant. */
export function row(table: string, guid: string, madeAt: string, columns: Row): Row {
  return {
    table,
    row_guid: guid,
    cd_batch: 'B1',
    cd_operation: 'I',
    cd_time: madeAt,
    data_source: PLATFORM,
    ...columns,
  };
}

const LIST = { division_code: '15', bundle_code: 'YJS-01', list_version: '2026' };
/** Two children in parallel, five working days each, ten in all. */
export const LISTS: readonly Row[] = [
  row('bundle_list', 'L', '2026-04-01 00:01:00', {
    ...LIST,
    bundle_name: '企业信息变更一件事',
    promise_limit: 10,
    promise_unit: '1',
    child_codes: '150131009001,150123009002',
    list_date: '2026-01-05',
  }),
  ...['150131009001', '150123009002'].map((code) =>
    row('bundle_list_child', `L-${code}`, '2026-04-01 00:01:00', {
      ...LIST,
      child_code: code,
      child_name: `子事项${code}`,
      mandatory_when: '*',
      slot_workdays: 5,
    }),
  ),
];

/** The main row of a case of a lead agency: applied for at 09:00 on 2 April 2026, accepted at 09:20. */
export const mainRow = (no: string, lead: string, changes: Row = {}): Row =>
  row('bundle_case', `${no}-M`, '2026-04-02 09:20:00', {
    case_no: no,
    bundle_code: 'YJS-01',
    list_version: '2026',
    division_code: lead.slice(2, 8),
    lead_agency: lead,
    scenario: 'A1',
    state: '3',
    state_time: '2026-04-02 09:20:00',
    apply_time: '2026-04-02 09:00:00',
    accept_time: '2026-04-02 09:20:00',
    applicant_name: '王某某',
    applicant_code: '15010219900101123X',
    ...changes,
  });

export const childRow = (no: string, code: string, agencyOf: string, changes: Row = {}): Row =>
  row('bundle_child', `${no}-${code}`, '2026-04-02 09:21:00', {
    case_no: no,
    child_code: code,
    agency: agencyOf,
    created_time: '2026-04-02 09:21:00',
    ...changes,
  });
