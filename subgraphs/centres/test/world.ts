import { agency, openRecordWorld, type RecordTestWorld, source, viewer } from '@gnomon/records/test-world';
import { subgraph } from '../src/subgraph.ts';

/** Two agencies of two divisions, each with a hall of its own; the first one's hall has a special window of the second. */
export const [ONE, OTHER] = ['11150105011597010A', '11150621011597011B'] as const;
/** Who runs the halls' system. */
const RUNNER = '11150000011500010C';
export const [HALL, OTHER_HALL] = ['H-1', 'H-2'] as const;
export const SOURCE = '115-centres';
export const STREAM = 'work-items milestones';

export const AGENCY = viewer('AGENCY', { id: 'agency-one', agency: ONE });
export const PARTNER = viewer('PARTNER', { id: 'partner-one', agency: ONE });
export const OTHER_AGENCY = viewer('AGENCY', { id: 'agency-other', agency: OTHER });
export const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
export const PUSHER = viewer('SOURCE', { id: 'source-centres', sources: [SOURCE] });

let count = 0;
/** A row of the halls' system. */
export function row(
  table: string,
  columns: Readonly<Record<string, unknown>>,
  madeAt = '2026-04-14 20:00:00',
): Record<string, unknown> {
  count += 1;
  return {
    table,
    row_guid: `g${count}`,
    cd_batch: 'b',
    cd_operation: 'I',
    cd_time: madeAt,
    data_source: SOURCE,
    centre_id: HALL,
    ...columns,
  };
}

/** What the halls publish. */
export function lists(): readonly Record<string, unknown>[] {
  const hall = (centre_id: string, org_code: string, division: string) =>
    row('centre', {
      centre_id,
      name: `大厅${centre_id}`,
      centre_kind: 'CENTRE',
      division,
      org_code,
      hours: '08:30-12:00',
    });
  return [
    hall(HALL, ONE, '150105'),
    hall(OTHER_HALL, OTHER, '150621'),
    ...[HALL, OTHER_HALL].flatMap((centre_id) => [
      row('centre_window', { centre_id, window_no: 'A1', window_type: '1', monitored: true, review_device: false }),
      row('centre_item', {
        centre_id,
        item_code: `${centre_id}-i`,
        must_enter: true,
        negative_list: false,
        authorised: true,
        enter_time: '2026-01-01',
        window_no: 'A1',
      }),
      row('device', {
        centre_id,
        device_id: `${centre_id}-T`,
        device_kind: '1',
        service_days: 'WORKDAY',
        hours: '08:30-12:00',
      }),
    ]),
    row('centre_window', { window_no: 'S9', window_type: '2', org_code: OTHER, monitored: true, review_device: false }),
  ];
}

/** A published morning of a window on 15 April 2026, a Wednesday. */
export function morning(centre_id: string = HALL, window_no = 'A1', day = '2026-04-15'): Record<string, unknown> {
  return row('window_schedule', {
    centre_id,
    window_no,
    day,
    start_time: `${day} 08:30:00`,
    end_time: `${day} 12:00:00`,
  });
}

/** What happened at a window. */
export function event(
  time: string,
  kind: string,
  centre_id: string = HALL,
  window_no = 'A1',
  day = '2026-04-15',
): Record<string, unknown> {
  return row(
    'window_event',
    { centre_id, window_no, day, event_kind: kind, event_time: `${day} ${time}`, staff_name: '王某某' },
    `${day} ${time}`,
  );
}

export async function openWorld(start = '2026-04-14T20:00:00+08:00'): Promise<RecordTestWorld> {
  const world = await openRecordWorld(subgraph as never, {
    prefix: 'centre',
    start,
    publish: [
      ['agency', agency(ONE, '150105')],
      ['agency', agency(OTHER, '150621')],
      ['agency', agency(RUNNER, '15')],
      ['source', source(SOURCE, RUNNER, '15', { ownPlatform: true })],
    ],
  });
  await world.push(lists(), { batchId: 'lists' });
  return world;
}
