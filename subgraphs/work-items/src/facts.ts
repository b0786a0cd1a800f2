import { basicItemCode } from '@gnomon/reference';
import type { Facts } from '@gnomon/rule-engine';
import type { ItemDocument, KeptRow } from './document.ts';
import { acceptanceOf, clockFacts, mainClocks, promiseLimitOf } from './facts/clocks.ts';
import { milestoneOf, suspendedWorkdays, type TellMilestone } from './facts/milestone.ts';
import { limitFacts, outcomeFacts, stateOf } from './facts/outcome.ts';
import {
  countedNotices,
  extensionFacts,
  feeFacts,
  isSuspendedByLateNotice,
  noticeFacts,
  specialFacts,
} from './facts/procedures.ts';
import { flowFacts, isOneInstant, judgedSteps, stepFacts } from './facts/steps.ts';
import { type FactInputs, type ItemView, instant, viewItem } from './facts/view.ts';

export type { FactConstants, FactInputs } from './facts/view.ts';

/** What is derived from an item's rows. */
export interface Derived {
  /** As rules/facts/work-item.yaml lists them. */
  readonly facts: Facts;
  /** What the projection's columns and the aggregates need. */
  readonly summary: ItemSummary;
  /** What other domains may know of it, computed when asked; `null` for a classified item. */
  readonly milestone: TellMilestone | null;
}

/** Columns and marks of an item beside its facts. */
export interface ItemSummary {
  readonly itemCode: string;
  readonly itemName: string;
  readonly itemVersion: string | null;
  readonly kind: string | null;
  readonly channel: string | null;
  readonly state: string | null;
  readonly orgCode: string | null;
  readonly appliedAt: number | null;
  readonly receivedAt: number | null;
  readonly acceptedAt: number | null;
  readonly deemed: boolean;
  /** When silence counts as acceptance if nothing comes. */
  readonly deemedFrom: number | null;
  readonly finishedAt: number | null;
  readonly outcome: string | null;
  /** Its times contradict each other (DP-08). */
  readonly disorder: boolean;
  /** Promise date or agency contradict the catalogue (DP-10). */
  readonly mismatch: boolean;
  /** The item is unknown, not in force, or of another agency (DP-06). */
  readonly unlisted: boolean;
  readonly finished: boolean;
  readonly promiseAtLeastThreeDays: boolean;
  readonly oneInstant: boolean;
  readonly flowDefect: boolean;
  readonly hasSpecial: boolean;
  /** Suspended working days over the promise limit; 0 without a special procedure. */
  readonly suspendedShare: number;
  readonly withdrawn: boolean;
  readonly paid: boolean;
  readonly feeDefect: boolean;
  /** Dated findings that monthly aggregates count over a window of days. */
  readonly events: readonly {
    readonly kind: 'EXCESS_CHARGE' | 'KEY_TIME_CHANGE' | 'LONGER_LIMIT';
    readonly at: number;
  }[];
  readonly keyTimeChanges: number;
  readonly repeatedNotices: boolean;
  readonly negative: boolean;
}

/** Facts of a classified item: nothing but that it is one, in a form in which no other rule applies (DP-15). */
const CLASSIFIED: Facts = {
  classified: true,
  open: false,
  accepted: false,
  finished: false,
  online: false,
  kind: 'OTHER',
  state: 'VOIDED',
  joint: false,
  bundleChild: false,
  engineeringApproval: false,
  hasStatutory: false,
  deliverable: false,
  delivered: false,
  negativeOutcome: false,
  refused: false,
  reasonMissing: false,
  reasonEmptyPhrase: false,
  hasDocumentNo: true,
  hasRemedyNotice: true,
  withdrawnByAgency: false,
  withdrawnAfterPromise: false,
  reapplied: false,
  countedNotices: 0,
  suspendingNoticeAfterAcceptance: false,
  notices: [],
  steps: [],
  specials: [],
  extensions: [],
  fees: [],
  missingSteps: 0,
  stepsOutOfOrder: false,
  keyStepMissing: false,
  promiseLongerWorkdays: 0,
  promiseStretchedBefore: false,
  keyTimeChanges: 0,
  keyTimeChangedAfterSignal: false,
  keyTimeChangeClearsCard: false,
};

/**
 * Derives the facts of a work item. Pure, and free of the present: time enters only through the clocks that rules ask.
 *
 * @returns `null` while the accept row has not come, or was deleted by its source.
 */
