/** The domains of Art. 7 (监督领域); spelled the same in rules, database and graph. */
export const DOMAINS = [
  'DATA_PUSH',
  'WORK_ITEM',
  'LICENCE',
  'REVIEW',
  'BUNDLE',
  'ENGINEERING',
  'CENTRE',
  'LOOP',
  'CONTRADICTION',
] as const;
export type Domain = (typeof DOMAINS)[number];

/** States of a warning (预警状态). */
export const WARNING_STATES = ['ISSUED', 'RESOLVED', 'TURNED', 'WITHDRAWN', 'EXPIRED'] as const;
export type WarningState = (typeof WARNING_STATES)[number];

/** States of a card that is still to be answered (未结状态); `life/table.ts` says which act leads from which to which. */
export const OPEN_CARD_STATES = [
  'DRAFT',
  'ISSUED',
  'SIGNED',
  'ACCEPTED',
  'APPEALED',
  'SUSTAINED',
  'PLANNED',
  'RECTIFYING',
  'RESULT_IN',
] as const;
/** States in which a card has come to its end (终结状态). */
export const ENDED_CARD_STATES = [
  'CLOSED',
  'REVOKED',
  'DOWNGRADED',
  'EXEMPTED',
  'CANCELLED',
  'SUPERSEDED',
  'WITHDRAWN',
  'DECLINED',
] as const;
/** States of a card (牌状态). */
export const CARD_STATES = [...OPEN_CARD_STATES, ...ENDED_CARD_STATES] as const;
export type CardState = (typeof CARD_STATES)[number];
export type OpenCardState = (typeof OPEN_CARD_STATES)[number];

export const CARD_LEVELS = ['YELLOW', 'RED'] as const;
export type CardLevel = (typeof CARD_LEVELS)[number];

/** What a supervisor, an agency or the hub does with a card once it is issued (处置环节); see `life/table.ts`. */
export const ACT_KINDS = [
  'CONFIRMED',
  'DECLINED',
  'ISSUED_BY_HAND',
  'SIGNED',
  'ACCEPTED',
  'ACCEPTED_BY_SILENCE',
  'APPEALED',
  'APPEAL_EXTENDED',
  'APPEAL_SUSTAINED',
  'APPEAL_REVOKED',
  'APPEAL_DOWNGRADED',
  'PLAN_SUBMITTED',
  'PLAN_RETURNED',
  'PLAN_APPROVED',
  'PROGRESS_REPORTED',
  'EXTENSION_ASKED',
  'EXTENSION_GRANTED',
  'EXTENSION_REFUSED',
  'RESULT_REPORTED',
  'RESULT_SENT_BACK',
  'CLOSED',
  'FALSE_REPORT_FOUND',
  'RAISED',
  'ESCALATED',
  'ORDERED',
  'CANCELLED',
  'EXEMPTED',
] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** What an entry of the supervision feed and of a card's history can say. */
export const FEED_KINDS = [
  'WARNING_ISSUED',
  'WARNING_RESOLVED',
  'WARNING_TURNED',
  'WARNING_WITHDRAWN',
  'WARNING_EXPIRED',
  'WARNING_ACKNOWLEDGED',
  'ISSUED',
  'HELD',
  'SUPERSEDED',
  'WITHDRAWN',
  'REINSTATED',
  'CONDITION_ENDED',
  'RECURRED',
  'LINKED',
  ...ACT_KINDS,
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** Whether a card takes the place of its rule, subject and occurrence: at most one such card at a time. */
export function isOpen(state: CardState): state is OpenCardState {
  return (OPEN_CARD_STATES as readonly CardState[]).includes(state);
}

/** States of a card that was not due, or is so no more: nobody is late with it, and what was said of its deadlines is withdrawn. */
export const FALLEN: ReadonlySet<CardState> = new Set([
  'REVOKED',
  'DOWNGRADED',
  'WITHDRAWN',
  'CANCELLED',
  'EXEMPTED',
  'DECLINED',
]);
