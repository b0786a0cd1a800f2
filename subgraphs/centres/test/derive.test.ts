import { describe, expect, it } from 'vitest';
import { appointment } from '../src/derive/appointment.ts';
import { centreFinding } from '../src/derive/centre-finding.ts';
import { centreTicket } from '../src/derive/centre-ticket.ts';
import { deviceDay } from '../src/derive/device-day.ts';
import { handledItem } from '../src/derive/handled-item.ts';
import { queueTicket } from '../src/derive/queue-ticket.ts';
import { stationActivity, stationPlan } from '../src/derive/station.ts';
import { windowDay } from '../src/derive/window-day.ts';
import { at, derived, row, worldOf } from './derive-world.ts';

const HALL = 'C1';
const AGENCY = '11150100MB0000000X';
const ITEM = `${AGENCY}3150131001001`;
const lists = {
  centre: {
    C1: { centre_id: HALL, org_code: 'HALL-AGENCY', division: '150102', centre_kind: 'CENTRE' },
    V1: { centre_id: 'V1', org_code: 'TOWN', division: '150121', centre_kind: 'VILLAGE_STATION' },
  },
  centre_window: {
    'C1:A1': { centre_id: HALL, window_no: 'A1', window_type: 'INTEGRATED', monitored: true, review_device: true },
    'C1:B1': { centre_id: HALL, window_no: 'B1', window_type: 'SPECIAL', org_code: AGENCY, monitored: false },
    'C1:P1': { centre_id: HALL, window_no: 'P1', window_type: 'SPECIAL', special_approved: true },
  },
  centre_item: {
    [ITEM]: {
      item_code: ITEM,
      centre_id: HALL,
      must_enter: true,
      authorised: true,
      enter_time: at('2026-01-01 00:00'),
    },
  },
  device: { T1: { device_id: 'T1', centre_id: HALL, hours: '08:30-12:00,14:30-17:30' } },
};
const world = worldOf(lists, [{ code: ITEM, kind: 'INSTANT' }]);
const roster = (window = 'A1') => [
  row({ centre_id: HALL, window_no: window, start_time: at('2026-04-15 08:30'), end_time: at('2026-04-15 12:00') }),
  row({ centre_id: HALL, window_no: window, start_time: at('2026-04-15 14:30'), end_time: at('2026-04-15 17:30') }),
];
const event = (time: string, kind: string) => row({ event_kind: kind, event_time: at(`2026-04-15 ${time}`) });
const marks = (record: ReturnType<typeof derived>, name: string) => record.marks.filter((mark) => mark.name === name);

