import type { CaseWriter, PushedRow } from './case.ts';
import { ONLINE } from './case.ts';
import { at, dayOf, type NaiveCalendar, WORKDAY_MS } from './naive-calendar.ts';
import { templateOf } from './names.ts';

/** What a scenario gets: the calendar, the month's working days, and a way to open a case on one of them. */
export interface Stage {
  readonly calendar: NaiveCalendar;
  /** Working days of the simulated period, in order. */
  readonly workdays: readonly number[];
  /** The instant at which the findings are read. */
  readonly readAt: number;
  /** A new work item of an agency chosen in turn, for the item whose code is given. */
  open(day: number, item: string): CaseWriter;
}
/** Writes one planted case; `index` counts the cases of the same scenario from 0. */
export type Scenario = (stage: Stage, index: number) => CaseWriter;

const MINUTE = 60_000;
const HOUR = 3_600_000;
const SMALL_FREE = '005001';
const SMALL_PAID = '005002';

/**
 * Every planted violation of a work item, by the indicator that must find it. Limits here are the published reading of
 * each rule, counted by the naive calendar, so that a wrong clock in the product shows as a difference of instants.
 */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'WI-01 yellow': (stage, index) => {
    const applied = morning(stage, pickDay(stage, index, 0, 12));
    const answered = stage.calendar.afterOfficeMs(applied, WORKDAY_MS + 2 * HOUR);
    const kase = stage.open(dayOf(applied), SMALL_FREE);
    kase.accept({ appliedAt: applied, channel: ONLINE });
    const accepted = stage.calendar.afterOfficeMs(answered, 20 * MINUTE);
    kase.accept({ appliedAt: applied, preReviewedAt: answered, acceptedAt: accepted, channel: ONLINE }, {}, 'U');
    finish(stage, kase, accepted, 3);
    return kase.plant('WI-01', 'YELLOW', stage.calendar.beyondOfficeMs(applied, WORKDAY_MS));
  },
  'WI-02 yellow': (stage, index) => {
    const received = morning(stage, pickDay(stage, index, 0, 6));
    const accepted = at(stage.calendar.workdayAfter(dayOf(received), 7), 570);
    const kase = stage.open(dayOf(received), '004001');
    kase.accept({ appliedAt: received });
    kase.accept({ appliedAt: received, acceptedAt: accepted }, {}, 'U');
    finish(stage, kase, accepted, 3);
    return kase.plant('WI-02', 'YELLOW', at(stage.calendar.workdayAfter(dayOf(received), 5) + 1));
  },
  'WI-03 yellow': (stage, index) => {
    const kase = overdueBy(stage, index, '002002', 1);
    return kase.plant('WI-03', 'YELLOW', dueEnd(stage, kase, 5));
  },
  'WI-03 red': (stage, index) => {
    const kase = overdueBy(stage, index, SMALL_FREE, 6);
    const due = stage.calendar.workdayAfter(acceptDay(kase), 10);
    return kase.plant('WI-03', 'RED', at(stage.calendar.workdayAfter(due, 6)));
  },
  'WI-03 warning, open': (stage, index) => {
    // Open at the end with two working days left of ten, of which the reading day is the first.
    const lastDay = stage.calendar.workdayAfter(dayOf(stage.readAt), 1);
    const accepted = at(workdayBefore(stage.calendar, lastDay, 10), 600 + (index % 60));
    const kase = stage
      .open(dayOf(accepted), SMALL_FREE)
      .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
    const second = workdayBefore(stage.calendar, dayOf(stage.readAt), 1);
    kase.step('ACCEPT', '受理', accepted - 10 * MINUTE, accepted);
    for (const back of [7, 4, 1]) {
      const day = workdayBefore(stage.calendar, dayOf(stage.readAt), back);
      kase.step('REVIEW', '审查', at(day, 600), at(day, 640));
    }
    return kase.plant('WI-03', 'WARNING', at(stage.calendar.workdayAfter(second, 1)));
  },
  'WI-04 red': (stage, index) => {
    const kase = overdueBy(stage, index, '002002', 6);
    return kase.plant('WI-04', 'RED', at(stage.calendar.workdayAfter(acceptDay(kase), 10) + 1));
  },
  'WI-05 yellow': (stage, index) => {
    const day = pickDay(stage, index, 0, 15);
    const accepted = at(day, 600 + (index % 60));
    const next = stage.calendar.workdayAfter(day, 1);
    const kase = stage.open(day, '001002').accept({ appliedAt: accepted - 5 * MINUTE, acceptedAt: accepted });
    kase.step('FINISH', '即时办结', at(next, 600), at(next, 610)).result(at(next, 612));
    return kase.plant('WI-05', 'YELLOW', at(next, 510) + 1);
  },
  'WI-06 yellow': (stage, index) => {
    // The review may take 60 % of ten working days; it takes seven and a half. Notes on the way keep the case moving.
    const day = pickDay(stage, index, 0, 7);
    const accepted = at(day, 540);
    const reviewed = stage.calendar.afterOfficeMs(accepted, 7.5 * WORKDAY_MS);
    const decided = stage.calendar.afterOfficeMs(reviewed, HOUR);
    const certified = stage.calendar.afterOfficeMs(decided, HOUR);
    const kase = stage.open(day, SMALL_FREE).accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
    kase.step('ACCEPT', '受理', accepted - 10 * MINUTE, accepted);
    for (const offset of [2, 4, 6]) {
      const note = at(stage.calendar.workdayAfter(day, offset), 600);
      kase.step('OTHER', '内部流转', note, note + 10 * MINUTE);
    }
    kase
      .step('REVIEW', '审查', accepted, reviewed)
      .step('DECIDE', '决定', reviewed, decided)
      .step('CERTIFY', '制证', decided, certified);
    kase.result(certified);
    return kase.plant('WI-06', 'YELLOW', stage.calendar.beyondOfficeMs(accepted, 0.6 * 10 * WORKDAY_MS));
  },
  'WI-07 yellow': (stage, index) => {
    const accepted = at(pickDay(stage, index, 0, 4), 600);
    const kase = stage
      .open(dayOf(accepted), SMALL_FREE)
      .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
    const done = work(stage, kase, accepted, 2);
    const delivered = at(stage.calendar.workdayAfter(dayOf(done), 12), 600);
    kase.result(done, { delivery_date: '' });
    kase.amend(`${kase.no}-R`, delivered, { delivery_date: isoOf(delivered) });
    return kase.plant('WI-07', 'YELLOW', at(stage.calendar.workdayAfter(dayOf(done), 10) + 1));
  },
  'WI-08 yellow': (stage, index) => supplements(stage, index, 2).plant('WI-08', 'YELLOW', null),
  'WI-08 red': (stage, index) => supplements(stage, index, 3).plant('WI-08', 'RED', null),
  'WI-09 warning, open': (stage, index) => {
    const day = workdayBefore(stage.calendar, dayOf(stage.readAt), 3);
    const received = at(day, 540 + (index % 60));
    const kase = stage.open(day, SMALL_FREE).accept({ appliedAt: received });
    kase.supplement(received + 20 * MINUTE, received + 80 * MINUTE, { contact: '' });
    kase.accept({ appliedAt: received, acceptedAt: received + 90 * MINUTE }, {}, 'U');
    kase.step('ACCEPT', '受理', received + 85 * MINUTE, received + 90 * MINUTE);
    return kase.plant('WI-09', 'WARNING', null);
  },
  'WI-09 yellow': (stage, index) => supplements(stage, index, 1, { items: '' }).plant('WI-09', 'YELLOW', null),
  'WI-10 yellow': (stage, index) => {
    // Accepted early, one step, then nothing until the end: idle for more than ten working days, the limit of 30 far.
    const day = stage.workdays[2 + (index % 4)] as number;
    const accepted = at(day, 600);
    const kase = stage.open(day, '004001').accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
    kase.step('ACCEPT', '受理', accepted - 10 * MINUTE, accepted);
    return kase.plant('WI-10', 'YELLOW', at(stage.calendar.workdayAfter(day, 11)));
  },
  'WI-10 warning': (stage, index) => {
    const day = workdayBefore(stage.calendar, dayOf(stage.readAt), 6);
    const accepted = at(day, 600 + (index % 30));
    const kase = stage.open(day, '004001').accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
    kase.step('ACCEPT', '受理', accepted - 10 * MINUTE, accepted);
    return kase.plant('WI-10', 'WARNING', at(stage.calendar.workdayAfter(day, 4)));
  },
  'WI-11 yellow': (stage, index) =>
    ordinary(stage, index, SMALL_FREE, (kase, times) =>
      kase.steps([times[0], times[1], times[2], times[3]] as number[], ['ACCEPT', 'REVIEW', 'DECIDE']),
    ).plant('WI-11', 'YELLOW', null),
  'WI-11 red': (stage, index) =>
    ordinary(stage, index, SMALL_FREE, (kase, times) => {
      kase.steps([times[0], times[1], times[2]] as number[], ['ACCEPT', 'REVIEW']);
      kase.step('CERTIFY', '制证', times[3] as number, times[4] as number);
    }).plant('WI-11', 'RED', null),
  'WI-13 warning': (stage, index) =>
    denied(stage, index, { result_explain: '按规定不予办理。' }).plant('WI-13', 'WARNING', null),
  'WI-13 yellow': (stage, index) => denied(stage, index, { result_cetr_no: '' }).plant('WI-13', 'YELLOW', null),
  'WI-13 red': (stage, index) =>
    denied(stage, index, { result_explain: '', remedy_notice: false }).plant('WI-13', 'RED', null),
  'WI-15 warning': (stage, index) => {
    // Voided by the agency on the afternoon of the last of ten days, the applicant not asked.
    const day = pickDay(stage, index, 0, 7);
    const kase = lingering(stage, day, 10);
    kase.result(at(stage.calendar.workdayAfter(day, 10), 930), {
      result_type: '3',
      withdrawn_by: '2',
      applicant_confirmed: false,
      is_delivery_results: false,
      result_explain: '申请材料存在需要进一步核实的情形，予以作废处理',
    });
    return kase.plant('WI-15', 'WARNING', null);
  },
  'WI-16 yellow': (stage, index) =>
    withSpecial(stage, index, 2, { notice_no: '', notice_time: '' }).plant('WI-16', 'YELLOW', null),
  'WI-16 red': (stage, index) =>
    withSpecial(stage, index, 2, { special_kind: 'AUCTION', special_name: '拍卖' }).plant('WI-16', 'RED', null),
  'WI-17 yellow': (stage, index) => {
    // An expert review may take fifteen working days; this one takes seventeen.
    const kase = withSpecial(stage, index, 17, {}, 0);
    const opened = stage.calendar.workdayAfter(acceptDay(kase), 1);
    return kase.plant('WI-17', 'YELLOW', at(stage.calendar.workdayAfter(opened, 15) + 1));
  },
  'WI-18 warning, open': (stage, index) => {
    // Opened on the afternoon of the last of ten days, when a twentieth of the limit is left, and still open at the end:
    // the promise clock stands where the day before left it, two days from its end, inside its own warning window.
    const day = pickDay(stage, index, 0, 5);
    const lastDay = stage.calendar.workdayAfter(day, 10);
    const kase = lingering(stage, day, 10).special(at(lastDay, 930), null);
    return kase.plant('WI-18', 'WARNING', null).plant('WI-03', 'WARNING', at(stage.calendar.workdayAfter(day, 9)));
  },
  'WI-20 warning, open': (stage, index) => {
    const kase = fresh(stage, index);
    const approved = at(acceptDay(kase), 690);
    kase.extend(approved, { told_time: '' });
    return kase.plant('WI-20', 'WARNING', at(stage.calendar.workdayAfter(dayOf(approved), 1) + 1));
  },
  'WI-20 yellow': (stage, index) => extended(stage, index, { extend_days: 12 }).plant('WI-20', 'YELLOW', null),
  'WI-21 red': (stage, index) => {
    const kase = paid(stage, index, SMALL_FREE, 30, { standard: '' }).plant('WI-21', 'RED', null);
    // Not refunded after five working days, the payment and the published item are asked about side by side.
    const asked = at(stage.calendar.workdayAfter(acceptDay(kase), 5) + 1);
    return asked < stage.readAt ? kase.plantMatter('CX-09', 'YELLOW', asked) : kase;
  },
  'WI-22 yellow': (stage, index) => {
    const kase = paid(stage, index, SMALL_PAID, 80, {});
    const refunded = at(stage.calendar.workdayAfter(acceptDay(kase), 3), 600);
    const payment = kase.rows.find(({ row }) => row.table === 'up_pro_payment')?.row as PushedRow;
    kase.amend(String(payment.row_guid), refunded, { refunded_time: isoOf(refunded) });
    return kase.plant('WI-22', 'YELLOW', null);
  },
  'WI-22 red': (stage, index) => {
    const kase = paid(stage, index, SMALL_PAID, 80, {}, 8);
    return kase.plant('WI-22', 'RED', at(stage.calendar.workdayAfter(acceptDay(kase), 5) + 1));
  },
  'WI-24 warning, open': (stage, index) =>
    fresh(stage, index, (kase) => ({ promise_limit: kase.template.promiseWorkdays + 1 })).plant(
      'WI-24',
      'WARNING',
      null,
    ),
  'WI-24 yellow': (stage, index) => longerLimit(stage, index, 2).plant('WI-24', 'YELLOW', null),
  'DP-14 warning': (stage, index) => {
    const kase = ordinary(stage, index, SMALL_FREE);
    const lastAt = (kase.rows.at(-1)?.eventAt ?? 0) + 30 * MINUTE;
    const changed = at(acceptDay(kase), 700);
    kase.amend(`${kase.no}-A`, lastAt, { accept_date: isoOf(changed) });
    return kase.plant('DP-14', 'WARNING', null);
  },
  'DP-15 red': (stage, index) => {
    const accepted = morning(stage, pickDay(stage, index, 0, 15));
    const kase = stage
      .open(dayOf(accepted), '001002')
      .accept({ appliedAt: accepted - 5 * MINUTE, acceptedAt: accepted }, { secret_level: '秘密' });
    return kase.plant('DP-15', 'RED', null);
  },
};

