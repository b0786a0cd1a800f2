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
export const WARNING_STATES = ['ISSUED', 'RESOLVED', 'TURNED', 'WITHDRAWN'] as const;
export type WarningState = (typeof WARNING_STATES)[number];

/** States of a card (牌状态). The loop of appeal and rectification continues from `ISSUED`. */
export const CARD_STATES = ['DRAFT', 'ISSUED', 'SUPERSEDED', 'WITHDRAWN', 'DECLINED'] as const;
export type CardState = (typeof CARD_STATES)[number];

export const CARD_LEVELS = ['YELLOW', 'RED'] as const;
export type CardLevel = (typeof CARD_LEVELS)[number];

/** What an entry of the supervision feed and of a card's history can say. */
export const FEED_KINDS = [
  'WARNING_ISSUED',
  'WARNING_RESOLVED',
  'WARNING_TURNED',
  'WARNING_WITHDRAWN',
  'ISSUED',
  'HELD',
  'CONFIRMED',
  'DECLINED',
  'SUPERSEDED',
  'WITHDRAWN',
  'REINSTATED',
  'CONDITION_ENDED',
  'RECURRED',
  'LINKED',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** Whether a card takes the place of its rule, subject and occurrence: at most one such card at a time. */
export function isOpen(state: CardState): boolean {
  return state === 'DRAFT' || state === 'ISSUED';
}
