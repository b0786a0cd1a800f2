import { clockOf } from '@gnomon/records';
import type { FactRecord } from '@gnomon/rule-engine';
import type { Limit, WorkCalendar } from '@gnomon/working-time';
import { dayOf, startOfDay } from '@gnomon/working-time';
import type { KeptRow } from '../document.ts';
import type { MainClocks } from './clocks.ts';
import { type FactInputs, type ItemView, instant } from './view.ts';

const ORDER: Readonly<Record<string, number>> = { SUBMIT: 0, ACCEPT: 1, REVIEW: 2, DECIDE: 3, CERTIFY: 4, FINISH: 5 };
/** Without a published flow these are the least that a finished item must show (WI-11). */
const LEAST_FLOW = ['ACCEPT', 'REVIEW', 'DECIDE', 'FINISH'];

/** A step with the kind by which it is judged. */
export interface JudgedStep {
  readonly row: KeptRow;
  readonly kind: string;
}

/** The kind of each step: as pushed, else as the item's flow names it, else by words in its name. */
export function judgedSteps(view: ItemView, inputs: FactInputs): readonly JudgedStep[] {
  return view.steps.map((row) => {
    const pushed = row.c.step_kind as string | undefined;
    if (pushed !== undefined) return { row, kind: pushed };
    const name = String(row.c.process_name ?? '');
    return { row, kind: view.version?.steps.find((step) => step.name === name)?.kind ?? inputs.codes.stepKind(name) };
  });
}

/** 办理环节: one record for each step, with its clock in office hours. */
export function stepFacts(
  steps: readonly JudgedStep[],
  view: ItemView,
  clocks: MainClocks,
  inputs: FactInputs,
): readonly FactRecord[] {
  return steps.map(({ row, kind }) => {
    const startAt = instant(row.c.event_start_time);
    const endAt = instant(row.c.event_end_time);
    const name = String(row.c.process_name ?? '');
    const limit = stepLimit(name, kind, view, clocks.promiseLimit, inputs);
    return {
      id: row.g,
      name,
      kind,
      open: endAt === null && view.resultAt === null,
      clock:
        startAt === null || limit === undefined
          ? undefined
          : clockOf({
              calendar: inputs.calendar,
              limit,
              start: startAt,
              suspensions: clocks.suspensions,
              stoppedAt: endAt ?? view.resultAt,
            }),
    };
  });
}

export interface FlowFacts {
  readonly missingSteps: number;
  readonly stepsOutOfOrder: boolean;
  readonly keyStepMissing: boolean;
}

/** What a finished item's steps lack against its published flow. Nothing is missing while an item is open. */
export function flowFacts(steps: readonly JudgedStep[], view: ItemView, finished: boolean): FlowFacts {
  const stepsOutOfOrder = isOutOfOrder(steps);
  if (!finished) return { missingSteps: 0, stepsOutOfOrder, keyStepMissing: false };
  if (view.kind === 'INSTANT') {
    return { missingSteps: steps.length === 0 ? 1 : 0, stepsOutOfOrder, keyStepMissing: false };
  }
  const names = new Set(steps.map(({ row }) => String(row.c.process_name ?? '')));
  const kinds = new Set(steps.map(({ kind }) => kind));
  if (view.result !== undefined) kinds.add('FINISH');
  const published = view.version?.steps.filter((step) => step.mandatory) ?? [];
  const required = published.length > 0 ? published : LEAST_FLOW.map((kind) => ({ name: '', kind }));
  const missing = required.filter((step) => !names.has(step.name) && !(kinds.has(step.kind) && step.kind !== 'OTHER'));
  return {
    missingSteps: missing.length,
    stepsOutOfOrder,
    keyStepMissing: missing.some((step) => step.kind === 'ACCEPT' || step.kind === 'DECIDE'),
  };
}

/** The whole flow within two minutes, or every step entered more than one working day after its date (WI-12). */
export function isOneInstant(steps: readonly JudgedStep[], view: ItemView, calendar: WorkCalendar): boolean {
  if (steps.length === 0 || view.resultAt === null) return false;
  let first = Infinity;
  let last = -Infinity;
  let backfilled = true;
  for (const { row } of steps) {
    const start = instant(row.c.event_start_time) ?? Infinity;
    const end = instant(row.c.event_end_time) ?? start;
    first = Math.min(first, start);
    last = Math.max(last, end);
    const entered = row.t0 ?? row.t;
    if (calendar.workdayNumber(dayOf(entered)) - calendar.workdayNumber(dayOf(end)) <= 1) backfilled = false;
  }
  return last - first <= 120_000 || backfilled;
}

/** A kind that begins before an earlier kind has begun is out of order; returning to an earlier kind later is normal. */
function isOutOfOrder(steps: readonly JudgedStep[]): boolean {
  const firsts = new Map<number, number>();
  for (const { row, kind } of steps) {
    const rank = ORDER[kind];
    const start = instant(row.c.event_start_time);
    if (rank === undefined || start === null) continue;
    firsts.set(rank, Math.min(firsts.get(rank) ?? Infinity, start));
  }
  let latest = -Infinity;
  for (let rank = 0; rank < 6; rank += 1) {
    const first = firsts.get(rank);
    if (first === undefined) continue;
    if (first < latest) return true;
    latest = first;
  }
  return false;
}

/** Published limit of the step, else the default share of the promise limit (WI-06). */
function stepLimit(
  name: string,
  kind: string,
  view: ItemView,
  promise: Limit | undefined,
  inputs: FactInputs,
): Limit | undefined {
  const flow = view.version?.steps;
  const published =
    flow?.find((step) => step.name === name) ?? flow?.find((step) => step.kind === kind && kind !== 'OTHER');
  if (published !== undefined && published.limitWorkHours !== null)
    return { amount: published.limitWorkHours, unit: 'WORK_HOUR' };
  const { constants, calendar } = inputs;
  const dayHours = officeHoursOfADay(calendar, view);
  if (kind === 'OTHER' || kind === 'SUBMIT' || kind === 'FINISH') return undefined;
  if (kind === 'ACCEPT' || view.kind === 'INSTANT')
    return { amount: constants.acceptStepWorkdays * dayHours, unit: 'WORK_HOUR' };
  const days = promise === undefined ? undefined : daysOf(promise, dayHours);
  if (days === undefined) return undefined;
  const share =
    kind === 'REVIEW'
      ? constants.reviewStepShare
      : kind === 'DECIDE'
        ? constants.decideStepShare
        : constants.certifyStepShare;
  return { amount: share * days * dayHours, unit: 'WORK_HOUR' };
}

/** A promise limit in working days; natural days and months count for five sevenths (only for the default shares). */
function daysOf(limit: Limit, dayHours: number): number {
  switch (limit.unit) {
    case 'WORKDAY':
      return limit.amount;
    case 'WORK_HOUR':
      return limit.amount / dayHours;
    case 'DAY':
      return (limit.amount * 5) / 7;
    case 'HOUR':
      return limit.amount / 24;
    case 'MONTH':
      return limit.amount * 21;
  }
}

function officeHoursOfADay(calendar: WorkCalendar, view: ItemView): number {
  const at = view.acceptDate ?? view.appliedAt;
  if (at === null) return 6.5;
  const day = calendar.dayOfWorkday(calendar.workdayNumber(dayOf(at)));
  return (calendar.workTime(startOfDay(day + 1)) - calendar.workTime(startOfDay(day))) / 3_600_000;
}