/** A clean promise case: accepted, worked on, finished and delivered within its limits. */
export function ordinary(
  stage: Stage,
  index: number,
  item: string,
  steps?: (kase: CaseWriter, times: readonly number[]) => void,
  lastDay = 14,
): CaseWriter {
  const accepted = at(pickDay(stage, index, 0, lastDay), 540 + ((index * 7) % 120));
  const kase = stage.open(dayOf(accepted), item).accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
  const times = boundaries(stage, accepted, 2);
  if (steps === undefined) kase.steps(times);
  else steps(kase, times);
  return kase.result(times.at(-1) as number);
}

/** Boundaries of the four steps of a case that is worked on for about `workdays` working days. */
export function boundaries(stage: Pick<Stage, 'calendar'>, accepted: number, workdays: number): number[] {
  const after = (share: number): number => stage.calendar.afterOfficeMs(accepted, share * workdays * WORKDAY_MS);
  return [accepted - 10 * MINUTE, accepted, after(0.7), after(0.85), after(1)];
}

function work(stage: Stage, kase: CaseWriter, accepted: number, workdays: number): number {
  const times = boundaries(stage, accepted, workdays);
  kase.steps(times);
  return times.at(-1) as number;
}

function finish(stage: Stage, kase: CaseWriter, accepted: number, workdays: number): void {
  kase.result(work(stage, kase, accepted, workdays));
}

