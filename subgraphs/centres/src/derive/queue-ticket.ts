import type { RecordKind } from '@gnomon/records';
import { MINUTE_MS } from '@gnomon/working-time';
import { placeIn } from './place.ts';
import { latestRow, numberOf, textOf } from './rows.ts';

/**
 * A number drawn in a hall (排队取号). Its wait, from taking the number to being called, counts for its business group on the day on
 * which it was taken (SC-06). Once served, its milestone tells who was served for which matter, by keyed hash.
 */
export const queueTicket: RecordKind = {
  kind: 'queue-ticket',
  derive(document, _id, world) {
    const row = latestRow(document, 'ticket');
    if (row === undefined) return null;
    const centre = textOf(row, 'centre_id');
    const takenAt = numberOf(row, 'take_time') ?? 0;
    const servedAt = numberOf(row, 'serve_time');
    const calledAt = numberOf(row, 'call_time') ?? servedAt;
    const number = textOf(row, 'project_no');
    const workItem = number === '' ? null : `${textOf(row, 'item_source') || row.s}:${number}`;
    const item = textOf(row, 'item_code') || null;
    const wait = {
      name: 'wait',
      at: takenAt,
      value: Math.max(0, (calledAt ?? takenAt) - takenAt) / MINUTE_MS,
      group: `${centre}:${textOf(row, 'business_group')}`,
    };
    return {
      place: placeIn(world, centre, textOf(row, 'org_code'), item),
      listedAt: takenAt,
      state: servedAt !== null ? 'SERVED' : calledAt !== null ? 'CALLED' : 'WAITING',
      open: servedAt === null,
      links: { centre, ...(workItem === null ? {} : { workItem }) },
      subjects: [],
      marks: calledAt === null ? [] : [wait],
      milestone:
        servedAt === null
          ? null
          : {
              ticketNo: textOf(row, 'ticket_no'),
              centre,
              item,
              applicantKey: textOf(row, 'applicant_code_key') || null,
              servedAt,
              workItem,
            },
    };
  },
};
