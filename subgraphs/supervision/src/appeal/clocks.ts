import type { RulesInForce } from '@gnomon/subgraph-kit';
import { type Clock, expiredFrom, type WorkCalendar } from '@gnomon/working-time';
import { clockOf, workdays } from '../duties/clocks.ts';
import { loopLimits } from '../duties/limits.ts';
import { decisionClock } from '../duties/supervisor-duties.ts';
import type { Appeal } from './appeal.ts';

/*
 * When the time for a step of an appeal is over: the very clocks by which rule XX-06 judges, over the limits of the rules' dictionaries. `null` where
 * the calendar says nothing, or the rules in force limit nothing: then nobody comes too late.
 */

/** The first instant at which the decision of an appeal is late. */
export function decisionDueAt(
  {
    card,
    round,
    raisedAt: at,
    extendedAt,
    pauses,
  }: Pick<Appeal, 'card' | 'round' | 'raisedAt' | 'extendedAt' | 'pauses'>,
  rules: RulesInForce,
): number | null {
  const limits = loopLimits(rules.pack);
  if (limits === null) return null;
  const calendar = rules.calendarFor(card.division);
  const appeal = { round, at, extendedAt, decidedAt: null, decision: null };
  return overAt(calendar, decisionClock(appeal, pauses, calendar, limits));
}

/** The first instant at which it is too late to ask for a second round, after the first was decided at `decidedAt`. */
export function secondRoundUntil(decidedAt: number, division: string, rules: RulesInForce): number | null {
  const limits = loopLimits(rules.pack);
  if (limits === null) return null;
  const calendar = rules.calendarFor(division);
  return overAt(calendar, clockOf(calendar, { start: decidedAt, limit: workdays(limits.secondAppealWorkdays) }));
}

function overAt(calendar: WorkCalendar, clock: Clock | undefined): number | null {
  const at = clock === undefined ? Infinity : expiredFrom(calendar, clock);
  return Number.isFinite(at) ? at : null;
}