export function deriveFacts(document: ItemDocument, inputs: FactInputs): Derived | null {
  const view = viewItem(document, inputs);
  if (view === null) return null;
  const acceptance = acceptanceOf(view, inputs);
  const clocks = mainClocks(view, acceptance.clockStart, inputs);
  const steps = judgedSteps(view, inputs);
  const outcome = outcomeFacts(view, clocks, steps, inputs);
  const flow = flowFacts(steps, view, outcome.finished === true);
  const limits = limitFacts(view, inputs);
  const fees = feeFacts(view, inputs);
  const counted = countedNotices(view);
  const classified = document.classified === true || view.version?.classified === true;
  const state = stateOf(view, acceptance, steps);
  const facts: Facts = classified
    ? CLASSIFIED
    : {
        channel: view.channel,
        online: view.channel === undefined ? undefined : view.channel === 'PC' || view.channel === 'MOBILE',
        kind: view.kind,
        itemType: inputs.item?.itemType,
        joint: view.version?.joint,
        bundleChild: view.accept.c.is_bundle === true && view.accept.c.bundle_no !== undefined,
        engineeringApproval: view.accept.c.project_code !== undefined,
        state,
        open: view.result === undefined,
        accepted: acceptance.acceptedAt !== null,
        appliedAt: view.appliedAt ?? undefined,
        acceptedAt: acceptance.acceptedAt ?? undefined,
        ...clockFacts(view, acceptance, clocks, inputs),
        hasStatutory: view.version === undefined ? undefined : view.version.statutory !== null,
        countedNotices: counted,
        suspendingNoticeAfterAcceptance: isSuspendedByLateNotice(view),
        notices: noticeFacts(view, inputs),
        steps: stepFacts(steps, view, clocks, inputs),
        missingSteps: flow.missingSteps,
        stepsOutOfOrder: flow.stepsOutOfOrder,
        keyStepMissing: flow.keyStepMissing,
        ...outcome,
        specials: specialFacts(view, clocks, inputs),
        extensions: extensionFacts(view, clocks, inputs),
        fees,
        ...limits,
        classified: false,
        keyTimeChanges: view.changes.afterResult,
        keyTimeChangedAfterSignal: view.changes.afterSignal,
        keyTimeChangeClearsCard: false,
      };
  return {
    facts,
    summary: {
      ...identity(view),
      state: state ?? null,
      receivedAt: view.receivedAt,
      acceptedAt: acceptance.acceptedAt,
      deemed: acceptance.deemed,
      deemedFrom: acceptance.deemedFrom,
      finishedAt: view.resultAt,
      outcome: view.outcome ?? null,
      disorder: isDisordered(view),
      mismatch: isMismatched(view, inputs),
      unlisted: isUnlisted(view, inputs),
      finished: outcome.finished === true,
      promiseAtLeastThreeDays: view.kind === 'PROMISE' && atLeastThree(promiseLimitOf(view, inputs.calendar)),
      oneInstant: isOneInstant(steps, view, inputs.calendar),
      flowDefect: flow.missingSteps > 0 || (outcome.finished === true && flow.stepsOutOfOrder),
      hasSpecial: view.specials.length > 0,
      suspendedShare: suspendedShare(clocks, inputs, view.resultAt),
      withdrawn: outcome.withdrawnByAgency === true,
      paid: view.fees.some((fee) => Number(fee.c.amount ?? 0) > 0),
      feeDefect: view.fees.some((fee) => Number(fee.c.amount ?? 0) > 0 && fee.c.fee_defect === true),
      events: eventsOf(view, fees, Number(limits.promiseLongerWorkdays ?? 0) > 0),
      keyTimeChanges: view.changes.ignored.length,
      repeatedNotices: counted > 1,
      negative: view.outcome === 'NOT_ACCEPTED' || view.outcome === 'RETURNED' || view.outcome === 'VOIDED',
    },
    milestone: classified
      ? null
      : (owner) => milestoneOf(owner, view, acceptance, clocks, { state, decidedAt: outcome.decidedAt }, inputs),
  };
}

/**
 * The document as it would have been at an earlier instant, from all that is known now: what happened later is left
 * out. It tells a verdict that ended from one that was never true.
 */
export function documentAsOf(document: ItemDocument, at: number): ItemDocument {
  const cut = (rows: readonly KeptRow[], begin: string | null, ends: readonly string[]): KeptRow[] =>
    rows
      .filter((row) => begin === null || Number(row.c[begin] ?? 0) <= at)
      .map((row) => (ends.some((end) => Number(row.c[end] ?? 0) > at) ? { ...row, c: without(row.c, ends, at) } : row));
  return {
    ...document,
    accept: cut(document.accept, null, ['accept_date', 'prereview_end_time', 'receive_date']),
    steps: cut(document.steps, 'event_start_time', ['event_end_time']),
    specials: cut(document.specials, 'special_time', ['end_time', 'told_time', 'notice_time']),
    results: cut(document.results, 'result_date', ['delivery_date']),
    notices: cut(document.notices, 'sent_time', ['received_time']),
    fees: cut(document.fees, 'pay_time', ['refunded_time']),
  };
}

function without(columns: KeptRow['c'], names: readonly string[], at: number): KeptRow['c'] {
  const left = { ...columns };
  for (const name of names) {
    if (Number(left[name] ?? 0) <= at) continue;
    delete left[name];
    if (name === 'end_time') delete left.result;
  }
  return left;
}

