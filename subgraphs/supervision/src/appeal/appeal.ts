import { type Tier, tierAbove } from '@gnomon/identity';
import type { Bilingual, JsonValue, Level } from '@gnomon/rule-engine';
import type { Suspension } from '@gnomon/working-time';
import type { ActContent, Card, CardEvent } from '../card.ts';
import { pausesOf } from '../duties/card-clocks.ts';
import { supervisingTier } from '../life/actors.ts';

/*
 * An appeal (申诉) is read from its card's history, where it stands in two or three entries:
 *
 *   APPEALED (what is contested, and the pair of verdicts) ─► [APPEAL_EXTENDED] ─► APPEAL_SUSTAINED | APPEAL_REVOKED | APPEAL_DOWNGRADED
 *
 * Without a decision it is open while the card stands in APPEALED, and has lapsed when the card ended otherwise.
 */

/** Grounds of an appeal (申诉理由); our reading, the measures names none. */
export const APPEAL_GROUNDS = [
  'WRONG_DATA',
  'CLOCK_ERROR',
  'WRONG_AGENCY',
  'FORCE_MAJEURE',
  'EXEMPTION',
  'RULE_MISAPPLIED',
  'OTHER',
] as const;
export type AppealGround = (typeof APPEAL_GROUNDS)[number];

/** What an appeal can be decided to (研判决定). */
export const APPEAL_DECISIONS = ['SUSTAIN', 'REVOKE', 'DOWNGRADE'] as const;
export type AppealDecisionKind = (typeof APPEAL_DECISIONS)[number];

/** The history entry of each decision. */
export const DECISION_ACTS = {
  SUSTAIN: 'APPEAL_SUSTAINED',
  REVOKE: 'APPEAL_REVOKED',
  DOWNGRADE: 'APPEAL_DOWNGRADED',
} as const satisfies Readonly<Record<AppealDecisionKind, CardEvent['kind']>>;

/** A file of which the hub keeps the hash and its source the content (佐证). */
export interface AppealEvidence {
  readonly name: string;
  readonly sha256: string;
}

/** A fact that is contested, and the value claimed (争议事实). */
export interface ContestedFact {
  readonly path: readonly string[];
  readonly judged: JsonValue;
  readonly claimed: JsonValue;
  readonly evidence: AppealEvidence;
}

/** What an `APPEALED` entry holds. Written by `raise.ts` alone. */
export interface AppealContent {
  readonly appeal: string;
  readonly number: string;
  readonly round: number;
  readonly grounds: readonly AppealGround[];
  readonly statement: string;
  readonly document: string | null;
  readonly outage: string | null;
  readonly contested: readonly ContestedFact[];
  readonly evidence: readonly AppealEvidence[];
  /** Hash of the receipt as judged; `null` when the card has none. */
  readonly asJudged: string | null;
  /** Hash of the counterfactual receipt; `null` when no fact is contested. */
  readonly asClaimed: string | null;
  readonly claimedLevel: Level | null;
  readonly computed: AppealDecisionKind | null;
}

/** The decision of an appeal (研判结论). */
export interface AppealDecision {
  readonly decision: AppealDecisionKind;
  readonly at: number;
  readonly by: string;
  readonly reason: Bilingual | null;
  readonly legalBasis: string | null;
  readonly deviationReason: string | null;
}

/** An appeal as it stands (申诉). */
export interface Appeal extends Omit<AppealContent, 'appeal'> {
  readonly id: string;
  readonly card: Card;
  readonly state: 'OPEN' | 'SUSTAINED' | 'REVOKED' | 'DOWNGRADED' | 'LAPSED';
  /** While a stronger card stood in the place of this one, nothing could be decided. */
  readonly pauses: readonly Suspension[];
  readonly raisedAt: number;
  readonly raisedBy: string;
  readonly extendedAt: number | null;
  readonly extensionReason: Bilingual | null;
  readonly decision: AppealDecision | null;
}

/** The identifier of a card's appeal. */
export function appealId(card: string, round: number): string {
  return `${card}-${round}`;
}

/** What an identifier of an appeal names; `null` when it is none. */
export function readAppealId(id: string): { readonly card: string; readonly round: number } | null {
  const [, card, round] = /^([0-9a-f]{32})-([12])$/.exec(id) ?? [];
  return card === undefined ? null : { card, round: Number(round) };
}

/** The appeals against a card, from its history, first round first. */
export function appealsOf(card: Card, history: readonly CardEvent[]): readonly Appeal[] {
  const pauses = pausesOf(history);
  return history.flatMap((entry, index) => {
    if (entry.kind !== 'APPEALED' || entry.content === null) return [];
    const after = history.slice(index + 1);
    const next = after.findIndex(({ kind }) => kind === 'APPEALED');
    const running = next === -1 && card.state === 'APPEALED';
    const appeal = appealOf(card, entry, next === -1 ? after : after.slice(0, next), running);
    return [{ ...appeal, pauses }];
  });
}

/** The tier whose supervision body judges a round: that which has the card, in the second round one above (Art. 8). */
export function judgingTier(card: Card, round: number): Tier {
  const tier = supervisingTier(card);
  return round === 1 ? tier : tierAbove(tier);
}

/** What follows from the level under the claimed facts; `null` when nothing does, because it could not be decided. */
export function decisionFrom(level: Card['level'], claimed: Level): AppealDecisionKind | null {
  if (claimed === 'UNKNOWN') return null;
  if (claimed === 'RED' || claimed === level) return 'SUSTAIN';
  const oneLower = level === 'RED' ? 'YELLOW' : 'WARNING';
  return claimed === oneLower ? 'DOWNGRADE' : 'REVOKE';
}

function appealOf(
  card: Card,
  raised: CardEvent,
  after: readonly CardEvent[],
  running: boolean,
): Omit<Appeal, 'pauses'> {
  // The content was written by `raise.ts`, and its hash is in the chain.
  const { appeal: id, ...content } = raised.content as unknown as AppealContent;
  const extension = after.find(({ kind }) => kind === 'APPEAL_EXTENDED');
  const decision = decisionOf(after);
  return {
    ...content,
    id,
    card,
    state: decision === null ? (running ? 'OPEN' : 'LAPSED') : STATES[decision.decision],
    raisedAt: raised.at,
    raisedBy: raised.by,
    extendedAt: extension?.at ?? null,
    extensionReason: extension?.reason ?? null,
    decision,
  };
}

const STATES = { SUSTAIN: 'SUSTAINED', REVOKE: 'REVOKED', DOWNGRADE: 'DOWNGRADED' } as const;

function decisionOf(after: readonly CardEvent[]): AppealDecision | null {
  for (const entry of after)
    for (const decision of APPEAL_DECISIONS)
      if (entry.kind === DECISION_ACTS[decision])
        return {
          ...{ decision, at: entry.at, by: entry.by, reason: entry.reason },
          legalBasis: textOf(entry.content, 'legalBasis'),
          deviationReason: textOf(entry.content, 'deviationReason'),
        };
  return null;
}

function textOf(content: ActContent | null, name: string): string | null {
  const value = content?.[name];
  return typeof value === 'string' ? value : null;
}
