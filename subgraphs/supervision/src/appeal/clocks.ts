import { constantOf } from '@gnomon/rule-engine';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { expiredFrom, openClock } from '@gnomon/working-time';
import type { Appeal } from './appeal.ts';

/*
 * When the time for a step of an appeal is over. How long it is stands in the rules' dictionaries (rules/facts/card.yaml, duty.yaml), where
 * the office changes it; what is late is judged by rule XX-06 from the same numbers.
 */

/** The first instant at which the decision of an appeal is late. */
export function decisionDueAt(
  { card, raisedAt, extendedAt }: Pick<Appeal, 'card' | 'raisedAt' | 'extendedAt'>,
  rules: RulesInForce,
): number {
  const workdays = constantOf(rules.pack, 'duty', 'appealWorkdays');
  const more = extendedAt === null ? 0 : extensionWorkdays(rules);
  return overAt(raisedAt, workdays + more, card.division, rules);
}

/** Working days by which the decision of a complex appeal is extended. */
export function extensionWorkdays(rules: RulesInForce): number {
  return constantOf(rules.pack, 'duty', 'appealExtensionWorkdays');
}

/** The first instant at which it is too late to ask for a second round, after the first was decided at `decidedAt`. */
export function secondRoundUntil(decidedAt: number, division: string, rules: RulesInForce): number {
  return overAt(decidedAt, constantOf(rules.pack, 'card', 'secondAppealWorkdays'), division, rules);
}

function overAt(start: number, workdays: number, division: string, rules: RulesInForce): number {
  const calendar = rules.calendarFor(division);
  return expiredFrom(calendar, openClock({ calendar, limit: { amount: workdays, unit: 'WORKDAY' }, start }));
}
