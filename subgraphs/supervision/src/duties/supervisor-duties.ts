import { cutToTier, type Tier, tierAbove } from '@gnomon/identity';
import type { Facts } from '@gnomon/rule-engine';
import {
  type Clock,
  expiredFrom,
  type Instant,
  type Limit,
  type Suspension,
  type WorkCalendar,
} from '@gnomon/working-time';
import type { Card } from '../card.ts';
import { supervisingTier } from '../life/actors.ts';
import type { Course, CourseAppeal } from '../life/course.ts';
import { isOpen } from '../words.ts';
import { type CardHistory, issuedLevel } from './card-clocks.ts';
import { clockOf, earliest, workdays } from './clocks.ts';
import type { LoopLimits } from './limits.ts';

/** What a supervision body has to do (监督主体职责). */
export const DUTY_KINDS = ['CONFIRM', 'APPEAL', 'PLAN_CHECK', 'REVIEW', 'REPORT', 'TALK'] as const;
export type DutyKind = (typeof DUTY_KINDS)[number];

/** A duty of a supervision body. */
export interface Duty {
  /** `confirm:<card>-<n>`, `appeal:<card>-<round>`, `plan-check:<card>-<n>`, `review:<card>-<n>`, `report:<agency>:<YYYY-MM>` or `talk:<agency>:<YYYY-Qn>`. */
  readonly id: string;
  readonly about: DutyKind;
  /** Division code of the body whose duty it is. */
  readonly division: string;
  readonly card: string | null;
  readonly start: Instant;
  readonly limit: Limit;
  /** While a stronger card stood in the place of the one that it is about, nothing could be done. */
  readonly pauses?: readonly Suspension[];
  /** When it was done, or fell away; `null` while it is owed. */
  readonly doneAt: Instant | null;
}

/** The duties to which a card has given rise so far. Pure. */
export function dutiesOf(
  { card, course, pauses }: Pick<CardHistory, 'card' | 'course' | 'pauses'>,
  limits: LoopLimits,
): readonly Duty[] {
  const tier = supervisingTier(card);
  const level = issuedLevel(card);
  const endedAt = isOpen(card.state) ? null : card.closedAt;
  const duty = (about: DutyKind, n: number, of: Tier, parts: Pick<Duty, 'start' | 'limit' | 'doneAt'>): Duty => ({
    id: `${about.toLowerCase().replace('_', '-')}:${card.id}-${n}`,
    ...{ about, division: cutToTier(card.division, of), card: card.id, pauses, ...parts },
    doneAt: earliest(parts.doneAt, endedAt),
  });
  return [
    ...confirmations(card, course).map(({ start, doneAt, of }, index) =>
      duty('CONFIRM', index + 1, of, {
        ...{ start, limit: { amount: limits.confirmWorkHours, unit: 'WORK_HOUR' }, doneAt },
      }),
    ),
    ...course.appeals.map((appeal) =>
      duty('APPEAL', appeal.round, appeal.round === 1 ? tier : tierAbove(tier), {
        ...{ start: appeal.at, limit: workdays(appealWorkdays(appeal, limits)), doneAt: appeal.decidedAt },
      }),
    ),
    ...course.plans.map(({ submittedAt, returnedAt, approvedAt }, index) =>
      duty('PLAN_CHECK', index + 1, tier, {
        ...{
          start: submittedAt,
          limit: workdays(limits.planCheckWorkdays[level]),
          doneAt: earliest(returnedAt, approvedAt),
        },
      }),
    ),
    ...course.results.map(({ at, sentBackAt }, index) =>
      duty('REVIEW', index + 1, tier, {
        start: at,
        limit: workdays(limits.reviewWorkdays),
        doneAt: earliest(sentBackAt, course.closedAt),
      }),
    ),
  ];
}

/**
 * Whose it was, one after another, to confirm or decline a red card that was held: the body that has it, and from a hand-over on the one above,
 * with a limit of its own. A held yellow card has no limit.
 */
function confirmations(
  card: Card,
  course: Course,
): readonly (Pick<Duty, 'start' | 'doneAt'> & { readonly of: Tier })[] {
  const { heldAt, issuedAt, handOvers } = course;
  if (heldAt === null || issuedLevel(card) !== 'RED') return [];
  const own = supervisingTier({ ...card, escalatedTo: null });
  const moves = handOvers.filter(({ at }) => issuedAt === null || at <= issuedAt);
  const holders = [{ at: heldAt, of: own }, ...moves.map(({ at, to }) => ({ at, of: to ?? own }))];
  return holders.map(({ at, of }, index) => ({ start: at, of, doneAt: holders[index + 1]?.at ?? issuedAt }));
}

/** The clock of an appeal's decision; `undefined` where the calendar says nothing. */
export function decisionClock(
  appeal: CourseAppeal,
  pauses: readonly Suspension[],
  calendar: WorkCalendar,
  limits: LoopLimits,
): Clock | undefined {
  const { at: start, decidedAt: stoppedAt } = appeal;
  return dutyClock({ start, limit: workdays(appealWorkdays(appeal, limits)), pauses, doneAt: stoppedAt }, calendar);
}

/** The clock of a duty; `undefined` where the calendar says nothing. */
export function dutyClock(
  { start, limit, pauses = [], doneAt }: Pick<Duty, 'start' | 'limit' | 'pauses' | 'doneAt'>,
  calendar: WorkCalendar,
): Clock | undefined {
  return clockOf(calendar, { start, limit, pauses: pauses.filter(({ to }) => to !== null), stoppedAt: doneAt });
}

/** The facts of a duty, as rules/facts/duty.yaml lists them. */
export function dutyFacts(duty: Duty, calendar: WorkCalendar): Facts {
  const clock = dutyClock(duty, calendar);
  const dueAt = clock === undefined ? Infinity : expiredFrom(calendar, { ...clock, stoppedAt: null });
  return {
    ...{ about: duty.about, done: duty.doneAt !== null, [duty.about === 'CONFIRM' ? 'hours' : 'clock']: clock },
    ...(Number.isFinite(dueAt) ? { dueAt } : {}),
    ...(duty.card === null ? {} : { card: duty.card }),
  };
}

function appealWorkdays({ extendedAt }: CourseAppeal, limits: LoopLimits): number {
  return limits.appealWorkdays + (extendedAt === null ? 0 : limits.appealExtensionWorkdays);
}
