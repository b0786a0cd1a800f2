import type { ActKind, CardState, OpenCardState } from '../words.ts';

/*
 * The life of a card: who may do what, from which state, to which. Exhaustive: an act that has no line here does not compile, and a state
 * that a line does not name refuses the act.
 *
 *   DRAFT ──confirm──► ISSUED ──sign──► SIGNED ──accept, silence──► ACCEPTED ──plan──► PLANNED ──approve──► RECTIFYING ──result──► RESULT_IN ──close──► CLOSED
 *     └─decline─► DECLINED                 │                           ▲  ▲                │return (at most twice)   ▲                  │
 *                                          └─appeal─► APPEALED ─sustain─► SUSTAINED ─plan─►┘ ────► ACCEPTED         └──── send back ───┘
 *                                                      │  ▲                  │
 *                                                      │  └─ appeal again ───┘   once, one tier up
 *                                                      ├─ revoke ────► REVOKED
 *                                                      └─ downgrade ─► DOWNGRADED
 *
 *   Any open state once issued: cancel ─► CANCELLED, exempt ─► EXEMPTED (a held card too); order (督办) leaves it as it is, and so does
 *   escalate (a held card too: the tier above then decides whether it is issued).
 *   A declared outage exempts by the hub itself; an appeal that is running then ends with REVOKED (src/outage/).
 *   The ledger's own moves (superseded, withdrawn by correction, reinstated) are in ../ledger.ts.
 *
 * Overdue (逾期) is no state: it is the verdict of rules XX-01 to XX-03 on the card, which is a subject like any other.
 */

/** Who acts (办理人). */
export type Actor =
  /** The hub itself (平台). */
  | 'HUB'
  /** Staff of the agency that the card is for (实施机构工作人员), its chief representative included. */
  | 'AGENCY'
  /** Its chief representative (首席代表). */
  | 'CHIEF'
  /** The supervision body that has the card (监督主体): of its own level, or the one to which it was handed over. */
  | 'SUPERVISOR'
  /** The supervision body one tier above (上一级监督主体); the region's own where there is none above. */
  | 'SUPERVISOR_ABOVE';

/** One line of the table. */
export interface LifeLine {
  readonly by: readonly Actor[];
  readonly from: readonly OpenCardState[] | readonly ['CLOSED'];
  /** The state it leads to; `null` when the card stays in its state. */
  readonly to: CardState | null;
}

const AWAITING_ANSWER = ['ISSUED', 'SIGNED'] as const;
const PLAN_OWED = ['ACCEPTED', 'SUSTAINED'] as const;
const ISSUED_AND_OPEN = [
  'ISSUED',
  'SIGNED',
  'ACCEPTED',
  'APPEALED',
  'SUSTAINED',
  'PLANNED',
  'RECTIFYING',
  'RESULT_IN',
] as const;

/** The table of acts. `ISSUED_BY_HAND` begins a card and has no state before it. */
export const LIFE: Readonly<Record<ActKind, LifeLine>> = {
  CONFIRMED: { by: ['SUPERVISOR'], from: ['DRAFT'], to: 'ISSUED' },
  DECLINED: { by: ['SUPERVISOR'], from: ['DRAFT'], to: 'DECLINED' },
  ISSUED_BY_HAND: { by: ['SUPERVISOR'], from: [], to: 'ISSUED' },
  SIGNED: { by: ['AGENCY'], from: ['ISSUED'], to: 'SIGNED' },
  ACCEPTED: { by: ['CHIEF'], from: ['SIGNED'], to: 'ACCEPTED' },
  ACCEPTED_BY_SILENCE: { by: ['HUB'], from: AWAITING_ANSWER, to: 'ACCEPTED' },
  APPEALED: { by: ['CHIEF'], from: ['SIGNED', 'SUSTAINED'], to: 'APPEALED' },
  APPEAL_EXTENDED: { by: ['SUPERVISOR', 'SUPERVISOR_ABOVE'], from: ['APPEALED'], to: null },
  APPEAL_SUSTAINED: { by: ['SUPERVISOR', 'SUPERVISOR_ABOVE'], from: ['APPEALED'], to: 'SUSTAINED' },
  APPEAL_REVOKED: { by: ['HUB', 'SUPERVISOR', 'SUPERVISOR_ABOVE'], from: ['APPEALED'], to: 'REVOKED' },
  APPEAL_DOWNGRADED: { by: ['SUPERVISOR', 'SUPERVISOR_ABOVE'], from: ['APPEALED'], to: 'DOWNGRADED' },
  PLAN_SUBMITTED: { by: ['CHIEF'], from: PLAN_OWED, to: 'PLANNED' },
  PLAN_RETURNED: { by: ['HUB', 'SUPERVISOR'], from: ['PLANNED'], to: 'ACCEPTED' },
  PLAN_APPROVED: { by: ['SUPERVISOR'], from: ['PLANNED'], to: 'RECTIFYING' },
  PROGRESS_REPORTED: { by: ['AGENCY'], from: ['RECTIFYING'], to: null },
  EXTENSION_ASKED: { by: ['CHIEF'], from: ['RECTIFYING'], to: null },
  EXTENSION_GRANTED: { by: ['SUPERVISOR'], from: ['RECTIFYING'], to: null },
  EXTENSION_REFUSED: { by: ['SUPERVISOR'], from: ['RECTIFYING'], to: null },
  RESULT_REPORTED: { by: ['CHIEF'], from: ['RECTIFYING'], to: 'RESULT_IN' },
  RESULT_SENT_BACK: { by: ['SUPERVISOR'], from: ['RESULT_IN'], to: 'RECTIFYING' },
  CLOSED: { by: ['SUPERVISOR'], from: ['RESULT_IN'], to: 'CLOSED' },
  FALSE_REPORT_FOUND: { by: ['SUPERVISOR', 'SUPERVISOR_ABOVE'], from: ['CLOSED'], to: null },
  RAISED: { by: ['HUB'], from: ['RECTIFYING', 'RESULT_IN'], to: null },
  ESCALATED: { by: ['HUB', 'SUPERVISOR_ABOVE'], from: ['DRAFT', ...ISSUED_AND_OPEN], to: null },
  ORDERED: { by: ['SUPERVISOR', 'SUPERVISOR_ABOVE'], from: ISSUED_AND_OPEN, to: null },
  CANCELLED: { by: ['SUPERVISOR'], from: ISSUED_AND_OPEN, to: 'CANCELLED' },
  EXEMPTED: { by: ['HUB', 'SUPERVISOR'], from: ['DRAFT', ...ISSUED_AND_OPEN], to: 'EXEMPTED' },
};
