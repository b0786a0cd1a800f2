import { createHash } from 'node:crypto';
import type { Bilingual, Level, Receipt } from '@gnomon/rule-engine';

/**
 * What happened to a verdict.
 *
 * - `ROSE`: it is new or its level is higher than before.
 * - `FELL`: its level is lower because time or events moved on; `reason` says more where there is more to say.
 * - `CORRECTED`: under the facts as they are known now, the level had not been reached at the instant that was named.
 */
export const SIGNAL_KINDS = ['ROSE', 'FELL', 'CORRECTED'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/**
 * Why a verdict fell.
 *
 * - `YIELDED`: another rule with precedence took it (no double punishment).
 * - `MISSING`: a fact is gone, so that the rule can no longer be decided; never a reason to withdraw a card (law 4).
 * - `KNOWN`: an unknown verdict was decided.
 * - `RULE_ENDED`: the pack in force no longer holds the rule.
 */
export const FALL_REASONS = ['YIELDED', 'MISSING', 'KNOWN', 'RULE_ENDED'] as const;
export type FallReason = (typeof FALL_REASONS)[number];

/** Severity order of levels, for comparisons: NONE < UNKNOWN < WARNING < YELLOW < RED. */
export const SEVERITY: Readonly<Record<Level, number>> = { NONE: 0, UNKNOWN: 1, WARNING: 2, YELLOW: 3, RED: 4 };

/** Who and what a signal speaks of; given by the domain, constant while one subject is advanced. */
export interface SignalSubject {
  /** Domain in which the rule judges when its own `domain` field is empty, for example `ORDERS`. */
  readonly domain: string;
  /** Kind in the rules' dictionary, for example `order`. */
  readonly kind: string;
  /** GraphQL type, for example `Order`. */
  readonly type: string;
  /** Entity id, for example `shop-7:20260001`. */
  readonly id: string;
  /** Who answers for it; empty when not known. */
  readonly agency: string;
  /** Where it lies: a code whose prefixes are the wider areas. */
  readonly division: string;
  readonly item: string | null;
  readonly source: string | null;
}

/** A signal as it stands in a domain's feed (entry type `signal`): the border between domains and supervision. */
export interface Signal {
  /** 64 hex digits: SHA-256 over rule, subject, occurrence, instant, kind, level and `n`. */
  readonly id: string;
  readonly kind: SignalKind;
  readonly reason: FallReason | null;
  readonly domain: string;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly subjectKind: string;
  readonly subjectType: string;
  readonly subject: string;
  readonly occurrence: string;
  /** The level that holds now. */
  readonly level: Level;
  readonly previousLevel: Level;
  /** The exact instant at which the level turned, ISO 8601 UTC with milliseconds. */
  readonly turnedAt: string;
  /** The instant from which the hub's data told it: an arrival's, or `turnedAt` when time alone turned it. */
  readonly knownAt: string;
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  readonly source: string | null;
  readonly issue: 'AUTO' | 'CONFIRM';
  readonly message: Bilingual;
  /** For `ROSE` to WARNING or higher; `null` otherwise. */
  readonly receipt: Receipt | null;
  /** Ordinal among the subject's signals: 1, 2, 3 … without a gap. */
  readonly n: number;
}

/** The entry type of signals in a domain's stream. */
export const SIGNAL_ENTRY_TYPE = 'signal';

/** The identity of a signal; equal for the same history however it was batched (law 3). */
export function signalId(signal: Omit<Signal, 'id'>): string {
  const name = [
    signal.rule,
    signal.subjectKind,
    signal.subject,
    signal.occurrence,
    signal.turnedAt,
    signal.kind,
    signal.level,
    signal.n,
  ];
  return createHash('sha256').update(JSON.stringify(name)).digest('hex');
}