/** Review, decision and certificate in one morning, then the result. */
function closing(stage: Stage, kase: CaseWriter, from: number): void {
  const after = (hours: number): number => stage.calendar.afterOfficeMs(from, hours * HOUR);
  kase.steps([from, after(0.5), after(1), after(1.5)], ['REVIEW', 'DECIDE', 'CERTIFY']).result(after(1.5));
}

/** Accepted three working days before the reading and still open: nothing runs out on it yet. */
function fresh(stage: Stage, index: number, more: (kase: CaseWriter) => PushedRow = () => ({})): CaseWriter {
  const day = workdayBefore(stage.calendar, dayOf(stage.readAt), 3);
  const accepted = at(day, 600 + (index % 60));
  const kase = stage.open(day, SMALL_FREE);
  return kase
    .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted }, more(kase))
    .step('ACCEPT', '受理', accepted - 10 * MINUTE, accepted);
}

/** Accepted on `day` and touched every other working day for `workdays`, so that it never idles. */
function lingering(stage: Stage, day: number, workdays: number, item: string = SMALL_FREE): CaseWriter {
  const accepted = at(day, 600);
  const kase = stage.open(day, item).accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
  kase.step('ACCEPT', '受理', accepted - 10 * MINUTE, accepted);
  for (let offset = 2; offset < workdays; offset += 2) {
    const note = at(stage.calendar.workdayAfter(day, offset), 600);
    kase.step('OTHER', '内部流转', note, note + 10 * MINUTE);
  }
  return kase;
}

