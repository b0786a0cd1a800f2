import type { FactRecord, Facts } from '@gnomon/rule-engine';
import { dayOf, type Instant } from '@gnomon/working-time';

/** A card or warning of one agency and indicator, as XX-04 counts it. */
export interface Occasion {
  readonly id: string;
  /** When its rule turned: what turned on the same day is one incident. */
  readonly turnedAt: Instant;
  /** From when it counts: a card from its acceptance or the appeal's rejection, a warning from its turn. */
  readonly at: Instant;
}

/** The longest list that the dictionary allows. */
const MOST = 20;

/** The facts of an agency and an indicator, as rules/facts/agency-indicator.yaml lists them. Pure. */
export function indicatorFacts(indicator: string, yellows: readonly Occasion[], warnings: readonly Occasion[]): Facts {
  return {
    indicator,
    yellows: numbered(incidents(yellows)),
    warnings: numbered(incidents(warnings)),
    notices: [{ id: 'NOTICE' }],
  };
}

/** One occasion a day of turning: the one that counted first. Newest first. */
export function incidents(occasions: readonly Occasion[]): readonly Occasion[] {
  const byDay = new Map<number, Occasion>();
  for (const occasion of occasions) {
    const day = dayOf(occasion.turnedAt);
    const first = byDay.get(day);
    if (first === undefined || isBefore(occasion, first)) byDay.set(day, occasion);
  }
  return [...byDay.values()].sort((a, b) => (isBefore(a, b) ? 1 : -1));
}

function numbered(newestFirst: readonly Occasion[]): readonly FactRecord[] {
  return newestFirst.slice(0, MOST).map(({ id, at }, index) => ({ id, ordinal: index + 1, at }));
}

function isBefore(a: Occasion, b: Occasion): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}
