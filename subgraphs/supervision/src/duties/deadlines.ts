import type { Tier } from '@gnomon/identity';
import { type Clock, expired, expiredFrom, type Instant, type WorkCalendar } from '@gnomon/working-time';
import { supervisingTier } from '../life/actors.ts';
import { type CardClocks, type CardHistory, cardClocks } from './card-clocks.ts';
import type { LoopLimits } from './limits.ts';
import { type DutyKind, dutiesOf, dutyClock } from './supervisor-duties.ts';

/** A step of a card for which time is limited (限时环节). */
export type DeadlineStep =
  | 'SIGN'
  | 'ANSWER'
  | 'PLAN'
  | 'PROGRESS'
  | 'RESULT'
  | 'APPEAL_DECISION'
  | 'PLAN_CHECK'
  | 'REVIEW'
  | 'OBSERVATION';

/** How the clock of a deadline stands at an instant. */
export type DeadlineState = 'RUNNING' | 'OVERDUE' | 'MET' | 'MISSED';

/** A deadline of a card. Instants in ms. */
export interface Deadline {
  readonly step: DeadlineStep;
  readonly party: 'AGENCY' | 'SUPERVISION_BODY' | 'HUB';
  readonly tier: Tier | null;
  readonly startedAt: Instant;
  readonly dueAt: Instant | null;
  readonly isProvisional: boolean;
  readonly state: DeadlineState;
}

/** The deadlines of a card that have begun by an instant, in the order in which they began. Pure. */
export function deadlinesOf(
  history: CardHistory,
  calendar: WorkCalendar,
  limits: LoopLimits,
  now: Instant,
): readonly Deadline[] {
  const clocks = cardClocks(history, calendar, limits);
  const tier = supervisingTier(history.card);
  const own = OWN_STEPS.flatMap(({ step, clock, start, party }) => {
    const found = clock(clocks);
    const startedAt = start(history, clocks);
    return found === undefined || startedAt === null
      ? []
      : [{ step, party, tier: null, startedAt, ...standingOf(calendar, found, now) }];
  });
  const duties = dutiesOf(history, limits).flatMap((duty) => {
    const { start } = duty;
    const clock = dutyClock(duty, calendar);
    const step = DUTY_STEPS[duty.about];
    if (clock === undefined || step === null) return [];
    return [{ step, party: 'SUPERVISION_BODY' as const, tier, startedAt: start, ...standingOf(calendar, clock, now) }];
  });
  return [...own, ...duties].filter(({ startedAt }) => startedAt <= now).sort((a, b) => a.startedAt - b.startedAt);
}

/** When a clock runs out, and how it stands at an instant. */
export function standingOf(
  calendar: WorkCalendar,
  clock: Clock,
  now: Instant,
): Pick<Deadline, 'dueAt' | 'isProvisional' | 'state'> {
  const dueAt = expiredFrom(calendar, { ...clock, stoppedAt: null });
  const isOver = expired(calendar, clock, now);
  const isDone = clock.stoppedAt !== null && clock.stoppedAt <= now;
  return {
    dueAt: Number.isFinite(dueAt) ? dueAt : null,
    isProvisional: clock.provisional,
    state: isDone ? (isOver ? 'MISSED' : 'MET') : isOver ? 'OVERDUE' : 'RUNNING',
  };
}

/** Duties that are about no card have no step of one. */
const DUTY_STEPS: Readonly<Record<DutyKind, DeadlineStep | null>> = {
  // Until it is issued a card has no deadlines that its agency could be told.
  CONFIRM: null,
  APPEAL: 'APPEAL_DECISION',
  PLAN_CHECK: 'PLAN_CHECK',
  REVIEW: 'REVIEW',
  REPORT: null,
  TALK: null,
};

interface OwnStep {
  readonly step: DeadlineStep;
  readonly party: Deadline['party'];
  readonly clock: (clocks: CardClocks) => Clock | undefined;
  readonly start: (history: CardHistory, clocks: CardClocks) => Instant | null;
}

const OWN_STEPS: readonly OwnStep[] = [
  {
    ...{ step: 'SIGN', party: 'AGENCY' },
    clock: ({ signing, signingHours }) => signingHours ?? signing,
    start: ({ card }) => card.issuedAt,
  },
  { step: 'ANSWER', party: 'AGENCY', clock: ({ answer }) => answer, start: ({ card }) => card.issuedAt },
  {
    ...{ step: 'PLAN', party: 'AGENCY' },
    clock: ({ plan }) => plan,
    start: ({ course }, { silentFrom }) => course.planOwedSince ?? silentFrom,
  },
  {
    ...{ step: 'PROGRESS', party: 'AGENCY' },
    clock: ({ progress }) => progress,
    start: ({ course }) => course.progress.at(-1)?.at ?? course.plan?.approvedAt ?? null,
  },
  {
    ...{ step: 'RESULT', party: 'AGENCY' },
    clock: ({ rectification }) => rectification,
    start: ({ course }) => course.plan?.approvedAt ?? null,
  },
  {
    ...{ step: 'OBSERVATION', party: 'HUB' },
    clock: ({ observation }) => observation,
    start: ({ course }) => course.closedAt,
  },
];
