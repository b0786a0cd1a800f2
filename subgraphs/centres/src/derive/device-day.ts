import type { RecordKind } from '@gnomon/records';
import { startOfDay } from '@gnomon/working-time';
import { civilDayOf } from './civil-day.ts';
import { listedText, placeIn } from './place.ts';
import { sessionsOn } from './published-hours.ts';
import { liveRows, numberOf, textOf } from './rows.ts';
import { commonStretches, mergeStretches, minutesOf, type Stretch } from './stretches.ts';

/**
 * A device (自助终端、排队系统、评价设备、视频监控) on one day: the intervals of its states. Its centre counts the minutes, within the
 * device's published hours, during which it was online or under planned maintenance (SC-11).
 */
export const deviceDay: RecordKind = {
  kind: 'device-day',
  derive(document, _id, world) {
    const states = liveRows(document, 'states');
    const first = states[0];
    const day = first === undefined ? null : civilDayOf(textOf(first, 'day'));
    if (first === undefined || day === null) return null;
    const device = textOf(first, 'device_id');
    const listed = world.listed('device', device);
    const centre = listedText(listed, 'centre_id') || textOf(first, 'centre_id');
    const published = mergeStretches(sessionsOn(listedText(listed, 'hours'), day));
    const within = (state: string): readonly Stretch[] =>
      commonStretches(
        published,
        mergeStretches(
          states
            .filter((row) => row.c.state === state)
            .map((row) => ({ from: numberOf(row, 'from_time') ?? 0, to: numberOf(row, 'to_time') ?? 0 })),
        ),
      );
    const maintenance = within('MAINTENANCE');
    // Online while under maintenance is counted once, as maintenance: it is taken out of the published time.
    const online = minutesOf(within('ONLINE')) - minutesOf(commonStretches(within('ONLINE'), maintenance));
    const mark = { at: startOfDay(day), group: centre, key: device };
    return {
      place: placeIn(world, centre),
      listedAt: startOfDay(day),
      state: null,
      open: false,
      links: { centre, device },
      subjects: [],
      marks: [
        { ...mark, name: 'online', value: online },
        ...(maintenance.length === 0 ? [] : [{ ...mark, name: 'maintenance', value: minutesOf(maintenance) }]),
      ],
      milestone: null,
    };
  },
};
