import type { Bilingual } from '@gnomon/rule-engine';
import type { Signal } from './signal.ts';

/** Why a weaker card closed: a stronger one of the same rule and occurrence took its place. */
export const SUPERSEDED_BY_STRONGER: Bilingual = {
  zh: '同一规则、同一对象的更高等级牌已取代本牌。',
  en: 'A stronger card of the same rule and subject took the place of this one.',
};

/** Why a superseded card stands again. */
export const STRONGER_FELL: Bilingual = {
  zh: '取代本牌的更高等级牌未予发出或已不成立，本牌恢复有效。',
  en: 'The stronger card that had taken its place was not issued or has fallen; this one stands again.',
};

/** Why a warning ended without a card. */
export const CONDITION_PASSED: Bilingual = {
  zh: '预警情形已消除。',
  en: 'The condition of the warning has passed.',
};

/** Why a warning ended with a card. */
export const TURNED_INTO_CARD: Bilingual = {
  zh: '预警情形已发展为黄牌或红牌。',
  en: 'The condition went on to a card.',
};

/** Why a card counts as accepted although nobody answered. */
export const ACCEPTED_IN_SILENCE: Bilingual = {
  zh: '逾期未认领也未申诉，自时限届满之时起视为认领。',
  en: 'Neither accepted nor appealed in time: it counts as accepted from the instant at which the limit was over.',
};

/** Why a yellow card became a red one. */
export const RAISED_FOR_DELAY: Bilingual = {
  zh: '逾期未提交整改结果，黄牌升为红牌。',
  en: 'The result of the rectification was not handed in by its time limit: the yellow card is raised to red.',
};

/** Why a card was handed to the tier above by the hub itself. */
export const HANDED_OVER_FOR_DELAY: Bilingual = {
  zh: '逾期未提交整改结果，移交上一级监督主体督办。',
  en: 'The result of the rectification stayed out: handed over to the supervision body one tier above.',
};

/** Why a card on an agency's indicator was handed to the tier above by the hub itself. */
export const HANDED_OVER_FOR_REPETITION: Bilingual = {
  zh: '同类问题反复发生，移交上一级监督主体。',
  en: 'The same problem came again and again: handed over to the supervision body one tier above.',
};

/** Why a warning expired: nothing judges it any more. */
export function ruleEnded(rule: string): Bilingual {
  return {
    zh: `${rule} 已不再施行，不再有规则判定本预警，由本平台终结。`,
    en: `${rule} is no longer in force, so that nothing judges this warning any more; ended by the hub itself.`,
  };
}

/** Why a card or warning closed in favour of another rule: no double punishment. */
export function yielded(rule: string): Bilingual {
  return {
    zh: `按优先顺序由其他规则处理，${rule} 不重复发牌。`,
    en: `Another rule has precedence; ${rule} gives no second card for the same matter.`,
  };
}

/** Why the hub itself withdrew a card or warning: names the correcting signal. */
export function disproved(signal: Signal): Bilingual {
  return {
    zh: `更正后的数据表明当时未达到该等级，由本平台自行撤回。${signal.message.zh}（更正信号 ${signal.id}）`,
    en: `Corrected data show that the level had not been reached; withdrawn by the hub itself. ${signal.message.en} (signal ${signal.id})`,
  };
}
