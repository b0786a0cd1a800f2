import type { AggregateKind, AggregateView } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import { type Clock, DAY_MS, dayOf } from '@gnomon/working-time';
import { isEntered } from './derive/handled-item.ts';
import { listedText, placeIn, placeOfWindow } from './derive/place.ts';
import { sessionsOn } from './derive/published-hours.ts';
import { minutesOf } from './derive/stretches.ts';
import { indexBy } from './listed-index.ts';

const SLOW_DAYS = 10;
const LONG_WAIT_MINUTES = 30;

/** SC-07, SC-11: a centre's day. It comes to be by its roster, or by a device that works on days without one. */
export const centreDay: AggregateKind = {
  kind: 'centre-day',
  type: 'CentreDay',
  by: ['group'],
  span: 'DAY',
  counts: ['published', 'opened', 'missed', 'online', 'maintenance', 'review-off'],
  place: ofCentre,
  facts(view) {
    const { sums } = view;
    const published = sums.sum('published');
    const devices = Math.max(0, publishedDeviceMinutes(view) - sums.sum('maintenance'));
    return Promise.resolve({
      period: endOf(view),
      publishedMinutes: published,
      openShare: share(sums.sum('opened'), published),
      closedSessions: sums.distinct('published') - sums.distinct('opened'),
      missedAppointments: sums.count('missed'),
      deviceMinutes: devices,
      onlineShare: share(sums.sum('online'), devices),
      reviewDevicesOff: sums.count('review-off'),
    });
  },
};

/** SC-06: a business group's day, lengthened while too few were called. */
export const centreGroupDay: AggregateKind = {
  kind: 'centre-group-day',
  type: 'CentreGroupDay',
  by: ['group'],
  span: 'DAY',
  counts: ['wait'],
  stretch: { of: 'wait', minimum: 'minimumTickets' },
  place: ofCentre,
  async facts(view) {
    const waits = view.sums.values('wait');
    return {
      period: endOf(view),
      tickets: waits.length,
      medianMinutes: percentile(waits, 0.5),
      p95Minutes: percentile(waits, 0.95),
      longShare: share(waits.filter((minutes) => minutes > LONG_WAIT_MINUTES).length, waits.length),
      slowDays: await slowDays(view),
    };
  },
};

/** SC-01, SC-03: a centre's month. */
export const centreMonth: AggregateKind = {
  kind: 'centre-month',
  type: 'CentreMonth',
  by: ['group'],
  span: 'MONTH',
  counts: ['published', 'window-item'],
  place: ofCentre,
  facts(view) {
    const end = view.endsAt - 1;
    const must = itemsOf(view).filter((item) => item.must_enter === true && item.negative_list !== true);
    const entered = must.filter((item) => isEntered(item, end) && listedText(item, 'window_no') !== '');
    const items = view.sums.count('window-item');
    return Promise.resolve({
      period: endOf(view),
      mustEnter: must.length,
      enteredShare: share(entered.length, must.length),
      windowItems: items,
      integratedShare: share(view.sums.sum('window-item'), items),
    });
  },
};

/** SC-02, SC-04, SC-10: an agency's month. */
export const centreAgencyMonth: AggregateKind = {
  kind: 'centre-agency-month',
  type: 'CentreAgencyMonth',
  by: ['agency'],
  span: 'MONTH',
  counts: ['entered', 'finished', 'instant', 'due'],
  place: ofAgency,
  facts(view) {
    const { sums } = view;
    const [entered, finished, due] = [sums.count('entered'), sums.count('finished'), sums.count('due')];
    return Promise.resolve({
      period: endOf(view),
      enteredItems: entered,
      outsideShare: share(sums.sum('entered'), entered),
      finishedItems: finished,
      sameDayShare: share(sums.sum('finished'), finished),
      instantShare: share(sums.count('instant'), finished),
      dueItems: due,
      onTimeShare: share(sums.sum('due'), due),
    });
  },
};

/** SC-08: an agency's confirmed findings of ninety days. */
export const centreAgency: AggregateKind = {
  kind: 'centre-agency',
  type: 'CentreAgency',
  by: ['agency'],
  span: { rollingDays: 90 },
  counts: ['confirmed'],
  place: ofAgency,
  facts: (view) => Promise.resolve({ confirmedFindings: view.sums.count('confirmed') }),
};