describe('a window on a day', () => {
  it('is judged by its absences, each with a clock that its return or the session stops', () => {
    const record = derived(
      windowDay,
      {
        schedule: roster(),
        events: [event('08:25', 'LOGIN'), event('10:00', 'LEAVE'), event('10:12', 'BACK'), event('16:00', 'LEAVE')],
      },
      world,
    );
    const absences = record.subjects[0]?.facts.absences as {
      id: string;
      earlier: number;
      away: { due: number; stoppedAt: number };
    }[];
    expect(absences.map(({ id, earlier }) => [id, earlier])).toEqual([
      ['10:00:00', 0],
      ['16:00:00', 1],
    ]);
    expect(absences[0]?.away).toMatchObject({ due: at('2026-04-15 10:10'), stoppedAt: at('2026-04-15 10:12') });
    expect(absences[1]?.away.stoppedAt).toBe(at('2026-04-15 17:30'));
    expect(record.subjects[0]?.origin).toBe(at('2026-04-15 08:30'));
  });

  it('does not count an absence of exactly ten minutes as an earlier one, nor one of exactly fifteen as long', () => {
    const record = derived(
      windowDay,
      {
        schedule: roster(),
        events: [
          event('08:25', 'LOGIN'),
          event('10:00', 'LEAVE'),
          event('10:10', 'BACK'),
          event('11:00', 'LEAVE'),
          event('11:15', 'BACK'),
        ],
      },
      world,
    );
    const absences = record.subjects[0]?.facts.absences as { earlier: number }[];
    expect(absences.map(({ earlier }) => earlier)).toEqual([0, 0]);
    expect(marks(record, 'long-absence')).toEqual([]);
  });

  it('tells a long absence at the instant at which it becomes one, under its window', () => {
    const record = derived(
      windowDay,
      { schedule: roster(), events: [event('08:25', 'LOGIN'), event('16:00', 'LEAVE')] },
      world,
    );
    expect(marks(record, 'long-absence')).toMatchObject([{ at: at('2026-04-15 16:15') + 1, group: 'C1:A1' }]);
  });

  it('is not judged where presence is not monitored', () => {
    expect(derived(windowDay, { schedule: roster('B1') }, world).subjects).toEqual([]);
  });

  it('counts published and open minutes by session, and open time only within the roster', () => {
    const open = [
      row({ open_time: at('2026-04-15 08:00'), close_time: at('2026-04-15 10:00') }),
      row({ open_time: at('2026-04-15 09:30'), close_time: at('2026-04-15 11:00') }),
    ];
    const record = derived(windowDay, { schedule: roster(), open }, world);
    expect(marks(record, 'published').map(({ value, key }) => [value, key])).toEqual([
      [210, 'AM'],
      [180, 'PM'],
    ]);
    expect(marks(record, 'opened').map(({ value, key, group }) => [value, key, group])).toEqual([[150, 'AM', HALL]]);
  });

  it('finds a silent review device only where the window worked for a day', () => {
    const wholeDay = row({ open_time: at('2026-04-15 08:30'), close_time: at('2026-04-15 17:30') });
    const morningOnly = row({ open_time: at('2026-04-15 08:30'), close_time: at('2026-04-15 12:00') });
    const online = row({ state: 'ONLINE', from_time: at('2026-04-15 16:00'), to_time: at('2026-04-15 16:10') });
    const off = (document: Parameters<typeof derived>[1]) =>
      marks(derived(windowDay, { schedule: roster(), ...document }, world), 'review-off').length;
    expect(off({ open: [wholeDay] })).toBe(1);
    expect(off({ open: [wholeDay], devices: [online] })).toBe(0);
    expect(off({ open: [morningOnly] })).toBe(0);
  });

  it('belongs to the agency that its special window serves, else to the one that runs the centre', () => {
    expect(derived(windowDay, { schedule: roster('B1') }, world).place.agency).toBe(AGENCY);
    expect(derived(windowDay, { schedule: roster('A1') }, world).place).toMatchObject({
      agency: 'HALL-AGENCY',
      division: '150102',
    });
  });

  it('is nothing without its roster, and forgets deleted rows', () => {
    expect(windowDay.derive({ events: [event('08:30', 'LOGIN')] }, 'x', world)).toBeNull();
    const deleted = roster().map((one) => ({ ...one, d: true as const }));
    expect(windowDay.derive({ schedule: deleted }, 'x', world)).toBeNull();
  });
});

