import { fileURLToPath } from 'node:url';
import { subgraph } from './toy/parcels.ts';
import { agency, openRecordWorld, type RecordTestWorld, rulesOf, source } from './world.ts';

export const RULES = fileURLToPath(new URL('./toy/rules', import.meta.url));

/** The parcels of a chain of depots, with an own platform `own` and a source `late` that pushes by the end of the next working day. */
export function openParcels(start = '2024-10-14T08:00:00+08:00'): Promise<RecordTestWorld> {
  return openRecordWorld(subgraph, {
    prefix: 'parcel',
    start,
    rules: rulesOf(RULES),
    publish: [
      ['agency', agency('north', '15')],
      ['source', source('own', 'north', '15', { ownPlatform: true })],
      ['source', source('late', 'north', '15')],
    ],
  });
}

let count = 0;
/** A row of a table with its envelope. */
export function row(table: string, columns: Record<string, unknown>): Record<string, unknown> {
  count += 1;
  return {
    ...{ table, row_guid: `g${count}`, cd_operation: 'I', cd_batch: 'b', data_source: 'own' },
    cd_time: '2024-10-14 08:00:00',
    ...columns,
  };
}

/** A parcel sent from depot `north` on 2024-10-14 at 08:00. */
export function parcel(no: string, columns: Record<string, unknown> = {}): Record<string, unknown> {
  return row('parcel', {
    parcel_no: no,
    depot: 'north',
    sent_at: '2024-10-14 08:00:00',
    state: '1',
    row_guid: `p-${no}`,
    ...columns,
  });
}

/** What a signal says, short. */
export const told = ({
  kind,
  rule,
  subject,
  level,
  turnedAt,
}: {
  kind: string;
  rule: string;
  subject: string;
  level: string;
  turnedAt: string;
}) => `${kind} ${rule} ${subject} ${level} ${turnedAt}`;
