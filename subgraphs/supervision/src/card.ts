import type { Tier } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { SubjectType } from './subject-types.ts';
import type { CardLevel, CardState, Domain, FeedKind, WarningState } from './words.ts';

/** What a warning and a card share: the finding they speak of, frozen as it was when they arose. Instants in ms. */
export interface FindingFields {
  readonly lane: number;
  readonly id: string;
  readonly domain: Domain;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly subjectKind: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly occurrence: string;
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  readonly source: string | null;
  readonly turnedAt: number;
  readonly knownAt: number;
  readonly message: Bilingual;
  /** The signal from which it arose; empty for a card issued by hand. */
  readonly signal: string;
  readonly receiptHash: string | null;
}

/** A warning (预警). A new value replaces the old one; nothing is changed in place. */
export interface Warning extends FindingFields {
  readonly state: WarningState;
  readonly issuedAt: number;
  readonly endedAt: number | null;
  readonly endReason: Bilingual | null;
  /** Id of the card it turned into. */
  readonly turnedInto: string | null;
  /** When its agency acknowledged it, and the account that did; `null` while nobody has. */
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
}

/** A card (牌). A new value replaces the old one; what happened stands in its history. */
export interface Card extends FindingFields {
  readonly number: string;
  readonly level: CardLevel;
  readonly state: CardState;
  readonly createdAt: number;
  readonly issuedAt: number | null;
  readonly conditionEndedAt: number | null;
  readonly closedAt: number | null;
  readonly closeReason: Bilingual | null;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
  /** The state in which it was superseded, to which it returns when the stronger card falls; `null` otherwise. */
  readonly stateBefore: CardState | null;
  /** The account that issued it by hand or confirmed it; `null` when the hub issued it. */
  readonly issuedBy: string | null;
  /** The tier to which it was handed over; `null` while the supervision body of its own level has it. */
  readonly escalatedTo: Tier | null;
  /** When it was raised from yellow to red, because it was not put right in time (XX-03); `null` when it was not. */
  readonly raisedAt: number | null;
  /** Number of its history's entries, and the hash of the newest. */
  readonly events: number;
  readonly lastHash: string;
}

/** What an act carries (处置内容): plain JSON, part of the hash chain. */
export type ActContent = Readonly<Record<string, unknown>>;

/** An entry of a card's history (牌历史记录). */
export interface CardEvent {
  readonly lane: number;
  readonly card: string;
  readonly sequence: number;
  readonly kind: FeedKind;
  readonly at: number;
  /** An account, or `hub` for the hub itself. */
  readonly by: string;
  readonly reason: Bilingual | null;
  readonly signal: string | null;
  /** What was handed in with the act, for example a plan; `null` when nothing was. */
  readonly content: ActContent | null;
  readonly previousHash: string;
  readonly hash: string;
}

/** The level of one rule on one subject and occurrence as supervision last heard it (当前判定). */
export interface Finding {
  readonly lane: number;
  readonly subjectKind: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly rule: string;
  readonly occurrence: string;
  readonly ruleVersion: string;
  readonly level: 'NONE' | 'UNKNOWN' | 'WARNING' | 'YELLOW' | 'RED';
  readonly agency: string;
  readonly division: string;
  readonly source: string | null;
  readonly turnedAt: number;
  readonly knownAt: number;
  readonly message: Bilingual;
  readonly signal: string;
  readonly receiptHash: string | null;
}

/** What the supervision stream carries: self-contained, so that a reader filters and answers without a query. */
export interface FeedPayload {
  readonly kind: FeedKind;
  readonly at: number;
  readonly signal: string | null;
  readonly card: Card | null;
  readonly warning: Warning | null;
  /** What was handed in with the act; absent in entries from before cards had a life behind their issue. */
  readonly content?: ActContent | null;
}
