import type { RecordKind } from '@gnomon/records';
import { placeIn } from './place.ts';
import { latestRow, numberOf, textOf } from './rows.ts';

/** An appointment (预约). One that the centre did not keep counts on its day (SC-07). */
export const appointment: RecordKind = {
  kind: 'appointment',
  derive(document, _id, world) {
    const row = latestRow(document, 'appointment');
    if (row === undefined) return null;
    const centre = textOf(row, 'centre_id');
    const at = numberOf(row, 'appoint_time') ?? 0;
    const state = textOf(row, 'state');
    return {
      place: placeIn(world, centre),
      listedAt: at,
      state: state || null,
      open: state === 'BOOKED',
      links: { centre },
      subjects: [],
      marks: state === 'MISSED_BY_CENTRE' ? [{ name: 'missed', at, group: centre }] : [],
      milestone: null,
    };
  },
};