/** Finished `late` working days after its due day, touched every other day so that it never idles. */
function overdueBy(stage: Stage, index: number, item: string, late: number): CaseWriter {
  const day = pickDay(stage, index, 0, item === SMALL_FREE ? 4 : 8);
  const total = templateOf(item).promiseWorkdays + late;
  const kase = lingering(stage, day, total, item);
  closing(stage, kase, at(stage.calendar.workdayAfter(day, total), 540));
  return kase;
}

function supplements(stage: Stage, index: number, count: number, more: PushedRow = {}): CaseWriter {
  const day = pickDay(stage, index, 0, 10);
  const received = at(day, 540);
  const kase = stage.open(day, SMALL_FREE);
  kase.accept({ appliedAt: received });
  let last = received;
  for (let one = 0; one < count; one += 1) {
    const sent = stage.calendar.afterOfficeMs(last, HOUR);
    last = stage.calendar.afterOfficeMs(sent, 3 * HOUR);
    kase.supplement(sent, last, more);
  }
  const accepted = stage.calendar.afterOfficeMs(last, 30 * MINUTE);
  kase.accept({ appliedAt: received, acceptedAt: accepted }, {}, 'U');
  finish(stage, kase, accepted, 2);
  return kase;
}

function denied(stage: Stage, index: number, more: PushedRow): CaseWriter {
  const accepted = at(pickDay(stage, index, 0, 14), 600);
  const kase = stage
    .open(dayOf(accepted), SMALL_FREE)
    .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
  const done = work(stage, kase, accepted, 2);
  return kase.result(done, {
    result_type: '7',
    result_explain: '申请人提交的场所证明与现场核查结果不一致，不符合许可条件第三项',
    ...more,
  });
}

