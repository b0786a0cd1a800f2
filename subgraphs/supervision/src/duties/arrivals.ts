import type { RulesInForce, SubjectArrival } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import type { Card } from '../card.ts';
import { laneOf } from '../lane.ts';
import type { Pair } from '../store/duties.ts';
import { cardFacts } from './card-facts.ts';
import { indicatorFacts, type Occasion } from './indicator-facts.ts';
import type { KnownHistory } from './known-history.ts';
import type { LoopLimits } from './limits.ts';
import { type Duty, dutiesOf, dutyFacts } from './supervisor-duties.ts';

/** What an arrival is made under. */
export interface Desk {
  readonly rules: RulesInForce;
  readonly limits: LoopLimits;
  readonly at: Instant;
}

/**
 * A card with its facts; its receipts name the head of its history's chain. What was said of it ends by what is done (a warning is heeded),
 * and is disproved only when the card was not due at all.
 */
export function cardArrival({ rules, limits, at }: Desk, history: KnownHistory): SubjectArrival {
  const { card, course, relapsedAt } = history;
  const calendar = rules.calendarFor(card.division);
  const facts = cardFacts(history, calendar, limits);
  return {
    ...place(card.id, 'card', card.division, card.agency, card.item),
    sources: [headOf(card)],
    arrival: {
      facts,
      asOf: (instant) => (facts.stands === false ? facts : cardFacts(history.asOf(instant), calendar, limits)),
      ...{ at, origin: Math.min(at, card.issuedAt ?? at), happenedAt: latest(relapsedAt, course.falseReportAt) ?? at },
    },
  };
}

/**
 * A duty with its facts, and the history of the card that gave rise to it; `agency` is the credit code of the body whose duty it is, empty
 * where none is published.
 */
export function dutyArrival(
  { rules, limits, at }: Desk,
  duty: Duty,
  agency: string,
  history: KnownHistory | null,
): SubjectArrival {
  const calendar = rules.calendarFor(duty.division);
  const known = (instant: Instant) =>
    history === null ? undefined : dutiesOf(history.asOf(instant), limits).find(({ id }) => id === duty.id);
  return {
    ...place(duty.id, 'duty', duty.division, agency, null),
    sources: history === null ? [] : [headOf(history.card)],
    arrival: {
      facts: dutyFacts(duty, calendar),
      asOf: (instant) => dutyFacts(known(instant) ?? owedAt(duty, instant), calendar),
      ...{ at, origin: Math.min(at, duty.start) },
    },
  };
}

/** What was done later was owed then. */
function owedAt(duty: Duty, instant: Instant): Duty {
  return duty.doneAt !== null && duty.doneAt > instant ? { ...duty, doneAt: null } : duty;
}

/** An agency and an indicator with what they drew; `happenedAt` is the newest of what is new. */
export function indicatorArrival(
  { at }: Desk,
  { agency, rule, division }: Pair & { readonly division: string },
  yellows: readonly Occasion[],
  warnings: readonly Occasion[],
  happenedAt: Instant,
): SubjectArrival {
  const newest = Math.min(at, happenedAt);
  return {
    ...place(`${agency}:${rule}`, 'agency-indicator', division, agency, null),
    // Nothing in these facts waits for time to pass: what they reach, they reached when the newest of it happened.
    arrival: { facts: indicatorFacts(rule, yellows, warnings), at, origin: newest, happenedAt: newest },
  };
}

/** Of a relapse and a false report, what happened last: that is what is new. */
function latest(relapsedAt: Instant | null, falseReportAt: Instant | null): Instant | null {
  return relapsedAt === null ? null : Math.max(relapsedAt, falseReportAt ?? relapsedAt);
}

function place(id: string, kind: string, division: string, agency: string, item: string | null) {
  return { lane: laneOf(id), kind, id, division, agency, department: '', item, source: null };
}

function headOf({ id, events, lastHash }: Card) {
  return { table: 'card_event', row: `${id}/${events}`, version: events, hash: lastHash };
}
