import { type Clock, dayOf, type Instant, type Suspension, type WorkCalendar } from '@gnomon/working-time';
import type { Card, CardEvent } from '../card.ts';
import { type Course, limitInForce } from '../life/course.ts';
import { type CardLevel, isOpen } from '../words.ts';
import { clockOf, earliest, overFrom, workdays } from './clocks.ts';
import type { LoopLimits } from './limits.ts';

/*
 * The clocks of a card, from its history alone. They look ahead: a card that is not answered counts as accepted at the instant at which
 * the answer's limit is over, so the clock of its plan is known, and begins there, before anybody has entered that silence. Hence it makes
 * no difference when the entry comes: the same history gives the same verdicts.
 *
 *   issued ─ signing ─►
 *          ─ answer ──► accepted, or silence ─ plan ─► approved ─ rectification, progress ─► result ─► closed ─ observation ─►
 */

/** What a card's clocks are opened from. */
export interface CardHistory {
  readonly card: Card;
  readonly course: Course;
  /** Stretches in which a stronger card stood in its place; the last may be open. */
  readonly pauses: readonly Suspension[];
  /** When the same subject broke the same rule again after the card was closed; `null` when it did not. */
  readonly relapsedAt: Instant | null;
}

/** The clocks of a card; `undefined` where one has not begun. */
export interface CardClocks {
  readonly signing: Clock | undefined;
  /** Of a red card: the limit in working hours beside the one in working days. */
  readonly signingHours: Clock | undefined;
  readonly answer: Clock | undefined;
  /** When the card counts as accepted unless it is answered before; `null` on a day without a notice. */
  readonly silentFrom: Instant | null;
  readonly plan: Clock | undefined;
  readonly rectification: Clock | undefined;
  readonly progress: Clock | undefined;
  readonly progressMissed: number;
  readonly observation: Clock | undefined;
}

/** The level with which a card was issued: its limits are those of that level, also after it was raised. */
export function issuedLevel({ level, raisedAt }: Pick<Card, 'level' | 'raisedAt'>): CardLevel {
  return raisedAt === null ? level : 'YELLOW';
}

/** Stretches in which a stronger card stood in the place of the one whose history this is. */
export function pausesOf(history: readonly Pick<CardEvent, 'kind' | 'at'>[]): readonly Suspension[] {
  const pauses: { from: Instant; to: Instant | null }[] = [];
  for (const { kind, at } of history) {
    if (kind === 'SUPERSEDED') pauses.push({ from: at, to: null });
    const last = pauses.at(-1);
    if (kind === 'REINSTATED' && last !== undefined) last.to ??= at;
  }
  return pauses;
}

/** When the agency itself first answered: accepted, appealed, or handed in a plan after its silence; `null` while it did not. */
export function ownAnswerAt({ answeredAt, acceptedBySilence, plans }: Course): Instant | null {
  return acceptedBySilence ? (plans[0]?.submittedAt ?? null) : answeredAt;
}

/** The clocks of a card as its history stands. */
export function cardClocks(history: CardHistory, calendar: WorkCalendar, limits: LoopLimits): CardClocks {
  const { card, course, relapsedAt } = history;
  const { issuedAt } = card;
  const level = issuedLevel(card);
  const endedAt = isOpen(card.state) ? null : card.closedAt;
  const pauses = history.pauses.filter(({ to }) => to !== null);
  const run = (start: Instant | null, limit: Parameters<typeof workdays>[0], stop: Instant | null) =>
    clockOf(calendar, { start, limit: workdays(limit), pauses, stoppedAt: earliest(stop, endedAt) });
  const answeredAt = ownAnswerAt(course);
  const signedAt = earliest(course.signedAt, answeredAt);
  const answer = run(issuedAt, limits.answerWorkdays[level], answeredAt);
  const silentFrom = course.answeredAt === null ? overFrom(calendar, answer) : null;
  const progress = progressOf(course, calendar, limits.progressWorkdays[level], endedAt);
  return {
    signing: run(issuedAt, limits.signWorkdays, signedAt),
    signingHours:
      level === 'YELLOW'
        ? undefined
        : clockOf(calendar, {
            ...{ start: issuedAt, limit: { amount: limits.signRedWorkHours, unit: 'WORK_HOUR' } as const, pauses },
            stoppedAt: earliest(signedAt, endedAt),
          }),
    answer,
    silentFrom,
    plan: planClock(history, calendar, limits.planWorkdays[level], silentFrom, endedAt),
    rectification: rectificationClock(history, calendar, endedAt),
    ...progress,
    observation: clockOf(calendar, {
      ...{ start: course.closedAt, limit: workdays(limits.observeWorkdays[level]), stoppedAt: relapsedAt },
    }),
  };
}