function identity(
  view: ItemView,
): Pick<ItemSummary, 'itemCode' | 'itemName' | 'itemVersion' | 'kind' | 'channel' | 'orgCode' | 'appliedAt'> {
  const row = view.accept.c;
  return {
    itemCode: String(row.task_code ?? ''),
    itemName: String(row.task_name ?? ''),
    itemVersion: (row.task_version as string | undefined) ?? view.version?.version ?? null,
    kind: view.kind ?? null,
    channel: view.channel ?? null,
    orgCode: (row.org_code as string | undefined) ?? null,
    appliedAt: view.appliedAt,
  };
}

/** apply ≤ accept ≤ step start ≤ its end ≤ result; special start ≤ end ≤ result; nothing later than its arrival + 10 min. */
function isDisordered(view: ItemView): boolean {
  const floor = view.acceptDate ?? view.appliedAt ?? -Infinity;
  const roof = view.resultAt ?? Infinity;
  if (view.appliedAt !== null && view.acceptDate !== null && view.appliedAt > view.acceptDate) return true;
  if (view.acceptDate !== null && view.acceptDate > roof) return true;
  for (const step of view.steps) {
    const start = instant(step.c.event_start_time);
    const end = instant(step.c.event_end_time) ?? start;
    if (start === null || end === null) continue;
    const isBeforeAcceptance = step.c.step_kind === 'SUBMIT' || step.c.step_kind === 'ACCEPT';
    if (end < start || end > roof || (!isBeforeAcceptance && start < floor)) return true;
    if (end > (step.r0 ?? step.r) + TOLERANCE_MS && step.r0 === undefined) return true;
  }
  for (const special of view.specials) {
    const end = special.to ?? special.from;
    if (end < special.from || end > roof || (special.row.r0 === undefined && end > special.row.r + TOLERANCE_MS))
      return true;
  }
  return isFromTheFuture(view);
}
const TOLERANCE_MS = 600_000;

function isFromTheFuture(view: ItemView): boolean {
  const { accept, result } = view;
  const latest = Math.max(view.appliedAt ?? 0, view.acceptDate ?? 0, view.receivedAt ?? 0);
  if (latest > accept.r + TOLERANCE_MS) return true;
  return result !== undefined && view.resultAt !== null && view.resultAt > result.r + TOLERANCE_MS;
}

function isMismatched(view: ItemView, inputs: FactInputs): boolean {
  const published = view.version?.promise;
  const owner = inputs.item?.agency;
  if (owner !== null && owner !== undefined && view.accept.c.org_code !== owner) return true;
  if (published?.unit !== 'WORKDAY' || view.promiseDate === null || view.acceptDate === null || view.kind === 'INSTANT')
    return false;
  const { calendar } = inputs;
  const day = (at: number): number => Math.floor((at + 28_800_000) / 86_400_000);
  const due = calendar.dayOfWorkday(calendar.workdayNumber(day(view.acceptDate)) + published.amount);
  return day(view.promiseDate) !== due;
}

/** Unknown, or not in force on the day of acceptance (DP-06). An item of another agency is a contradiction (DP-10), counted once. */
function isUnlisted(view: ItemView, inputs: FactInputs): boolean {
  return view.acceptDate !== null && (inputs.item === undefined || view.version === undefined);
}

function suspendedShare(clocks: MainClocksLike, inputs: FactInputs, endedAt: number | null): number {
  if (clocks.suspensions.length === 0 || clocks.promise === undefined || clocks.promise.limit === 0) return 0;
  return suspendedWorkdays(clocks.suspensions, inputs.calendar, endedAt) / clocks.promise.limit;
}
type MainClocksLike = ReturnType<typeof mainClocks>;

function atLeastThree(limit: ReturnType<typeof promiseLimitOf>): boolean {
  return limit !== undefined && limit.unit === 'WORKDAY' && limit.amount >= 3;
}

function eventsOf(view: ItemView, fees: readonly Facts[], longer: boolean): ItemSummary['events'] {
  const events: { kind: 'EXCESS_CHARGE' | 'KEY_TIME_CHANGE' | 'LONGER_LIMIT'; at: number }[] = [];
  fees.forEach((fee, index) => {
    const row = view.fees[index]!;
    if (isExcess(fee)) events.push({ kind: 'EXCESS_CHARGE', at: instant(row.c.pay_time) ?? row.t });
  });
  for (const at of view.changes.ignored) events.push({ kind: 'KEY_TIME_CHANGE', at });
  if (longer && view.acceptDate !== null) events.push({ kind: 'LONGER_LIMIT', at: view.acceptDate });
  return events;
}

function isExcess(fee: Facts): boolean {
  return typeof fee.amount === 'number' && typeof fee.standard === 'number' && fee.amount > fee.standard + 0.01;
}

/** The basic code (12 characters) by which rules are scoped. */
export function basicCodeOf(itemCode: string): string {
  return basicItemCode(itemCode);
}
