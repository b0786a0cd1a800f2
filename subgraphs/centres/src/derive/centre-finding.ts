import type { RecordKind } from '@gnomon/records';
import { placeIn } from './place.ts';
import { latestRow, numberOf, rowsAsOf, textOf } from './rows.ts';

/** A finding about a window's service (窗口服务问题), from a complaint, a spot check or a call-back (SC-08). */
export const centreFinding: RecordKind = {
  kind: 'centre-finding',
  asOf: (document, instant) => ({ finding: rowsAsOf(document.finding, instant, 'verdict_time', ['verdict']) }),
  derive(document, id, world) {
    const row = latestRow(document, 'finding');
    if (row === undefined) return null;
    const centre = textOf(row, 'centre_id');
    const foundAt = numberOf(row, 'found_time') ?? 0;
    const state = textOf(row, 'verdict') || 'REPORTED';
    const findingClass = textOf(row, 'finding_class');
    const place = placeIn(world, centre, textOf(row, 'org_code'));
    return {
      place,
      listedAt: foundAt,
      state,
      open: state === 'REPORTED',
      links: { centre, window: `${centre}:${textOf(row, 'window_no')}` },
      subjects: [
        {
          kind: 'centre-finding',
          type: 'CentreFinding',
          id,
          origin: foundAt,
          // A class outside its list is not known; the rule says so where it needs it.
          facts: { state, class: findingClass === '' ? undefined : findingClass },
        },
      ],
      marks:
        state === 'CONFIRMED' && place.agency !== ''
          ? [{ name: 'confirmed', at: numberOf(row, 'verdict_time') ?? foundAt, agency: place.agency }]
          : [],
      milestone: null,
    };
  },
};