describe('a record as of an instant', () => {
  it('has a window’s roster whole and none of the events after it', () => {
    const document = {
      schedule: roster(),
      events: [event('08:25', 'LOGIN'), event('10:00', 'LEAVE'), event('10:30', 'BACK')],
    };
    const then = windowDay.asOf?.(document, at('2026-04-15 10:20')) ?? {};
    const absences = derived(windowDay, then, world).subjects[0]?.facts.absences as { away: { stoppedAt: number } }[];
    expect(absences.map(({ away }) => away.stoppedAt)).toEqual([at('2026-04-15 12:00'), at('2026-04-15 17:30')]);
  });

  it('has a ticket without the answer and the verdict that came later', () => {
    const ticket = row({
      centre_id: HALL,
      ticket_class: 'COMPLAINT',
      receive_time: at('2026-04-15 09:00'),
      sign_time: at('2026-04-15 10:00'),
      answer_time: at('2026-04-20 10:00'),
      repeat_of: 'T0',
      upheld: true,
    });
    const then = centreTicket.asOf?.({ ticket: [ticket] }, at('2026-04-16 00:00')) ?? {};
    expect(derived(centreTicket, then, world).subjects[0]?.facts).toMatchObject({
      signed: true,
      answered: false,
      upheld: false,
      repeated: true,
    });
    const now = centreTicket.asOf?.({ ticket: [ticket] }, at('2026-04-20 10:00')) ?? {};
    expect(derived(centreTicket, now, world).subjects[0]?.facts).toMatchObject({ answered: true, upheld: true });
  });

  it('has a finding as reported before it was confirmed', () => {
    const found = row({
      centre_id: HALL,
      found_time: at('2026-04-15 09:00'),
      verdict: 'CONFIRMED',
      verdict_time: at('2026-04-20 09:00'),
    });
    const then = centreFinding.asOf?.({ finding: [found] }, at('2026-04-16 00:00')) ?? {};
    expect(derived(centreFinding, then, world).state).toBe('REPORTED');
  });
});

describe('a device on a day', () => {
  const state = (kind: string, from: string, to: string) =>
    row({
      device_id: 'T1',
      centre_id: HALL,
      day: '2026-04-15',
      state: kind,
      from_time: at(`2026-04-15 ${from}`),
      to_time: at(`2026-04-15 ${to}`),
    });

  it('is online within its published hours, overlaps counted once, maintenance apart', () => {
    const record = derived(
      deviceDay,
      {
        states: [
          state('ONLINE', '08:00', '10:00'),
          state('ONLINE', '09:30', '12:30'),
          state('MAINTENANCE', '11:00', '11:30'),
        ],
      },
      world,
    );
    expect(marks(record, 'online')).toMatchObject([{ value: 180, group: HALL, at: at('2026-04-15 00:00') }]);
    expect(marks(record, 'maintenance')).toMatchObject([{ value: 30 }]);
  });

  it('is nothing on a day that does not exist', () => {
    const never = row({
      device_id: 'T1',
      centre_id: HALL,
      day: '2026-02-30',
      state: 'ONLINE',
      from_time: 1,
      to_time: 2,
    });
    expect(deviceDay.derive({ states: [never] }, 'x', world)).toBeNull();
  });
});

describe('a queue ticket', () => {
  const taken = { centre_id: HALL, ticket_no: 'N1', business_group: 'social', take_time: at('2026-04-15 09:00') };

  it('waits until it is called, and counts then on the day on which it was taken', () => {
    expect(derived(queueTicket, { ticket: [row(taken)] }, world)).toMatchObject({
      state: 'WAITING',
      marks: [],
      milestone: null,
    });
    const called = derived(queueTicket, { ticket: [row({ ...taken, call_time: at('2026-04-15 09:12:30') })] }, world);
    expect(called.marks).toMatchObject([{ name: 'wait', at: taken.take_time, value: 12.5, group: 'C1:social' }]);
  });

  it('tells by key whom it served for which matter, and no name', () => {
    const served = row({
      ...taken,
      call_time: at('2026-04-15 09:12'),
      serve_time: at('2026-04-15 09:13'),
      project_no: 'W1',
      item_source: '115',
      item_code: ITEM,
      applicant_code_key: 'abcd',
    });
    expect(derived(queueTicket, { ticket: [served] }, world).milestone).toEqual({
      ticketNo: 'N1',
      centre: HALL,
      item: ITEM,
      applicantKey: 'abcd',
      servedAt: at('2026-04-15 09:13'),
      workItem: '115:W1',
    });
  });
});

