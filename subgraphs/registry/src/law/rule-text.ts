import type { Instant } from '@gnomon/working-time';

/** Kinds of rule text (规则文本种类) and the folder in which each stands. */
export const RULE_TEXT_FOLDERS = {
  RULE: 'base',
  OVERLAY: 'overlays',
  EXEMPTION: 'exemptions',
  FACTS: 'facts',
  CALENDAR_NOTICE: 'calendar/notices',
  CALENDAR_OVERLAY: 'calendar/overlays',
} as const;
export type RuleTextKind = keyof typeof RULE_TEXT_FOLDERS;

/** States of a rule text (规则文本状态), in the order of its life; WITHDRAWN ends one that was never published. */
export const RULE_TEXT_STATES = ['DRAFT', 'CONSULTED', 'PUBLISHED', 'IN_FORCE', 'REPLACED', 'WITHDRAWN'] as const;
export type RuleTextState = (typeof RULE_TEXT_STATES)[number];

/** A rule text as it is kept. */
export interface RuleText {
  readonly id: string;
  readonly ordinal: number;
  readonly kind: RuleTextKind;
  readonly path: string;
  /** `REPEALED`: it ends the text of its path. */
  readonly text: string;
  readonly hash: string;
  readonly division: string;
  readonly department: string | null;
  readonly rule: string | null;
  readonly document: string;
  readonly contact: string;
  readonly note: string;
  readonly isFavourable: boolean;
  readonly proposedAt: Instant;
  readonly proposedBy: string;
  readonly consultedAt: Instant | null;
  readonly consultedBy: string | null;
  readonly consultation: string | null;
  readonly publishedAt: Instant | null;
  readonly publishedBy: string | null;
  readonly inForceAt: Instant | null;
  readonly withdrawnAt: Instant | null;
  readonly withdrawnBy: string | null;
  readonly withdrawal: string | null;
  /** The first instant at which a later text of the same path holds; null while none is published. */
  readonly replacedAt: Instant | null;
}

/*
 *            consult            publish              its instant           another text's instant
 *   DRAFT ────────────► CONSULTED ────────► PUBLISHED ───────────► IN_FORCE ───────────► REPLACED
 *     │  exemptions and calendars are published without consultation  ▲
 *     ├────────────────────────────────────────────────────────────────┘
 *     └── withdraw (also when consulted) ──► WITHDRAWN
 */

/** The state at an instant. Pure: nothing has to run for a text to come into force. */
export function stateOf(text: RuleText, now: Instant): RuleTextState {
  if (text.withdrawnAt !== null) return 'WITHDRAWN';
  if (text.inForceAt === null) return text.consultedAt === null ? 'DRAFT' : 'CONSULTED';
  if (text.replacedAt !== null && text.replacedAt <= now) return 'REPLACED';
  return text.inForceAt <= now ? 'IN_FORCE' : 'PUBLISHED';
}

/** What a text says that ends the one of its path without another in its place. */
export const REPEALED = '';

/** Whether bodies must be heard before publication: not on a relief, nor on the State Council's holidays; on the end of either all the same. */
export function needsConsultation({ kind, text }: Pick<RuleText, 'kind' | 'text'>): boolean {
  return text === REPEALED || kind === 'RULE' || kind === 'OVERLAY' || kind === 'FACTS';
}
