import type { CastAgency, ProvinceCast } from '@gnomon/province';

const HOUR_MS = 3_600_000;
/** Longer ago than any promised limit of the cast. */
const LONG_AGO_MS = 90 * 24 * HOUR_MS;

/** The main row of a work item that was accepted long ago and is still open: overdue at once, whatever the present day. */
export function overdueRow(cast: ProvinceCast, agency: CastAgency, no: string, now: number): Record<string, unknown> {
  const item = cast.items.find((one) => one.agency === agency.uscc && one.kind === 'PROMISE')!;
  const at = new Date(now - LONG_AGO_MS).toISOString();
  return {
    table: 'up_pro_accept',
    row_guid: `${no}-A`,
    cd_operation: 'I',
    cd_time: at,
    data_source: '115',
    project_no: no,
    task_code: item.code,
    task_name: item.name,
    task_version: '1',
    project_type: '2',
    apply_type: '1',
    apply_date: at,
    accept_date: at,
    applyer_name: '张三',
    applyer_type: '1',
    applyer_page_type: '111',
    applyer_page_code: '11010519491231002X',
    org_code: agency.uscc,
    org_name: agency.name,
  };
}

/** A licence that was issued for a work item of the integrated platform. */
export function licenceRow(id: string, workItem: string, agency: CastAgency): Record<string, unknown> {
  return {
    table: 'up_lic_data',
    row_guid: id,
    cd_operation: 'I',
    cd_time: '2026-01-05 10:00:00',
    data_source: '115-licences',
    certificate_source_id: id,
    certificate_number: `蒙证〔2026〕${id}`,
    certificate_type: '经营许可证',
    certificate_type_code: '11100000000013338W011',
    certificate_name: '经营许可证',
    certificate_holder: '张三',
    certificate_holder_code: '11010519491231002X',
    certificate_holder_type: '111',
    issue_dept: agency.name,
    issue_dept_code: agency.uscc,
    issue_date: '2026-01-05',
    certificate_area_code: agency.division.padEnd(6, '0'),
    certificate_identifier: '1.2.156.3005.2',
    certificate_status: '1',
    work_source: '115',
    project_no: workItem,
    collected_at: '2026-01-05 10:00:00',
  };
}

/** A push as the mutation wants it. */
export function pushInput(
  batchId: string,
  rows: readonly Record<string, unknown>[],
): { input: { batchId: string; rows: readonly object[] } } {
  return { input: { batchId, rows: rows.map(({ table, ...columns }) => ({ table, columns })) } };
}

export const PUSH = `mutation ($input: PushRowsInput!) {
  pushRows(input: $input) {
    __typename
    ... on PushRowsPayload {
      batchId
      account { rows taken setAside refused identical }
      refused { code guid reason { zh en } remedy { zh en } }
    }
    ... on IntakeProblem { message { zh en } }
  }
}`;
