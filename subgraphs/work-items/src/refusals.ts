import {
  REFUSALS as COMMON,
  type Refusal as CommonRefusal,
  type RefusalText,
  type RefusalWords,
  refusalReason as reasonOf,
  refusalRemedy as remedyOf,
} from '@gnomon/records';

/** Every code with which a row can be refused here: those of any row, and those of work items. */
export const REFUSALS = {
  ...COMMON,
  NO_WORK_ITEM_NO: {
    zh: '缺少办件编号 project_no',
    en: 'the work item number project_no is missing',
    remedyZh: '补填办件编号后重新推送',
    remedyEn: 'fill in the work item number and push again',
  },
  NO_ITEM_CODE: {
    zh: '缺少事项编码 task_code',
    en: 'the item code task_code is missing',
    remedyZh: '补填事项实施编码后重新推送',
    remedyEn: 'fill in the implementation code and push again',
  },
  BAD_DAY: {
    zh: '对账日期 day 不是 YYYY-MM-DD',
    en: 'the control total’s day is not YYYY-MM-DD',
    remedyZh: '改为形如 2026-01-05 的日期',
    remedyEn: 'write a date such as 2026-01-05',
  },
  CLASSIFIED: {
    zh: '涉密数据误推，已隔离，未保存内容',
    en: 'classified data; quarantined, no content was kept',
    remedyZh: '立即停止推送该办件并按保密规定处理',
    remedyEn: 'stop pushing this work item at once and act by the secrecy rules',
  },
} as const satisfies Record<string, RefusalWords>;
export type RefusalCode = keyof typeof REFUSALS;

/** A refused row: what it was, why, and what to do. */
export type Refusal = CommonRefusal<RefusalCode>;

/** 原因: why a row was refused, for people and for the program that sent it. */
export function refusalReason(refusal: { readonly code: string; readonly detail: string }): RefusalText {
  return reasonOf(refusal, REFUSALS);
}

/** 处理办法: what to do about it. */
export function refusalRemedy(code: string): RefusalText {
  return remedyOf(code, REFUSALS);
}
