import type { RulesInForce, SubjectArrival } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import type { Card } from '../card.ts';
import { laneOf } from '../lane.ts';
import type { Pair } from '../store/duties.ts';
import type { CardHistory } from './card-clocks.ts';
import { cardFacts } from './card-facts.ts';
import { indicatorFacts, type Occasion } from './indicator-facts.ts';
import type { LoopLimits } from './limits.ts';
import { type Duty, dutyFacts } from './supervisor-duties.ts';

/** What an arrival is made under. */
export interface Desk {
  readonly rules: RulesInForce;
  readonly limits: LoopLimits;
  readonly at: Instant;
}

/** A card with its facts; its receipts name the head of its history's chain. */
export function cardArrival({ rules, limits, at }: Desk, history: CardHistory): SubjectArrival {
  const { card, course, relapsedAt } = history;
  const facts = cardFacts(history, rules.calendarFor(card.division), limits);
  return {
    ...place(card.id, 'card', card.division, card.agency, card.item),
    sources: [headOf(card)],
    arrival: {
      facts,
      // Before the relapse there was none, and before its proof no report was false.
      asOf: (instant) => ({
        ...facts,
        relapsed: relapsedAt !== null && relapsedAt <= instant,
        falseReport: course.falseReportAt !== null && course.falseReportAt <= instant,
      }),
      ...{ at, origin: Math.min(at, card.issuedAt ?? at), happenedAt: newest(relapsedAt, course.falseReportAt) ?? at },
    },
  };
}

/** A duty with its facts; `agency` is the credit code of the body whose duty it is, empty where none is published. */
export function dutyArrival({ rules, at }: Desk, duty: Duty, agency: string, card: Card | null): SubjectArrival {
  return {
    ...place(duty.id, 'duty', duty.division, agency, null),
    sources: card === null ? [] : [headOf(card)],
    arrival: {
      facts: dutyFacts(duty, rules.calendarFor(duty.division)),
      ...{ at, origin: Math.min(at, duty.start) },
    },
  };
}

/** An agency and an indicator with what they drew; `happenedAt` is the newest of what is new. */
export function indicatorArrival(
  { at }: Desk,
  { agency, rule, division }: Pair & { readonly division: string },
  yellows: readonly Occasion[],
  warnings: readonly Occasion[],
  happenedAt: Instant,
): SubjectArrival {
  return {
    ...place(`${agency}:${rule}`, 'agency-indicator', division, agency, null),
    // Nothing in these facts waits for time to pass: what they reach, they reached when the newest of it happened.
    arrival: { facts: indicatorFacts(rule, yellows, warnings), at, ...datedFrom(Math.min(at, happenedAt)) },
  };
}

/** Of a relapse and a false report, what happened last: that is what is new. */
function newest(relapsedAt: Instant | null, falseReportAt: Instant | null): Instant | null {
  return relapsedAt === null ? null : Math.max(relapsedAt, falseReportAt ?? relapsedAt);
}

function datedFrom(instant: Instant) {
  return { origin: instant, happenedAt: instant };
}

function place(id: string, kind: string, division: string, agency: string, item: string | null) {
  return { lane: laneOf(id), kind, id, division, agency, department: '', item, source: null };
}

function headOf({ id, events, lastHash }: Card) {
  return { table: 'card_event', row: `${id}/${events}`, version: events, hash: lastHash };
}
