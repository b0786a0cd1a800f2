import type { AggregateKind, AggregateView, DeriveWorld, Mark, MarkSums } from '@gnomon/records';
import { DAY_MS } from '@gnomon/working-time';
import { describe, expect, it } from 'vitest';
import {
  centreAgencyMonth,
  centreDay,
  centreGroupDay,
  centreMonth,
  centreWindow,
  percentile,
  stationQuarter,
} from '../src/aggregates.ts';
import { at, worldOf } from './derive-world.ts';

const world = worldOf({
  centre: { C1: { centre_id: 'C1', org_code: 'HALL', division: '150102' } },
  centre_window: { 'C1:A1': { centre_id: 'C1', window_no: 'A1', org_code: 'OTHER' } },
  centre_item: {
    i1: { item_code: 'i1', centre_id: 'C1', must_enter: true, enter_time: at('2026-04-30 12:00'), window_no: 'A1' },
    i2: { item_code: 'i2', centre_id: 'C1', must_enter: true, enter_time: at('2026-05-01 00:00'), window_no: 'A1' },
    i3: { item_code: 'i3', centre_id: 'C1', must_enter: true, enter_time: at('2026-01-01 00:00') },
    i4: { item_code: 'i4', centre_id: 'C1', must_enter: true, negative_list: true },
    i5: { item_code: 'i5', centre_id: 'C1', must_enter: false, enter_time: at('2026-01-01 00:00'), window_no: 'A1' },
    i6: { item_code: 'i6', centre_id: 'C2', must_enter: true },
  },
  device: {
    T1: { device_id: 'T1', centre_id: 'C1', hours: '08:30-12:00,14:30-17:30', service_days: 'WORKDAY' },
    T2: {
      device_id: 'T2',
      centre_id: 'C1',
      hours: '00:00-24:00',
      service_days: 'EVERY_DAY',
      to_time: at('2026-04-15 00:00'),
    },
    T3: { device_id: 'T3', centre_id: 'C1', hours: '09:00-10:00', service_days: 'OPEN_DAY' },
    T4: { device_id: 'T4', centre_id: 'C2', hours: '00:00-24:00', service_days: 'EVERY_DAY' },
  },
});

function sumsOf(marks: readonly Mark[]): MarkSums {
  const of = (name: string): readonly Mark[] => marks.filter((mark) => mark.name === name);
  return {
    count: (name) => of(name).length,
    sum: (name) => of(name).reduce((sum, { value = 1 }) => sum + value, 0),
    distinct: (name) => new Set(of(name).map(({ key }) => key)).size,
    most: () => 0,
    values: (name) =>
      of(name)
        .map(({ value = 1 }) => value)
        .sort((a, b) => a - b),
  };
}

/** The view of a closed span, of marks that may lie outside it. */
function viewOf(key: string, from: string, to: string, marks: readonly Mark[], by: DeriveWorld = world): AggregateView {
  const [startsAt, endsAt] = [at(`${from} 00:00`), at(`${to} 00:00`)];
  const between = (begin: number, end: number): MarkSums =>
    sumsOf(marks.filter((mark) => mark.at >= begin && mark.at < end));
  return {
    key: [key],
    startsAt,
    endsAt,
    at: endsAt,
    sums: between(startsAt, endsAt),
    before: (days) => Promise.resolve(between(endsAt - days * DAY_MS, endsAt)),
    total: () => Promise.resolve(between(0, endsAt)),
    daysBefore: (days) =>
      Promise.resolve(
        Array.from({ length: days }, (_, index) => {
          const begin = endsAt - (days - index) * DAY_MS;
          return between(begin, begin + DAY_MS);
        }),
      ),
    peers: () => Promise.resolve([]),
    world: by,
  };
}

const facts = (kind: AggregateKind, ...view: Parameters<typeof viewOf>) => kind.facts(viewOf(...view));
const on = (day: string, name: string, value = 1, key = ''): Mark => ({
  name,
  at: at(`${day} 09:00`),
  value,
  key,
  group: 'C1',
});

