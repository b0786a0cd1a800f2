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
