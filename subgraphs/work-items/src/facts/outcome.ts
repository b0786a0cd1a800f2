import { clockOf, lastTimelyInstant } from '@gnomon/records';
import type { FactRecord } from '@gnomon/rule-engine';
import { CalendarRangeError, type Clock, dayOf, formatDay, parseDay } from '@gnomon/working-time';
import { type Acceptance, type MainClocks, type promiseLimitOf, shareLeft, usedLimitOf, workdays } from './clocks.ts';
import { isText } from './procedures.ts';
import type { JudgedStep } from './steps.ts';
import { type FactInputs, type ItemView, instant } from './view.ts';

const NEGATIVE = new Set(['NOT_ACCEPTED', 'DENIED', 'RETURNED', 'VOIDED']);
const NORMAL_END = new Set(['GRANTED', 'DENIED', 'FINISHED']);
const STATUTORY_DELIVERY_WORKDAYS = 10;

/** Whether the item ended in the ordinary way: with a decision. `undefined` for a result code outside its list. */
export function isFinished(view: ItemView): boolean | undefined {
  if (view.result === undefined) return false;
  return view.outcome === undefined ? undefined : NORMAL_END.has(view.outcome);
}

/** 状态. `undefined` when the result's code is in no list. */
export function stateOf(view: ItemView, acceptance: Acceptance, steps: readonly JudgedStep[]): string | undefined {
  if (view.result !== undefined) {
    if (view.outcome === 'GRANTED')
      return view.result.c.is_delivery_results === true && view.result.c.delivery_date === undefined
        ? 'DECIDED_GRANTED'
        : 'FINISHED';
    return view.outcome === 'DENIED' ? 'DECIDED_DENIED' : view.outcome;
  }
  if (view.specials.some((special) => special.to === null)) return 'SPECIAL_PROCEDURE';
  const notice = view.notices.at(-1);
  if (acceptance.acceptedAt === null && notice !== undefined)
    return notice.c.received_time === undefined ? 'SUPPLEMENT_REQUIRED' : 'SUPPLEMENTED';
  if (acceptance.acceptedAt !== null)
    return steps.some(({ kind }) => kind === 'REVIEW' || kind === 'DECIDE') ? 'IN_REVIEW' : 'ACCEPTED';
  return view.accept.c.prereview_end_time === undefined ? 'SUBMITTED' : 'PRE_REVIEWED';
}

/** How it ended, with what reason, and whether the result reached the applicant. */
export function outcomeFacts(
  view: ItemView,
  clocks: MainClocks,
  steps: readonly JudgedStep[],
  inputs: FactInputs,
): FactRecord {
  const row = view.result?.c ?? {};
  const reason = typeof row.result_explain === 'string' ? row.result_explain : '';
  const decidedAt = decisionTime(view, steps);
  const deliverable = row.is_delivery_results === true && (view.outcome === 'GRANTED' || view.outcome === 'FINISHED');
  const deliveredAt = instant(row.delivery_date);
  return {
    finished: isFinished(view),
    finishedAt: view.resultAt ?? undefined,
    decidedAt,
    complete: completeClock(view.resultAt, inputs),
    delivery: deliverable && decidedAt !== undefined ? deliveryClock(decidedAt, deliveredAt, view, inputs) : undefined,
    deliverable,
    delivered: deliveredAt !== null,
    negativeOutcome: known(view, NEGATIVE.has(view.outcome ?? '')),
    refused: known(view, view.outcome === 'NOT_ACCEPTED' || view.outcome === 'DENIED'),
    reasonMissing: [...reason].length < 10,
    reasonEmptyPhrase: inputs.codes.isEmptyPhrase(reason),
    hasDocumentNo: isText(row.result_cetr_no),
    hasRemedyNotice: row.remedy_notice === true,
    ...withdrawalFacts(view, clocks.promise, inputs),
  };
}

