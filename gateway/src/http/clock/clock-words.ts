import type { Bilingual, ClockAnswer, ClockLimit } from './clock-answer.ts';

const name = (zh: string, en: string): Bilingual => ({ zh, en });

/** States of an application as its applicant reads them. */
const STATES: Readonly<Record<string, Bilingual>> = {
  SUBMITTED: name('已提交', 'Submitted'),
  PRE_REVIEWED: name('预审通过', 'Pre-review passed'),
  PRE_RETURNED: name('预审退回', 'Returned at pre-review'),
  SUPPLEMENT_REQUIRED: name('需要补正材料', 'A supplement is required of you'),
  SUPPLEMENTED: name('已补正，等待受理', 'Supplement handed in'),
  ACCEPTED: name('已受理', 'Accepted'),
  NOT_ACCEPTED: name('不予受理', 'Not accepted'),
  IN_REVIEW: name('审查中', 'In review'),
  SPECIAL_PROCEDURE: name('特别程序中，停止计时', 'In a special procedure; the clock stands still'),
  DECIDED_GRANTED: name('准予，等待送达', 'Granted, to be delivered'),
  DECIDED_DENIED: name('不予许可', 'Denied'),
  CERTIFIED: name('已制证', 'Certificate made'),
  FINISHED: name('已办结', 'Finished'),
  WITHDRAWN: name('已撤回', 'Withdrawn'),
  VOIDED: name('已作废', 'Voided'),
  RETURNED: name('已退件', 'Returned'),
  FORWARDED: name('已转报', 'Forwarded'),
};
const UNKNOWN_STATE = name('暂不能确定', 'Cannot be told at the moment');

/** A state's name. */
export function stateName(state: string | null): Bilingual {
  return state !== null && Object.hasOwn(STATES, state) ? STATES[state]! : UNKNOWN_STATE;
}

/** Units of limits. */
export const UNIT_NAMES: Readonly<Record<ClockLimit['unit'], Bilingual>> = {
  WORKDAY: name('个工作日', 'working days'),
  DAY: name('天', 'days'),
  WORK_HOUR: name('个工作小时', 'office hours'),
  HOUR: name('小时', 'hours'),
};

/** What stands, in words that a person can act on. */
export const STANDING_TEXTS: Readonly<Record<NonNullable<ClockAnswer['standing']> | 'UNKNOWN', Bilingual>> = {
  NONE: name('没有预警，也没有黄牌或红牌。', 'No warning and no card stands on this application.'),
  WARNING: name('有预警：期限将近或已有偏差，监督平台已提醒实施机构。', 'A warning stands: the agency was reminded.'),
  YELLOW: name(
    '有黄牌：监督主体已要求实施机构答复并整改。',
    'A yellow card stands: the agency must answer and put it right.',
  ),
  RED: name(
    '有红牌：监督主体已要求实施机构限期整改。',
    'A red card stands: the agency must put it right by a set date.',
  ),
  UNKNOWN: name(
    '监督状态暂时无法得知，请稍后再看。',
    'Whether a warning or card stands cannot be told at the moment; look again later.',
  ),
};

const DAY = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'long' });
const DAY_EN = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', dateStyle: 'long' });
const TIME = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short' });
const TIME_EN = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short' });

/** A day in China. */
export function dayText(iso: string): Bilingual {
  const at = new Date(iso);
  return name(DAY.format(at), DAY_EN.format(at));
}

/** An instant in China, to the minute. */
export function timeText(iso: string): Bilingual {
  const at = new Date(iso);
  return name(TIME.format(at), TIME_EN.format(at));
}