describe('a centre’s day', () => {
  it('holds open against published time, and names the half-days in which nothing opened', async () => {
    const marks = [
      on('2026-04-15', 'published', 210, 'AM'),
      on('2026-04-15', 'published', 180, 'PM'),
      on('2026-04-15', 'published', 210, 'AM'),
      on('2026-04-15', 'opened', 300, 'AM'),
      on('2026-04-15', 'missed'),
    ];
    expect(await facts(centreDay, 'C1', '2026-04-15', '2026-04-16', marks)).toMatchObject({
      publishedMinutes: 600,
      openShare: 0.5,
      closedSessions: 1,
      missedAppointments: 1,
    });
  });

  it('takes maintenance out of the published device minutes, and counts devices of its own in force only', async () => {
    const marks = [
      on('2026-04-15', 'published', 60, 'AM'),
      on('2026-04-15', 'online', 180),
      on('2026-04-15', 'maintenance', 90),
    ];
    // 390 of T1 and 60 of T3; T2 was taken away at the day's beginning.
    expect(await facts(centreDay, 'C1', '2026-04-15', '2026-04-16', marks)).toMatchObject({
      deviceMinutes: 360,
      onlineShare: 0.5,
    });
    // The day before T2 still works around the clock; without a roster T3 does not.
    expect(await facts(centreDay, 'C1', '2026-04-14', '2026-04-15', [])).toMatchObject({
      deviceMinutes: 390 + 1440,
      onlineShare: 0,
    });
    // On a Sunday only what works every day.
    expect(await facts(centreDay, 'C1', '2026-04-12', '2026-04-13', [])).toMatchObject({ deviceMinutes: 1440 });
  });

  it('leaves shares of nothing unknown', async () => {
    const nothing = await facts(centreDay, 'C9', '2026-04-15', '2026-04-16', []);
    expect([nothing?.openShare, nothing?.onlineShare]).toEqual([undefined, undefined]);
  });
});

describe('a business group’s day', () => {
  it('has the nearest-rank median and 95th percentile of its waits', async () => {
    const waits = Array.from({ length: 20 }, (_, index) => on('2026-04-15', 'wait', index + 1));
    expect(await facts(centreGroupDay, 'C1:g', '2026-04-15', '2026-04-16', waits)).toMatchObject({
      tickets: 20,
      medianMinutes: 10,
      p95Minutes: 19,
      longShare: 0,
      slowDays: 0,
    });
    expect([percentile([], 0.5), percentile([7], 0.95), percentile([1, 2], 0.5)]).toEqual([undefined, 7, 1]);
  });

  it('counts the slow days among ten, itself included, each with the smallest sample', async () => {
    const slow = (day: string, count = 20): Mark[] => Array.from({ length: count }, () => on(day, 'wait', 61));
    const days = [
      ...slow('2026-04-05'),
      ...slow('2026-04-06'),
      ...slow('2026-04-10', 19),
      ...slow('2026-04-14'),
      ...slow('2026-04-15'),
    ];
    // 5 April is the eleventh day back, and the 10th is too small a sample.
    expect(await facts(centreGroupDay, 'C1:g', '2026-04-15', '2026-04-16', days)).toMatchObject({ slowDays: 3 });
  });
});

describe('months', () => {
  it('count as entered what had entered with a window by the end of the month, the negative list left out', async () => {
    expect(await facts(centreMonth, 'C1', '2026-04-01', '2026-05-01', [])).toMatchObject({
      mustEnter: 3,
      enteredShare: 1 / 3,
    });
    expect(await facts(centreMonth, 'C1', '2026-05-01', '2026-06-01', [])).toMatchObject({
      mustEnter: 3,
      enteredShare: 2 / 3,
    });
  });

  it('form an agency’s rates, each of its own sample', async () => {
    const marks = [
      on('2026-04-15', 'entered', 1),
      on('2026-04-15', 'entered', 0),
      on('2026-04-15', 'finished', 1),
      on('2026-04-16', 'finished', 0),
      on('2026-04-17', 'finished', 0),
      on('2026-04-18', 'finished', 0),
      on('2026-04-15', 'instant'),
      on('2026-04-15', 'due', 1),
      on('2026-03-31', 'due', 0),
    ];
    expect(await facts(centreAgencyMonth, 'A', '2026-04-01', '2026-05-01', marks)).toMatchObject({
      enteredItems: 2,
      outsideShare: 0.5,
      finishedItems: 4,
      sameDayShare: 0.25,
      instantShare: 0.25,
      dueItems: 1,
      onTimeShare: 1,
    });
  });
});

describe('places and quarters', () => {
  it('tell a quarter from the one before, whatever their lengths', async () => {
    const plan = on('2026-01-01', 'plan', 6);
    const marks = [
      { ...plan, at: at('2026-01-01 00:00') },
      { ...plan, at: at('2026-04-01 00:00') },
      on('2025-12-31', 'activity'),
      on('2026-01-01', 'activity'),
    ];
    expect(await facts(stationQuarter, 'V1', '2026-04-01', '2026-07-01', marks)).toMatchObject({
      assignedItems: 6,
      activities: 0,
      plannedBefore: true,
      activitiesBefore: 1,
    });
    expect(await facts(stationQuarter, 'V1', '2026-01-01', '2026-04-01', marks)).toMatchObject({
      activities: 1,
      plannedBefore: false,
      activitiesBefore: 1,
    });
  });

  it('belong to the agency of the window or of the centre', () => {
    expect(centreWindow.place(viewOf('C1:A1', '2026-04-01', '2026-05-01', [])).agency).toBe('OTHER');
    expect(centreGroupDay.place(viewOf('C1:g', '2026-04-01', '2026-05-01', []))).toMatchObject({
      agency: 'HALL',
      division: '150102',
    });
  });
});
