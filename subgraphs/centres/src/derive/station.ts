import type { RecordKind } from '@gnomon/records';
import { CHINA_OFFSET_MS } from '@gnomon/working-time';
import { placeIn } from './place.ts';
import { latestRow, numberOf, textOf } from './rows.ts';

const QUARTER = /^(\d{4})-Q([1-4])$/u;

/**
 * The opening plan of a town or village station (基层站点开放计划) for a quarter. It makes the station's months and quarter come to be,
 * so that one where nothing happens is judged as well (SC-12).
 */
export const stationPlan: RecordKind = {
  kind: 'station-plan',
  derive(document, _id, world) {
    const row = latestRow(document, 'plan');
    if (row === undefined) return null;
    const match = QUARTER.exec(textOf(row, 'quarter'));
    if (match === null) return null;
    const station = textOf(row, 'centre_id');
    const months = [0, 1, 2].map((month) => monthStart(Number(match[1]), (Number(match[2]) - 1) * 3 + month));
    const plan = { group: station, value: numberOf(row, 'assigned_items') ?? 0 };
    return {
      place: placeIn(world, station),
      listedAt: months[0] as number,
      state: null,
      open: false,
      links: { centre: station },
      subjects: [],
      marks: [
        { ...plan, name: 'plan', at: months[0] as number },
        ...months.map((at) => ({ ...plan, name: 'plan-month', at })),
      ],
      milestone: null,
    };
  },
};

/** What happened at a station (基层站点记录): a work item, an assisted application, a patrol, or a closing without notice. */
export const stationActivity: RecordKind = {
  kind: 'station-activity',
  derive(document, _id, world) {
    const row = latestRow(document, 'activity');
    if (row === undefined) return null;
    const station = textOf(row, 'centre_id');
    const at = numberOf(row, 'activity_time') ?? 0;
    const kind = textOf(row, 'activity_kind');
    return {
      place: placeIn(world, station),
      listedAt: at,
      state: kind || null,
      open: false,
      links: { centre: station },
      subjects: [],
      marks:
        kind === '' ? [] : [{ name: kind === 'CLOSED_WITHOUT_NOTICE' ? 'closing' : 'activity', at, group: station }],
      milestone: null,
    };
  },
};

/** 00:00 (UTC+8) of a month's first day; `month` counts from 0. */
function monthStart(year: number, month: number): number {
  return Date.UTC(year, month, 1) - CHINA_OFFSET_MS;
}
