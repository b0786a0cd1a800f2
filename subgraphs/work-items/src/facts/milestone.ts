import { type Clock, dayOf, expired, type Suspension, type WorkCalendar } from '@gnomon/working-time';
import { type Acceptance, instantClock, type MainClocks } from './clocks.ts';
import { type FactInputs, type ItemView, instant } from './view.ts';

/**
 * What other domains and supervision may know of a work item (办件里程碑): no personal data, instants in milliseconds, `null` = not known
 * or not yet.
 */
export interface MilestoneFacts {
  /** Work item number at its source. */
  readonly no: string;
  readonly state: string | null;
  readonly outcome: string | null;
  readonly kind: string | null;
  readonly channel: string | null;
  readonly itemVersion: string | null;
  readonly appliedAt: number | null;
  readonly receivedAt: number | null;
  /** Accepted, or deemed so by law. */
  readonly acceptedAt: number | null;
  readonly decidedAt: number | null;
  /** The end, whatever the outcome. */
  readonly finishedAt: number | null;
  /** The end, where it was withdrawn (撤件) or voided (作废). */
  readonly withdrawnAt: number | null;
  readonly promiseWorkdays: number | null;
  /** Working days for which the clock stood still up to the end; while a procedure is open, up to the last that has ended. */
  readonly suspendedWorkdays: number;
  /** Ended after its promise limit; `null` while it is open. */
  readonly overPromise: boolean | null;
  readonly overStatutory: boolean | null;
  /** Number of the result document (结果文书编号). */
  readonly licenceNo: string | null;
  /** Name of the licence that is the result (证照名称); `null` where the result is a document without one. */
  readonly licenceName: string | null;
  /** The result is a document that is delivered. */
  readonly hasResult: boolean | null;
  readonly projectCode: string | null;
  readonly bundleNo: string | null;
  /** Keyed hash of the applicant, 16 hex digits. */
  readonly applicantKey: string | null;
  /** Published as free of charge. */
  readonly free: boolean | null;
  /** Yuan paid and not refunded. */
  readonly feePaid: number;
  /** The latest of those payments; `null` when there is none or none has a time. */
  readonly paidAt: number | null;
  /** Supplement notices. */
  readonly notices: number;
  readonly firstNoticeAt: number | null;
  /** Place (政务服务场所) and window at which it was taken in. */
  readonly place: string | null;
  readonly windowNo: string | null;
}

/** What of a milestone does not follow from the item's rows: its number, and who applied. */
export type MilestoneOwner = Pick<MilestoneFacts, 'no' | 'applicantKey'>;
/** The milestone of an item that was viewed; computed when asked. */
export type TellMilestone = (owner: MilestoneOwner) => MilestoneFacts;

/** The milestone of a viewed item. Pure. */
export function milestoneOf(
  owner: MilestoneOwner,
  view: ItemView,
  acceptance: Acceptance,
  clocks: MainClocks,
  derived: { readonly state: string | undefined; readonly decidedAt: unknown },
  inputs: FactInputs,
): MilestoneFacts {
  const accept = view.accept.c;
  const result = view.result?.c;
  const isWithdrawn = view.outcome === 'WITHDRAWN' || view.outcome === 'VOIDED';
  const promise = view.kind === 'INSTANT' ? instantClock(view, acceptance.acceptedAt, inputs) : clocks.promise;
  // One literal: put together from parts, it took three times as long.
  const { feePaid, paidAt } = payments(view);
  return {
    no: owner.no,
    state: derived.state ?? null,
    outcome: view.outcome ?? null,
    kind: view.kind ?? null,
    channel: view.channel ?? null,
    itemVersion: textOf(accept.task_version) ?? view.version?.version ?? null,
    appliedAt: view.appliedAt,
    receivedAt: view.receivedAt,
    acceptedAt: acceptance.acceptedAt,
    decidedAt: instant(derived.decidedAt),
    finishedAt: view.resultAt,
    withdrawnAt: isWithdrawn ? view.resultAt : null,
    promiseWorkdays: promise?.axis === 'WORKDAY' ? promise.limit : null,
    suspendedWorkdays: suspendedWorkdays(clocks.suspensions, inputs.calendar, view.resultAt),
    overPromise: isOver(promise, inputs.calendar, view.resultAt),
    overStatutory: isOver(clocks.statutory, inputs.calendar, view.resultAt),
    licenceNo: textOf(result?.result_cetr_no),
    licenceName: textOf(result?.result_cetr_name),
    hasResult: result === undefined ? null : result.is_delivery_results === true,
    projectCode: textOf(accept.project_code),
    bundleNo: textOf(accept.bundle_no),
    applicantKey: owner.applicantKey,
    free: view.version?.free ?? null,
    feePaid,
    paidAt,
    notices: view.notices.length,
    firstNoticeAt: instant(view.notices[0]?.c.sent_time),
    place: textOf(accept.place_id),
    windowNo: textOf(accept.window_no),
  };
}

/** What stays of a milestone when its item was deleted or turned out to be classified: that there is nothing to know. */
export const BLANK_MILESTONE: Omit<MilestoneFacts, 'no'> = {
  state: null,
  outcome: null,
  kind: null,
  channel: null,
  itemVersion: null,
  appliedAt: null,
  receivedAt: null,
  acceptedAt: null,
  decidedAt: null,
  finishedAt: null,
  withdrawnAt: null,
  promiseWorkdays: null,
  suspendedWorkdays: 0,
  overPromise: null,
  overStatutory: null,
  licenceNo: null,
  licenceName: null,
  hasResult: null,
  projectCode: null,
  bundleNo: null,
  applicantKey: null,
  free: null,
  feePaid: 0,
  paidAt: null,
  notices: 0,
  firstNoticeAt: null,
  place: null,
  windowNo: null,
};

/** Working days for which suspensions stopped the clock; one without an end counts to `endedAt`, and not at all while that is open. */
export function suspendedWorkdays(
  suspensions: readonly Suspension[],
  calendar: WorkCalendar,
  endedAt: number | null,
): number {
  let days = 0;
  for (const { from, to } of suspensions) {
    const end = Math.max(from, to ?? endedAt ?? from);
    days += calendar.workdayNumber(dayOf(end)) - calendar.workdayNumber(dayOf(from));
  }
  return days;
}

function isOver(clock: Clock | undefined, calendar: WorkCalendar, endedAt: number | null): boolean | null {
  return clock === undefined || endedAt === null ? null : expired(calendar, clock, endedAt);
}

function payments(view: ItemView): Pick<MilestoneFacts, 'feePaid' | 'paidAt'> {
  let fen = 0;
  let paidAt: number | null = null;
  for (const { c } of view.fees) {
    if (typeof c.amount !== 'number' || c.amount <= 0 || c.refunded_time !== undefined) continue;
    fen += Math.round(c.amount * 100);
    const at = instant(c.pay_time);
    if (at !== null && (paidAt === null || at > paidAt)) paidAt = at;
  }
  return { feePaid: fen / 100, paidAt };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