/** SC-05: a window's long absences of thirty days. */
export const centreWindow: AggregateKind = {
  kind: 'centre-window',
  type: 'CentreWindow',
  by: ['group'],
  span: { rollingDays: 30 },
  counts: ['long-absence'],
  place({ key, world }) {
    const [centre = '', ...window] = (key[0] ?? '').split(':');
    return placeOfWindow(world, centre, window.join(':'));
  },
  facts: (view) => Promise.resolve({ longAbsences: view.sums.count('long-absence') }),
};

/** SC-12: a station's month. Whatever comes late counts it anew. */
export const stationMonth: AggregateKind = {
  kind: 'station-month',
  type: 'StationMonth',
  by: ['group'],
  span: 'MONTH',
  counts: ['plan-month', 'activity', 'closing'],
  place: ofCentre,
  facts: (view) =>
    Promise.resolve({
      period: endOf(view),
      assignedItems: view.sums.sum('plan-month'),
      activities: view.sums.count('activity'),
      closings: view.sums.count('closing'),
    }),
};

/** SC-12: a station's quarter, beside the quarter before. */
export const stationQuarter: AggregateKind = {
  kind: 'station-quarter',
  type: 'StationQuarter',
  by: ['group'],
  span: 'QUARTER',
  counts: ['plan', 'activity'],
  place: ofCentre,
  async facts(view) {
    const both = await view.before(Math.round((view.endsAt - quarterBefore(view.startsAt)) / DAY_MS));
    return {
      period: endOf(view),
      assignedItems: view.sums.sum('plan'),
      activities: view.sums.count('activity'),
      plannedBefore: both.count('plan') > view.sums.count('plan'),
      activitiesBefore: both.count('activity') - view.sums.count('activity'),
    } satisfies Facts;
  },
};

/** The aggregates of the domain. */
export const AGGREGATES: readonly AggregateKind[] = [
  centreDay,
  centreGroupDay,
  centreMonth,
  centreAgencyMonth,
  centreAgency,
  centreWindow,
  stationMonth,
  stationQuarter,
];

/** The nearest-rank percentile of ascending values; `undefined` (unknown) of none. */
export function percentile(ascending: readonly number[], part: number): number | undefined {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)];
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

function endOf(view: AggregateView): Clock {
  return { axis: 'TIME', limit: view.endsAt - view.startsAt, due: view.endsAt, stoppedAt: null, provisional: false };
}

function ofCentre({ key, world }: AggregateView): ReturnType<AggregateKind['place']> {
  return placeIn(world, (key[0] ?? '').split(':')[0] ?? '');
}

function ofAgency({ key, world }: AggregateView): ReturnType<AggregateKind['place']> {
  const uscc = key[0] ?? '';
  const known = world.agency(uscc);
  return { agency: uscc, division: known?.division ?? '', department: known?.department ?? '', item: null };
}

function itemsOf({ key, world }: AggregateView): ReturnType<AggregateView['world']['listedAll']> {
  return indexBy(world.listedAll('centre_item'), 'centre_id').get(key[0] ?? '') ?? [];
}

function publishedDeviceMinutes({ key, world, startsAt, sums }: AggregateView): number {
  const day = dayOf(startsAt);
  const centre = key[0] ?? '';
  const calendar = world.calendarFor(listedText(world.listed('centre', centre), 'division'));
  const isServed = (days: string): boolean =>
    days === 'EVERY_DAY' || (days === 'OPEN_DAY' ? sums.count('published') > 0 : calendar.isWorkday(day));
  return (indexBy(world.listedAll('device'), 'centre_id').get(centre) ?? [])
    .filter(({ from_time: from, to_time: to }) => !(Number(from) > startsAt) && !(Number(to) <= startsAt))
    .filter((device) => isServed(listedText(device, 'service_days')))
    .reduce((sum, device) => sum + minutesOf(sessionsOn(listedText(device, 'hours'), day)), 0);
}

/** Days among the ten that end with the view's last one whose 95th percentile was beyond the slow limit, with the smallest sample each. */
async function slowDays(view: AggregateView): Promise<number> {
  const { minimumTickets, slowMinutes } = view.world.constants('centre-group-day');
  if (minimumTickets === undefined || slowMinutes === undefined)
    throw new Error(
      'facts/centre-group-day.yaml: minimumTickets and slowMinutes are expected; add them to the constants.',
    );
  const days = await view.daysBefore(SLOW_DAYS);
  return days
    .map((day) => day.values('wait'))
    .filter((waits) => waits.length >= minimumTickets && (percentile(waits, 0.95) ?? 0) > slowMinutes).length;
}

/** Start of the quarter before the one that begins at an instant. */
function quarterBefore(startsAt: number): number {
  const date = new Date(startsAt + 8 * 3_600_000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 3, 1) - 8 * 3_600_000;
}
