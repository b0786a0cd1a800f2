import type { Level } from '@gnomon/rule-engine';
import type { Card } from './card.ts';
import type { Signal } from './signal.ts';
import { isOpen, type WarningState } from './words.ts';

/*
 * What a signal does to the warning and to the card of its rule, subject and occurrence: two exhaustive tables.
 *
 *   warning:  (none) ──ROSE_WARNING──► OPEN ──ROSE_YELLOW/RED──► turned
 *                                        ├──FELL_NONE, YIELDED──► resolved
 *                                        ├──CORRECTED_NONE──► withdrawn
 *                                        └──RULE_ENDED──► expired: the pack in force no longer holds its rule
 *
 *   card:     (none) ──ROSE──► YELLOW ──ROSE_RED──► superseded by RED
 *                                ├──FELL──► the card stays, its condition ended ──ROSE──► recurred
 *                                ├──YIELDED──► superseded by the other rule's card
 *                                └──CORRECTED──► withdrawn, and with it the weaker card that it had superseded
 *
 * After a correction a domain says ROSE again when a lower level holds: that begins a warning or card of its own.
 * A card in any open state of its life (life/table.ts) moves alike, and so does one that was closed while its condition holds: late data
 * withdraw it, so that nobody counts a disproved card; what rises higher over it is a card of its own, linked to it.
 * A held card (DRAFT) moves like an issued one: it takes the place of its rule, subject and occurrence.
 */

/**
 * A signal as the ledger reads it: its kind and the level it leads to; `YIELDED` is a fall because of precedence, `RULE_ENDED` a fall because
 * the pack in force no longer holds the rule.
 */
export const SIGNAL_WORDS = [
  'ROSE_UNKNOWN',
  'ROSE_WARNING',
  'ROSE_YELLOW',
  'ROSE_RED',
  'FELL_NONE',
  'FELL_UNKNOWN',
  'FELL_WARNING',
  'FELL_YELLOW',
  'YIELDED',
  'RULE_ENDED',
  'CORRECTED_NONE',
  'CORRECTED_UNKNOWN',
  'CORRECTED_WARNING',
  'CORRECTED_YELLOW',
  'CORRECTED_RED',
] as const;
export type SignalWord = (typeof SIGNAL_WORDS)[number];

/** What the ledger holds by way of a warning. */
export const WARNING_HOLDINGS = ['NONE', 'OPEN'] as const;
export type WarningHolding = (typeof WARNING_HOLDINGS)[number];

/**
 * What the ledger holds by way of a card. `_ENDED`: its condition no longer holds, but it is still answered; `_CLOSED`: it was reviewed and
 * closed while its condition holds, so that late data can still disprove it.
 */
export const CARD_HOLDINGS = [
  'NONE',
  'YELLOW',
  'YELLOW_ENDED',
  'YELLOW_CLOSED',
  'RED',
  'RED_ENDED',
  'RED_CLOSED',
] as const;
export type CardHolding = (typeof CARD_HOLDINGS)[number];

export type WarningAction = 'KEEP' | 'OPEN' | 'TURN' | 'RESOLVE' | 'WITHDRAW' | 'EXPIRE';
export type CardAction = 'KEEP' | 'OPEN' | 'SUPERSEDE' | 'END' | 'RECUR' | 'YIELD' | 'WITHDRAW';

type Row<Action> = Readonly<Record<SignalWord, Action>>;

/** The table of warnings. A warning already passed is never issued afterwards: a fall opens none. */
export const WARNING_TABLE: Readonly<Record<WarningHolding, Row<WarningAction>>> = {
  NONE: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'OPEN',
    ROSE_YELLOW: 'KEEP',
    ROSE_RED: 'KEEP',
    FELL_NONE: 'KEEP',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'KEEP',
    FELL_YELLOW: 'KEEP',
    YIELDED: 'KEEP',
    RULE_ENDED: 'KEEP',
    CORRECTED_NONE: 'KEEP',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'KEEP',
    CORRECTED_YELLOW: 'KEEP',
    CORRECTED_RED: 'KEEP',
  },
  OPEN: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'KEEP',
    ROSE_YELLOW: 'TURN',
    ROSE_RED: 'TURN',
    FELL_NONE: 'RESOLVE',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'KEEP',
    FELL_YELLOW: 'KEEP',
    YIELDED: 'RESOLVE',
    RULE_ENDED: 'EXPIRE',
    CORRECTED_NONE: 'WITHDRAW',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'KEEP',
    CORRECTED_YELLOW: 'KEEP',
    CORRECTED_RED: 'KEEP',
  },
};

/**
 * The table of cards. What is unknown ends nothing and disproves nothing (law 4); when it is decided at a level below the
 * card's, told as a rise from unknown, the card's condition has ended.
 */