/** WI-15: taken back or voided by the agency itself near or after the promise limit. */
function withdrawalFacts(view: ItemView, promise: Clock | undefined, inputs: FactInputs): FactRecord {
  const { calendar } = inputs;
  const row = view.result?.c ?? {};
  const ended = view.outcome === 'WITHDRAWN' || view.outcome === 'VOIDED';
  const byAgency = ended && row.withdrawn_by !== 'APPLICANT' && row.applicant_confirmed !== true;
  if (!byAgency) return { withdrawnByAgency: known(view, false), withdrawnAfterPromise: false, reapplied: false };
  const share =
    promise === undefined || view.resultAt === null ? undefined : shareLeft(promise, calendar, view.resultAt);
  const again = inputs.reappliedAt;
  return {
    withdrawnByAgency: true,
    withdrawnLeftShare: share,
    withdrawnAfterPromise: share === undefined ? undefined : share < 0,
    reapplied: again !== null,
    reappliedWithinWorkdays:
      again === null || view.resultAt === null
        ? undefined
        : Math.max(0, calendar.workdayNumber(dayOf(again)) - calendar.workdayNumber(dayOf(view.resultAt))),
  };
}

/** WI-24: the limit used against the published one. */
export function limitFacts(view: ItemView, inputs: FactInputs): FactRecord {
  const used = usedLimitOf(view, inputs.calendar);
  const published = view.version?.promise;
  return {
    promiseLongerWorkdays: longerBy(used, published, view.kind),
    promiseStretchedBefore: inputs.item === undefined ? undefined : isStretched(view, inputs),
  };
}

function longerBy(
  used: ReturnType<typeof usedLimitOf>,
  published: ReturnType<typeof promiseLimitOf>,
  kind: string | undefined,
): number | undefined {
  if (used === undefined || kind === 'INSTANT') return 0;
  if (published === undefined) return undefined;
  if (used.unit !== published.unit) return undefined;
  return Math.max(0, used.amount - published.amount);
}

/** A longer version came into force less than five working days before acceptance and was shortened within 30 days. */
function isStretched(view: ItemView, { item, calendar }: FactInputs): boolean {
  const { version, acceptDate } = view;
  if (item === undefined || version === undefined || acceptDate === null) return false;
  const index = item.versions.indexOf(version);
  const before = item.versions[index - 1];
  const after = item.versions[index + 1];
  if (before === undefined || after === undefined || before.promise.unit !== version.promise.unit) return false;
  if (version.promise.amount <= before.promise.amount || after.promise.amount >= version.promise.amount) return false;
  const from = parseDay(version.from);
  const workdaysBefore = calendar.workdayNumber(dayOf(acceptDate)) - calendar.workdayNumber(from);
  return workdaysBefore < 5 && parseDay(after.from) - from <= 30 && after.from > formatDay(dayOf(acceptDate));
}

/** Runs out with the last instant at which a row about the finish, or about anything before it, is in time (DP-01). */
function completeClock(finishedAt: number | null, { ownPlatform, pushCalendar }: FactInputs): Clock | undefined {
  if (finishedAt === null) return undefined;
  try {
    const due = lastTimelyInstant(finishedAt, ownPlatform, pushCalendar);
    const provisional = pushCalendar.isProvisional(dayOf(due));
    return { axis: 'TIME', limit: due - finishedAt, due, stoppedAt: null, provisional };
  } catch (error) {
    if (error instanceof CalendarRangeError) return undefined;
    throw error;
  }
}

function deliveryClock(
  decidedAt: number,
  deliveredAt: number | null,
  view: ItemView,
  inputs: FactInputs,
): Clock | undefined {
  const limit = Math.min(view.version?.deliveryWorkdays ?? STATUTORY_DELIVERY_WORKDAYS, STATUTORY_DELIVERY_WORKDAYS);
  return clockOf({ calendar: inputs.calendar, limit: workdays(limit), start: decidedAt, stoppedAt: deliveredAt });
}

/** The decision: as pushed, else the end of the last decision step, else the result. */
function decisionTime(view: ItemView, steps: readonly JudgedStep[]): number | undefined {
  const pushed = instant(view.result?.c.decision_date);
  if (pushed !== null) return pushed;
  const decided = steps.filter(({ kind }) => kind === 'DECIDE').map(({ row }) => instant(row.c.event_end_time));
  const last = decided.reduce<number | null>((latest, at) => (at === null ? latest : Math.max(latest ?? at, at)), null);
  return last ?? view.resultAt ?? undefined;
}

function known(view: ItemView, value: boolean): boolean | undefined {
  return view.result !== undefined && view.outcome === undefined ? undefined : value;
}