describe('findings, tickets and appointments', () => {
  it('counts a finding for its agency once it is confirmed', () => {
    const found = {
      centre_id: HALL,
      window_no: 'A1',
      org_code: AGENCY,
      finding_class: 'CONDUCT',
      found_time: at('2026-04-15 09:00'),
    };
    expect(derived(centreFinding, { finding: [row(found)] }, world)).toMatchObject({ state: 'REPORTED', marks: [] });
    const confirmed = row({ ...found, verdict: 'CONFIRMED', verdict_time: at('2026-04-20 09:00') });
    expect(derived(centreFinding, { finding: [confirmed] }, world).marks).toEqual([
      { name: 'confirmed', at: at('2026-04-20 09:00'), agency: AGENCY },
    ]);
  });

  it('limits a ticket by its class, and takes an answer for the sign-in that nobody recorded', () => {
    const ticket = {
      centre_id: HALL,
      ticket_no: 'T',
      ticket_class: 'CONSULTATION',
      receive_time: at('2026-04-27 14:30'),
    };
    const open = derived(centreTicket, { ticket: [row(ticket)] }, world).subjects[0]?.facts;
    expect(open).toMatchObject({ signed: false, answered: false, repeated: false, upheld: false });
    expect(open?.answer).toMatchObject({ axis: 'WORKDAY', limit: 1, stoppedAt: null });
    expect(open?.answerHours).toMatchObject({ axis: 'WORK_TIME', limit: 9.5 * 3_600_000 });
    const answered = derived(
      centreTicket,
      { ticket: [row({ ...ticket, answer_time: at('2026-04-28 09:00') })] },
      world,
    );
    expect(answered.subjects[0]?.facts).toMatchObject({ signed: true, sign: { stoppedAt: at('2026-04-28 09:00') } });
  });

  it('leaves the answer clock of a ticket without a known class unknown', () => {
    const ticket = row({ centre_id: HALL, ticket_no: 'T', receive_time: at('2026-04-27 14:30') });
    const facts = derived(centreTicket, { ticket: [ticket] }, world).subjects[0]?.facts;
    expect([facts?.class, facts?.answer, facts?.answerHours]).toEqual([undefined, undefined, undefined]);
  });

  it('counts an appointment that the centre missed, and no other', () => {
    const count = (state: string) =>
      derived(
        appointment,
        { appointment: [row({ centre_id: HALL, appoint_time: at('2026-04-15 09:00'), state })] },
        world,
      ).marks.length;
    expect(['BOOKED', 'KEPT', 'MISSED_BY_CENTRE', 'MISSED_BY_APPLICANT', 'CANCELLED'].map(count)).toEqual([
      0, 0, 1, 0, 0,
    ]);
  });
});

describe('a station', () => {
  it('is planned for a quarter and each of its months', () => {
    const record = derived(
      stationPlan,
      { plan: [row({ centre_id: 'V1', quarter: '2026-Q2', assigned_items: 6 })] },
      world,
    );
    expect(record.marks.map(({ name, at: instant, value }) => [name, instant, value])).toEqual([
      ['plan', at('2026-04-01 00:00'), 6],
      ['plan-month', at('2026-04-01 00:00'), 6],
      ['plan-month', at('2026-05-01 00:00'), 6],
      ['plan-month', at('2026-06-01 00:00'), 6],
    ]);
    expect(record.place).toMatchObject({ agency: 'TOWN', division: '150121' });
  });

  it('is active by work items, assistance and patrols, and not by being found closed', () => {
    const name = (kind: string) =>
      derived(
        stationActivity,
        { activity: [row({ centre_id: 'V1', activity_kind: kind, activity_time: at('2026-04-15 09:00') })] },
        world,
      ).marks[0]?.name;
    expect(['WORK_ITEM', 'ASSISTED', 'PATROL', 'CLOSED_WITHOUT_NOTICE'].map(name)).toEqual([
      'activity',
      'activity',
      'activity',
      'closing',
    ]);
  });
});