export const CARD_TABLE: Readonly<Record<CardHolding, Row<CardAction>>> = {
  NONE: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'KEEP',
    ROSE_YELLOW: 'OPEN',
    ROSE_RED: 'OPEN',
    FELL_NONE: 'KEEP',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'KEEP',
    FELL_YELLOW: 'KEEP',
    YIELDED: 'KEEP',
    RULE_ENDED: 'KEEP',
    CORRECTED_NONE: 'KEEP',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'KEEP',
    CORRECTED_YELLOW: 'KEEP',
    CORRECTED_RED: 'KEEP',
  },
  YELLOW: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'END',
    ROSE_YELLOW: 'KEEP',
    ROSE_RED: 'SUPERSEDE',
    FELL_NONE: 'END',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'END',
    FELL_YELLOW: 'KEEP',
    YIELDED: 'YIELD',
    RULE_ENDED: 'END',
    CORRECTED_NONE: 'WITHDRAW',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'WITHDRAW',
    CORRECTED_YELLOW: 'KEEP',
    CORRECTED_RED: 'KEEP',
  },
  YELLOW_ENDED: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'KEEP',
    ROSE_YELLOW: 'RECUR',
    ROSE_RED: 'SUPERSEDE',
    FELL_NONE: 'KEEP',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'KEEP',
    FELL_YELLOW: 'KEEP',
    YIELDED: 'KEEP',
    RULE_ENDED: 'KEEP',
    CORRECTED_NONE: 'KEEP',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'KEEP',
    CORRECTED_YELLOW: 'KEEP',
    CORRECTED_RED: 'KEEP',
  },
  YELLOW_CLOSED: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'END',
    ROSE_YELLOW: 'KEEP',
    ROSE_RED: 'OPEN',
    FELL_NONE: 'END',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'END',
    FELL_YELLOW: 'KEEP',
    YIELDED: 'END',
    RULE_ENDED: 'END',
    CORRECTED_NONE: 'WITHDRAW',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'WITHDRAW',
    CORRECTED_YELLOW: 'KEEP',
    CORRECTED_RED: 'KEEP',
  },
  RED: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'END',
    ROSE_YELLOW: 'END',
    ROSE_RED: 'KEEP',
    FELL_NONE: 'END',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'END',
    FELL_YELLOW: 'END',
    YIELDED: 'YIELD',
    RULE_ENDED: 'END',
    CORRECTED_NONE: 'WITHDRAW',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'WITHDRAW',
    CORRECTED_YELLOW: 'WITHDRAW',
    CORRECTED_RED: 'KEEP',
  },
  RED_ENDED: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'KEEP',
    ROSE_YELLOW: 'KEEP',
    ROSE_RED: 'RECUR',
    FELL_NONE: 'KEEP',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'KEEP',
    FELL_YELLOW: 'KEEP',
    YIELDED: 'KEEP',
    RULE_ENDED: 'KEEP',
    CORRECTED_NONE: 'KEEP',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'KEEP',
    CORRECTED_YELLOW: 'KEEP',
    CORRECTED_RED: 'KEEP',
  },
  RED_CLOSED: {
    ROSE_UNKNOWN: 'KEEP',
    ROSE_WARNING: 'END',
    ROSE_YELLOW: 'END',
    ROSE_RED: 'KEEP',
    FELL_NONE: 'END',
    FELL_UNKNOWN: 'KEEP',
    FELL_WARNING: 'END',
    FELL_YELLOW: 'END',
    YIELDED: 'END',
    RULE_ENDED: 'END',
    CORRECTED_NONE: 'WITHDRAW',
    CORRECTED_UNKNOWN: 'KEEP',
    CORRECTED_WARNING: 'WITHDRAW',
    CORRECTED_YELLOW: 'WITHDRAW',
    CORRECTED_RED: 'KEEP',
  },
};

const SEVERITY: Readonly<Record<Level, number>> = { NONE: 0, UNKNOWN: 0, WARNING: 1, YELLOW: 2, RED: 3 };

/** The word of a signal, or `null` for the two that mean nothing: a rise to NONE and a fall to RED. */
export function signalWord(signal: Pick<Signal, 'kind' | 'level' | 'reason'>): SignalWord | null {
  if (signal.kind === 'FELL' && signal.reason !== null && signal.reason.startsWith('YIELDED')) return 'YIELDED';
  if (signal.kind === 'FELL' && signal.reason === 'RULE_ENDED') return 'RULE_ENDED';
  return SIGNAL_WORDS.find((word) => word === `${signal.kind}_${signal.level}`) ?? null;
}

/** What is held by way of a warning. */
export function warningHolding(warning: { readonly state: WarningState } | null): WarningHolding {
  return warning?.state === 'ISSUED' ? 'OPEN' : 'NONE';
}

/** What the table of cards asks of a card. */
export type HeldCard = Pick<Card, 'level' | 'state' | 'conditionEndedAt' | 'raisedAt'>;

/**
 * What is held by way of a card, as this signal sees it: a correction that names the card's own level speaks of the
 * card even when its condition has ended since.
 */
export function cardHolding(card: HeldCard | null, signal: Pick<Signal, 'kind' | 'previousLevel'>): CardHolding {
  if (card === null) return 'NONE';
  // One that was raised for being late with its rectification still stands on a verdict of yellow.
  const level = card.raisedAt === null ? card.level : 'YELLOW';
  if (card.state === 'CLOSED' && card.conditionEndedAt === null) return `${level}_CLOSED`;
  if (!isOpen(card.state)) return 'NONE';
  const disproved = signal.kind === 'CORRECTED' && SEVERITY[signal.previousLevel] >= SEVERITY[level];
  return card.conditionEndedAt === null || disproved ? level : `${level}_ENDED`;
}
