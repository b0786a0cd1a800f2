import { tierAbove } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { Card } from '../card.ts';
import type { ActKind } from '../words.ts';
import { supervisingTier } from './actors.ts';
import { type Course, planReturns } from './course.ts';
import { PLAN_RETURNS, SEND_BACKS } from './limits.ts';

type Bar = (card: Card, course: Course) => Bilingual | null;

/**
 * Why an act that the table of life allows in the card's state is not possible all the same, for what has been done before; `null` when it is.
 * Pure, so that a card can say beforehand which acts are open.
 */
export function barred(kind: ActKind, card: Card, course: Course): Bilingual | null {
  return BARS[kind]?.(card, course) ?? null;
}

/** Whether the card can be handed one tier up; what the region has, or those above it, has nobody further above. */
export function canBeHandedOver(card: Card): boolean {
  const tier = supervisingTier(card);
  return tierAbove(tier) !== tier;
}

const undecidedExtension: Bar = ({ number }, { extension }) =>
  extension !== null && extension.decidedAt === null
    ? null
    : {
        zh: `牌 ${number} 没有待审的延期申请；请等机构申请延期（askExtension）。`,
        en: `Card ${number} has no extension to decide on; the agency asks for one by askExtension.`,
      };

const BARS: Readonly<Partial<Record<ActKind, Bar>>> = {
  PLAN_RETURNED: ({ number }, course) =>
    planReturns(course) < PLAN_RETURNS
      ? null
      : {
          zh: `牌 ${number} 的整改方案已退回 ${PLAN_RETURNS} 次，不能再退；请审核通过，或以督办（orderCard）明确要求。`,
          en: `The plan of card ${number} was returned ${PLAN_RETURNS} times and cannot be again; approve it, or say what is required by an order (orderCard).`,
        },
  EXTENSION_ASKED: ({ number }, { extension }) =>
    extension === null
      ? null
      : {
          zh: `牌 ${number} 已申请过延期；每张牌只能申请一次。`,
          en: `An extension of card ${number} was asked for before; a card can have one request.`,
        },
  EXTENSION_GRANTED: undecidedExtension,
  EXTENSION_REFUSED: undecidedExtension,
  RESULT_SENT_BACK: (card, course) =>
    course.sendBacks < SEND_BACKS || canBeHandedOver(card)
      ? null
      : {
          zh: `牌 ${card.number} 的整改结果已退回 ${SEND_BACKS} 次，且没有上一级监督主体；请复核销号，或以督办（orderCard）处理。`,
          en: `The result of card ${card.number} was sent back ${SEND_BACKS} times and there is no tier above; close the card or give an order (orderCard).`,
        },
  ESCALATED: (card) =>
    canBeHandedOver(card)
      ? null
      : {
          zh: `牌 ${card.number} 已由自治区级监督主体承办，没有上一级可移交。`,
          en: `Card ${card.number} is with the region already; there is no tier above to hand it to.`,
        },
  FALSE_REPORT_FOUND: ({ number }, { falseReportAt }) =>
    falseReportAt === null
      ? null
      : {
          zh: `牌 ${number} 已查实虚假整改，不必重复登记。`,
          en: `The result of card ${number} is on record as false already.`,
        },
};