/** A special procedure of `workdays` working days, opened the day after acceptance; then the case is closed at once. */
function withSpecial(stage: Stage, index: number, workdays: number, more: PushedRow, latest = 10): CaseWriter {
  const day = pickDay(stage, index, 0, latest);
  const accepted = at(day, 600);
  const opened = at(stage.calendar.workdayAfter(day, 1), 540);
  const ended = at(stage.calendar.workdayAfter(dayOf(opened), workdays), 540);
  const kase = stage.open(day, SMALL_FREE).accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
  kase.step('ACCEPT', '受理', accepted - 10 * MINUTE, accepted).special(opened, ended, more);
  closing(stage, kase, ended);
  return kase;
}

function extended(stage: Stage, index: number, more: PushedRow): CaseWriter {
  const accepted = at(pickDay(stage, index, 0, 12), 600);
  const kase = stage
    .open(dayOf(accepted), SMALL_FREE)
    .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
  kase.extend(stage.calendar.afterOfficeMs(accepted, HOUR), more);
  finish(stage, kase, accepted, 3);
  return kase;
}

function paid(stage: Stage, index: number, item: string, amount: number, more: PushedRow, latest = 14): CaseWriter {
  const accepted = at(pickDay(stage, index, 0, latest), 600);
  const kase = stage.open(dayOf(accepted), item).accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted });
  kase.pay(accepted + 10 * MINUTE, amount, more);
  finish(stage, kase, accepted, 2);
  return kase;
}

function longerLimit(stage: Stage, index: number, longer: number): CaseWriter {
  const accepted = at(pickDay(stage, index, 0, 14), 600);
  const kase = stage.open(dayOf(accepted), SMALL_FREE);
  kase.accept(
    { appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted },
    { promise_limit: kase.template.promiseWorkdays + longer },
  );
  finish(stage, kase, accepted, 2);
  return kase;
}

function pickDay(stage: Stage, index: number, first: number, last: number): number {
  return stage.workdays[first + ((index * 3) % (Math.min(last, stage.workdays.length - 1) - first + 1))] as number;
}

function morning(_stage: Stage, day: number): number {
  return at(day, 555);
}

function workdayBefore(calendar: NaiveCalendar, day: number, n: number): number {
  let found = day;
  for (let left = n; left > 0; left -= calendar.isWorkday(found) ? 1 : 0) found -= 1;
  return found;
}

function acceptDay(kase: CaseWriter): number {
  const row = kase.rows.find(({ row: one }) => one.table === 'up_pro_accept' && one.accept_date !== undefined)?.row;
  return dayOf(Date.parse(String(row?.accept_date)));
}

function dueEnd(stage: Stage, kase: CaseWriter, limit: number): number {
  return at(stage.calendar.workdayAfter(acceptDay(kase), limit) + 1);
}

function isoOf(instant: number): string {
  return `${new Date(instant + 8 * HOUR).toISOString().slice(0, -1)}+08:00`;
}
