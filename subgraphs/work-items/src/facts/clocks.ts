import { clockOf } from '@gnomon/records';
import type { FactRecord } from '@gnomon/rule-engine';
import { type Clock, dayOf, type Limit, type Suspension, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { type FactInputs, type ItemView, instant, type SpecialView } from './view.ts';

/** Acceptance as the law sees it (Administrative Licensing Law Art. 32). */
export interface Acceptance {
  readonly acceptedAt: number | null;
  /** The answer came later than five working days after receipt: acceptance counts from the day of receipt. */
  readonly deemed: boolean;
  /** When silence turns (or turned) into acceptance if nothing comes; `null` once answered. Rules see it as `expired(answer)`. */
  readonly deemedFrom: number | null;
  /** Where the promise and statutory clocks start; while no answer came, from receipt, for the case that none does. */
  readonly clockStart: number | null;
  /** The start of the answer clock in force: receipt, or the last complete hand-in after a notice. */
  readonly answerStart: number | null;
  /** When the agency answered; `null` while it owes an answer. */
  readonly answeredAt: number | null;
}

export const workdays = (amount: number): Limit => ({ amount, unit: 'WORKDAY' });

/** Who answered when, and whether the answer came too late. */
export function acceptanceOf(view: ItemView, inputs: FactInputs): Acceptance {
  const refusedAt = view.resultAt;
  const given = least(view.acceptDate, refusedAt);
  let start = view.receivedAt;
  if (start === null) {
    const unanswered = { deemed: false, deemedFrom: null, answerStart: null, answeredAt: given };
    return { ...unanswered, acceptedAt: view.acceptDate, clockStart: view.acceptDate };
  }
  const { calendar } = inputs;
  let waitingSince: number | null = null;
  for (const notice of view.notices) {
    const sentAt = instant(notice.c.sent_time);
    if (sentAt === null || (view.acceptDate !== null && sentAt >= view.acceptDate)) continue;
    const end = deemedInstant(calendar, start, inputs.constants.deemedAcceptedWorkdays);
    if (end === null || sentAt >= end) continue;
    const returned = instant(notice.c.received_time);
    if (returned === null) waitingSince = sentAt;
    else if (returned > start) {
      start = returned;
      waitingSince = null;
    }
  }
  const answeredAt = least(given, waitingSince);
  const deemedFrom = deemedInstant(calendar, start, inputs.constants.deemedAcceptedWorkdays);
  const late = deemedFrom !== null && answeredAt !== null && answeredAt >= deemedFrom;
  const acceptedAt = late ? start : view.acceptDate;
  return {
    acceptedAt,
    deemed: late,
    deemedFrom: answeredAt === null ? deemedFrom : null,
    clockStart: answeredAt === null ? start : acceptedAt,
    answerStart: start,
    answeredAt,
  };
}

/** Which special procedures stop the clock, with what is odd about each of them. */
export interface JudgedSpecial extends SpecialView {
  readonly suspends: boolean;
  readonly listed: boolean | undefined;
  readonly afterPromise: boolean;
  readonly backdated: boolean;
  readonly leftShare: number | undefined;
}

/** The promise and statutory clocks with the special procedures as they bear on them. */
export interface MainClocks {
  readonly promise: Clock | undefined;
  readonly promiseLimit: Limit | undefined;
  readonly statutory: Clock | undefined;
  readonly suspensions: readonly Suspension[];
  readonly specials: readonly JudgedSpecial[];
}

export function mainClocks(view: ItemView, startAt: number | null, inputs: FactInputs): MainClocks {
  const { calendar } = inputs;
  const limit = promiseLimitOf(view, calendar);
  const suspensions: Suspension[] = [];
  const specials: JudgedSpecial[] = [];
  const open = (
    limits: Limit | undefined,
    stops: readonly Suspension[],
    stoppedAt: number | null,
  ): Clock | undefined =>
    startAt === null || limits === undefined
      ? undefined
      : clockOf({ calendar, limit: limits, start: startAt, suspensions: stops, stoppedAt });
  for (const special of view.specials) {
    const so = open(limit, suspensions, null);
    const judged = judgeSpecial(special, so, view, inputs);
    specials.push(judged);
    if (judged.suspends && !judged.afterPromise)
      suspensions.push({ from: special.from, to: special.to ?? view.resultAt });
  }
  const statutoryLimit = view.version?.statutory ?? undefined;
  const extended =
    statutoryLimit === undefined
      ? undefined
      : {
          ...statutoryLimit,
          amount:
            statutoryLimit.amount +
            extensionDays(view, statutoryLimit, open(statutoryLimit, suspensions, null), calendar),
        };
  return {
    promise: view.kind === 'INSTANT' ? undefined : open(limit, suspensions, view.resultAt),
    promiseLimit: limit,
    statutory: open(extended, suspensions, view.resultAt),
    suspensions,
    specials,
  };
}

/** The limit on which the item is judged: the published one of the version in force; a shorter pushed one binds too. */
export function promiseLimitOf(view: ItemView, calendar: WorkCalendar): Limit | undefined {
  const published = view.version?.promise;
  const used = usedLimitOf(view, calendar);
  if (published === undefined) return used;
  return used !== undefined && used.unit === published.unit && used.amount < published.amount ? used : published;
}

/** The limit that the source used: pushed as a limit, or as a promised date. */
export function usedLimitOf(view: ItemView, calendar: WorkCalendar): Limit | undefined {
  const { promise_limit: amount, promise_unit: unit } = view.accept.c;
  if (typeof amount === 'number') return { amount, unit: (unit as Limit['unit'] | undefined) ?? 'WORKDAY' };
  if (view.promiseDate === null || view.acceptDate === null) return undefined;
  const days = calendar.workdayNumber(dayOf(view.promiseDate)) - calendar.workdayNumber(dayOf(view.acceptDate));
  return days < 0 ? undefined : workdays(days);
}

/** Share of a clock's limit that is left after the day (or at the instant) of `at`; negative past the due position. */
export function shareLeft(clock: Clock, calendar: WorkCalendar, at: number): number {
  const left = clock.due - positionOf(clock, calendar, at);
  if (clock.limit === 0) return left >= 0 ? 1 : -1;
  return left / clock.limit;
}

export function positionOf(clock: Clock, calendar: WorkCalendar, at: number): number {
  switch (clock.axis) {
    case 'WORKDAY':
      return calendar.workdayNumber(dayOf(at));
    case 'DAY':
      return dayOf(at);
    case 'WORK_TIME':
      return calendar.workTime(at);
    case 'TIME':
      return at;
  }
}

/** An instant item is due at the close of its day; accepted in the last working hour, by noon of the next working day. */
export function instantClock(view: ItemView, acceptedAt: number | null, inputs: FactInputs): Clock | undefined {
  if (view.kind !== 'INSTANT' || acceptedAt === null) return undefined;
  const { calendar, constants } = inputs;
  const number = calendar.workdayNumber(dayOf(acceptedAt)) + (calendar.isWorkday(dayOf(acceptedAt)) ? 0 : 1);
  const close = calendar.workTime(startOfDay(calendar.dayOfWorkday(number) + 1));
  const start = calendar.workTime(acceptedAt);
  const graceful = close - start <= constants.instantGraceWorkHours * 3_600_000;
  const nextDay = calendar.dayOfWorkday(number + 1);
  const due = graceful ? calendar.workTime(calendar.instantOfHalfDay(2 * (number + 1))) : close;
  return {
    axis: 'WORK_TIME',
    limit: due - start,
    due,
    stoppedAt: view.resultAt,
    provisional: calendar.isProvisional(graceful ? nextDay : calendar.dayOfWorkday(number)),
  };
}

/** The facts that are clocks of the whole item. */
export function clockFacts(view: ItemView, acceptance: Acceptance, clocks: MainClocks, inputs: FactInputs): FactRecord {
  const { calendar, constants } = inputs;
  const online = view.channel === 'PC' || view.channel === 'MOBILE';
  const firstAnswer = least(instant(view.accept.c.prereview_end_time), least(acceptance.answeredAt, firstNotice(view)));
  const hours = view.version?.preReviewHours ?? constants.preReviewWorkHours;
  const pre = (limit: Limit): Clock | undefined =>
    online && view.appliedAt !== null
      ? clockOf({ calendar, limit, start: view.appliedAt, stoppedAt: firstAnswer })
      : undefined;
  return {
    preReview: pre({ amount: hours, unit: 'WORK_HOUR' }),
    preAnswer: pre(workdays(constants.deemedAcceptedWorkdays)),
    answer:
      acceptance.answerStart === null
        ? undefined
        : clockOf({
            calendar,
            limit: workdays(constants.deemedAcceptedWorkdays),
            start: acceptance.answerStart,
            stoppedAt: acceptance.answeredAt,
          }),
    promise: clocks.promise,
    statutory: clocks.statutory,
    instant: instantClock(view, acceptance.acceptedAt, inputs),
    idle: idleClock(view, acceptance, inputs),
  };
}

/** Working days since anything happened; it stands still while the applicant or a special procedure is waited for. */
function idleClock(view: ItemView, acceptance: Acceptance, inputs: FactInputs): Clock | undefined {
  const { calendar } = inputs;
  let last = Math.max(
    view.acceptDate ?? 0,
    view.receivedAt ?? 0,
    view.appliedAt ?? 0,
    instant(view.accept.c.prereview_end_time) ?? 0,
  );
  let waiting = false;
  const seen = (value: unknown): void => {
    if (typeof value === 'number' && value > last) last = value;
  };
  for (const step of view.steps) {
    seen(step.c.event_start_time);
    seen(step.c.event_end_time);
  }
  for (const special of view.specials) {
    seen(special.from);
    seen(special.to);
    if (special.to === null) waiting = true;
  }
  for (const notice of view.notices) {
    seen(notice.c.sent_time);
    seen(notice.c.received_time);
    if (notice.c.received_time === undefined && view.acceptDate === null && !acceptance.deemed) waiting = true;
  }
  if (last === 0) return undefined;
  const stoppedAt = waiting ? last : view.resultAt;
  return {
    axis: 'WORKDAY',
    limit: 0,
    due: calendar.workdayNumber(dayOf(last)),
    stoppedAt,
    provisional: calendar.isProvisional(dayOf(last)),
  };
}

function judgeSpecial(
  special: SpecialView,
  promise: Clock | undefined,
  view: ItemView,
  inputs: FactInputs,
): JudgedSpecial {
  const { calendar, codes } = inputs;
  const listed = view.version?.specialKinds.some((kind) => kind === special.kind);
  const claims = special.row.c.suspends !== false;
  const suspends = claims && (codes.suspendingByLaw.has(special.kind) || listed !== false);
  const madeAt = special.row.t0 ?? special.row.t;
  const enteredLater = calendar.workdayNumber(dayOf(madeAt)) - calendar.workdayNumber(dayOf(special.from)) > 1;
  const isLate = (at: number): boolean => promise !== undefined && positionOf(promise, calendar, at) > promise.due;
  const backdated = enteredLater && isLate(madeAt);
  return {
    ...special,
    suspends,
    listed,
    backdated,
    afterPromise: isLate(special.from) || backdated,
    leftShare: promise === undefined ? undefined : shareLeft(promise, calendar, special.from),
  };
}

/** Approved extensions count once, up to 10 working days (15 for joint handling), when granted within the limit (Art. 42). */
function extensionDays(view: ItemView, limit: Limit, statutory: Clock | undefined, calendar: WorkCalendar): number {
  const first = view.extensions[0];
  if (first === undefined || limit.unit !== 'WORKDAY' || first.row.c.approved_by_head !== true) return 0;
  if (statutory !== undefined && positionOf(statutory, calendar, first.from) > statutory.due) return 0;
  return Math.min(Number(first.row.c.extend_days ?? 0), view.version?.joint === true ? 15 : 10);
}

function deemedInstant(calendar: WorkCalendar, start: number, days: number): number | null {
  const clock = clockOf({ calendar, limit: workdays(days), start });
  return clock === undefined ? null : startOfDay(calendar.dayOfWorkday(clock.due) + 1);
}

function firstNotice(view: ItemView): number | null {
  return instant(view.notices[0]?.c.sent_time);
}

function least(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