/** From the acceptance (or the silence) to the plan; it stands still while a plan waits for its check, and goes on when that is returned. */
function planClock(
  { course, pauses }: CardHistory,
  calendar: WorkCalendar,
  limit: number,
  silentFrom: Instant | null,
  endedAt: Instant | null,
): Clock | undefined {
  const start = course.planOwedSince ?? (course.answeredAt === null ? silentFrom : null);
  const last = course.plans.at(-1);
  const waits = course.plans.map(({ submittedAt, returnedAt }) => ({ from: submittedAt, to: returnedAt }));
  return clockOf(calendar, {
    ...{ start, limit: workdays(limit) },
    pauses: [...pauses, ...waits].filter(({ to }) => to !== null),
    stoppedAt: earliest(last?.returnedAt === null ? last.submittedAt : null, endedAt),
  });
}

/** From the plan's approval to the result; it stands still while a result is reviewed, and goes on when that is sent back. */
export function rectificationClock(
  { course, pauses }: Pick<CardHistory, 'course' | 'pauses'>,
  calendar: WorkCalendar,
  endedAt: Instant | null,
): Clock | undefined {
  const limit = limitInForce(course);
  if (limit === null) return undefined;
  const last = course.results.at(-1);
  const reviews = course.results.map(({ at, sentBackAt }) => ({ from: at, to: sentBackAt }));
  return clockOf(calendar, {
    ...{ start: course.plan?.approvedAt ?? null, limit: workdays(limit) },
    pauses: [...pauses, ...reviews].filter(({ to }) => to !== null),
    stoppedAt: earliest(last?.sentBackAt === null ? last.at : null, endedAt),
  });
}

/** The clock of the next progress report, and how many were missed before it. A result counts as one; a result sent back begins anew. */
function progressOf(
  course: Course,
  calendar: WorkCalendar,
  limit: number,
  endedAt: Instant | null,
): Pick<CardClocks, 'progress' | 'progressMissed'> {
  const approvedAt = course.plan?.approvedAt ?? null;
  if (approvedAt === null) return { progress: undefined, progressMissed: 0 };
  const last = course.results.at(-1);
  const waiting = last?.sentBackAt === null ? course.pace.findLastIndex(({ kind }) => kind === 'RESULT') : -1;
  let from = approvedAt;
  let missed = 0;
  for (const [index, { kind, at }] of course.pace.entries()) {
    if (index === waiting) break;
    if (kind !== 'BEGINNING') missed += missedBetween(calendar, from, at, limit);
    from = Math.max(from, at);
  }
  const stoppedAt = earliest(waiting === -1 ? null : last!.at, endedAt);
  return { progress: clockOf(calendar, { start: from, limit: workdays(limit), stoppedAt }), progressMissed: missed };
}

/** How many whole limits of working days were over between two reports; the day of the first is not counted. */
function missedBetween(calendar: WorkCalendar, from: Instant, to: Instant, limit: number): number {
  const whole = calendar.workdayNumber(dayOf(to) - 1) - calendar.workdayNumber(dayOf(from));
  return Math.max(0, Math.floor(whole / limit));
}