describe('a work item as the centres see it', () => {
  const item = {
    agency: AGENCY,
    division: '150102',
    item: ITEM,
    channel: 'WINDOW',
    state: 'ACCEPTED',
    acceptedAt: at('2026-04-15 09:00'),
    promiseWorkdays: 5,
    suspendedWorkdays: 0,
    place: HALL,
    windowNo: 'A1',
  };
  const record = (columns: Record<string, string | number | boolean>, handling?: Record<string, string | boolean>) =>
    derived(
      handledItem,
      { item: [row({ ...item, ...columns })], ...(handling === undefined ? {} : { handling: [row(handling)] }) },
      world,
    );
  const value = (one: ReturnType<typeof record>, name: string) => marks(one, name).map((mark) => mark.value);

  it('is handled in the centre unless it was taken in, decided or passed on elsewhere', () => {
    expect(value(record({}), 'entered')).toEqual([0]);
    expect(value(record({ place: 'C2' }), 'entered')).toEqual([1]);
    expect(value(record({}, { decide_place: HALL }), 'entered')).toEqual([0]);
    expect(value(record({}, { decide_place: 'OFFICE' }), 'entered')).toEqual([1]);
    expect(value(record({}, { passed_on: true }), 'entered')).toEqual([1]);
  });

  it('is no sample of it where the place is not known, or the item had not entered', () => {
    expect(value(record({ channel: 'PC' }), 'entered')).toEqual([]);
    expect(value(record({ acceptedAt: at('2025-12-31 09:00') }), 'entered')).toEqual([]);
    expect(value(record({ item: 'another' }), 'entered')).toEqual([]);
  });

  it('counts at its window by type, approved special windows left out', () => {
    expect(value(record({}), 'window-item')).toEqual([1]);
    expect(value(record({ windowNo: 'B1' }), 'window-item')).toEqual([0]);
    expect(value(record({ windowNo: 'P1' }), 'window-item')).toEqual([]);
  });

  it('is finished on the day of its acceptance or not, and never when withdrawn', () => {
    expect(value(record({ finishedAt: at('2026-04-15 17:00') }), 'finished')).toEqual([1]);
    expect(value(record({ finishedAt: at('2026-04-16 09:00') }), 'finished')).toEqual([0]);
    expect(marks(record({ finishedAt: at('2026-04-16 09:00') }), 'instant')).toHaveLength(1);
    const withdrawn = at('2026-04-15 17:00');
    expect(
      record({ finishedAt: withdrawn, withdrawnAt: withdrawn, overPromise: false }).marks.map(({ name }) => name),
    ).toEqual(['entered', 'window-item']);
  });

  it('is due at its finish, and while open at the end of the month in which it becomes overdue', () => {
    expect(marks(record({ finishedAt: at('2026-04-22 09:00'), overPromise: false }), 'due')).toMatchObject([
      { at: at('2026-04-22 09:00'), value: 1 },
    ]);
    const endOfApril = at('2026-05-01 00:00') - 1;
    expect(marks(record({}), 'due')).toMatchObject([{ at: endOfApril, value: 0 }]);
    expect(marks(record({ finishedAt: at('2026-04-24 09:00'), overPromise: true }), 'due')).toMatchObject([
      { at: at('2026-04-24 09:00'), value: 0 },
    ]);
    expect(marks(record({ finishedAt: at('2026-05-06 09:00'), overPromise: true }), 'due')).toMatchObject([
      { at: at('2026-05-06 09:00'), value: 0 },
      { at: endOfApril, value: 0 },
    ]);
  });

  it('is overdue in the month of the day after its last one, holidays not counted', () => {
    // Accepted on 29 April with one working day: 30 April is the last, 1 May is the first overdue day.
    expect(marks(record({ acceptedAt: at('2026-04-29 09:00'), promiseWorkdays: 1 }), 'due')).toMatchObject([
      { at: at('2026-06-01 00:00') - 1 },
    ]);
    expect(marks(record({ state: 'SPECIAL_PROCEDURE' }), 'due')).toEqual([]);
  });

  it('is activity of the station that took it in', () => {
    expect(marks(record({ place: 'V1', windowNo: '' }), 'activity')).toMatchObject([{ group: 'V1' }]);
    expect(marks(record({}), 'activity')).toEqual([]);
  });
});
