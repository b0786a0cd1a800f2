import { TIERS, tierOf } from '@gnomon/identity';
import type { Bilingual, Facts, FactValue, Level, Pack, Receipt } from '@gnomon/rule-engine';
import { type Clock, DAY_MS, parseInstant, type WorkCalendar } from '@gnomon/working-time';
import type { Card } from '../card.ts';
import { judgedBody, supervisingTier } from '../life/actors.ts';

/** What an outage is of (停机范围). */
export const OUTAGE_KINDS = ['PLATFORM', 'SOURCE'] as const;
export type OutageKind = (typeof OUTAGE_KINDS)[number];

/** A declared outage of the platform or of one source (停机公告). Instants in ms. */
export interface Outage {
  readonly id: string;
  readonly kind: OutageKind;
  readonly source: string | null;
  readonly division: string;
  readonly from: number;
  /** Itself outside; `null` while it lasts. */
  readonly to: number | null;
  readonly document: string;
  readonly reason: Bilingual;
  readonly declaredAt: number;
  readonly declaredBy: string;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
}

/** The longest window: one that nobody ends is over then, and a longer one is declared again. Our reading. */
export const LONGEST_OUTAGE_MS = 31 * DAY_MS;
/** Rates over a closed period of arrivals turn after the period's end, which the longest of them reaches a day after. */
export const LATEST_TURN_MS = DAY_MS + 1;

/** Shares of rows that came late or did not come, over a source's day: what an outage hinders is the very thing that they measure. */
const ARRIVAL_RATES: ReadonlySet<string> = new Set(['DP-01', 'DP-11']);

/** What a card's receipt says, ready to be judged again. */
export interface Judged {
  readonly receipt: Receipt;
  readonly pack: Pack;
  readonly calendar: WorkCalendar;
}

/** The end of a window, also of one that nobody ended. */
export function endOf({ from, to }: Pick<Outage, 'from' | 'to'>): number {
  return to ?? from + LONGEST_OUTAGE_MS;
}

/**
 * Whether an outage concerns a card by place: its division and below; for a source that source's cards alone; and never the cards of a tier above
 * the one that declared it, nor those on the very body that declared it (the region has none above), so that no body excuses itself.
 */
export function reaches(outage: Outage, card: Card): boolean {
  if (!card.division.startsWith(outage.division)) return false;
  if (outage.kind === 'SOURCE' && card.source !== outage.source) return false;
  if (judgedBody(card)?.division === outage.division) return false;
  return TIERS.indexOf(tierOf(outage.division)) <= TIERS.indexOf(supervisingTier(card));
}

/**
 * Whether an outage exempts a card: it concerns it by place, the rule turned at an instant of its window, and time alone turned it, that is, a limit
 * ran out: one millisecond before, under the same facts, the level was lower. The end of a period is no limit: a rate over a closed month is not
 * excused by an outage on its last evening. Shares of arrivals are, when the outage fell into the day that they measure.
 *
 * What was done or left out at any time (a charge without basis, an empty reason) is no outage's matter, and a card whose receipt cannot be judged
 * again is not exempted by itself.
 */
export function exempts(outage: Outage, card: Card, judged: Judged | null): boolean {
  if (judged === null || !reaches(outage, card)) return false;
  if (ARRIVAL_RATES.has(card.rule)) return fellInto(outage, judged.receipt.facts.period);
  return outage.from <= card.turnedAt && card.turnedAt < endOf(outage) && ranOut(judged);
}

/** Whether the window touches a closed period of at most a day. */
function fellInto(outage: Outage, period: FactValue | undefined): boolean {
  if (!isClock(period) || period.limit > DAY_MS) return false;
  return outage.from < period.due && period.due - period.limit < endOf(outage);
}

const SEVERITY: Readonly<Record<Level, number>> = { NONE: 0, UNKNOWN: 0, WARNING: 1, YELLOW: 2, RED: 3 };

function ranOut({ receipt, pack, calendar }: Judged): boolean {
  const { rule, subjectKind, occurrence, scope, turnedAt } = receipt;
  const before = pack
    .judgeRule(rule, subjectKind, withPeriodOver(receipt.facts), scope, calendar, parseInstant(turnedAt) - 1)
    .find((verdict) => verdict.occurrence === occurrence);
  return SEVERITY[before?.level ?? 'NONE'] < SEVERITY[receipt.level];
}

/** The same facts with the measured period over since long. */
function withPeriodOver(facts: Facts): Facts {
  const { period } = facts;
  return isClock(period) ? { ...facts, period: { ...period, due: 0, stoppedAt: null } } : facts;
}

function isClock(value: FactValue | undefined): value is Clock {
  return typeof value === 'object' && !Array.isArray(value) && 'due' in value && 'axis' in value;
}
