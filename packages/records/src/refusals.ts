/** 原因: why a row was refused, for people and for the program that sent it. */
export interface RefusalText {
  readonly zh: string;
  readonly en: string;
}

/** The codes with which any row can be refused, with what to do about it; a domain may add its own. */
export const REFUSALS = {
  UNREADABLE: {
    zh: '该行不是一个 JSON 对象',
    en: 'the line is not one JSON object',
    remedyZh: '每行写一个完整的 JSON 对象，UTF-8 编码',
    remedyEn: 'write one whole JSON object a line, in UTF-8',
  },
  LINE_TOO_LONG: {
    zh: '该行超过 64 KB',
    en: 'the line is longer than 64 KB',
    remedyZh: '检查换行符；一行只放一条记录',
    remedyEn: 'check the line ends; one record a line',
  },
  UNKNOWN_TABLE: {
    zh: '表名不在推送表清单内',
    en: 'the table is not one of the push tables',
    remedyZh: '改用推送表清单内的表名',
    remedyEn: 'use one of the listed names',
  },
  UNKNOWN_OPERATION: {
    zh: 'cd_operation 不是 I、U、D 之一',
    en: 'cd_operation is none of I, U, D',
    remedyZh: '新增填 I，修改填 U，删除填 D',
    remedyEn: 'I for insert, U for update, D for delete',
  },
  NO_ROW_GUID: {
    zh: '缺少 row_guid',
    en: 'row_guid is missing',
    remedyZh: '为每条记录填写唯一标识',
    remedyEn: 'give each record its unique identifier',
  },
  BAD_TIME: {
    zh: '时间无法识别，或不在 1991-09-15 至 2099-12-31 之间',
    en: 'a time cannot be read, or lies outside 1991-09-15 … 2099-12-31',
    remedyZh: '改为 YYYY-MM-DD hh:mm:ss 或带时区的 ISO 8601',
    remedyEn: 'write YYYY-MM-DD hh:mm:ss or ISO 8601 with an offset',
  },
  BAD_NUMBER: {
    zh: '数值无法识别',
    en: 'a number cannot be read',
    remedyZh: '只写数字和小数点',
    remedyEn: 'digits and a decimal point only',
  },
  BAD_VALUE: {
    zh: '字段值不是文本、数字或布尔值，或含有非法字符',
    en: 'a field is no text, number or boolean, or holds characters that cannot be kept',
    remedyZh: '去掉控制字符与嵌套结构',
    remedyEn: 'remove control characters and nested structures',
  },
  VALUE_TOO_LONG: {
    zh: '字段超出规定长度',
    en: 'a field is wider than its column',
    remedyZh: '按数据字典的长度截取或更正',
    remedyEn: 'correct it to the width in the field dictionary',
  },
  NO_KEY: {
    zh: '缺少确定记录归属的字段',
    en: 'a column that says which record the row belongs to is empty',
    remedyZh: '补填该字段后重新推送',
    remedyEn: 'fill it in and push again',
  },
  MISSING_VALUE: {
    zh: '缺少必填字段，该行无法使用',
    en: 'a column without which the row is of no use is empty',
    remedyZh: '补填该字段后重新推送',
    remedyEn: 'fill it in and push again',
  },
  FOREIGN_SOURCE: {
    zh: '该行不属于本数源',
    en: 'the row belongs to another source',
    remedyZh: '只推送本数源的记录，或更正 data_source',
    remedyEn: 'push rows of your own source only, or correct data_source',
  },
  UNKNOWN_SOURCE: {
    zh: '数源未登记',
    en: 'the source is not in the register',
    remedyZh: '先在监管平台登记数源',
    remedyEn: 'have the source registered first',
  },
  UNKNOWN_CODE_SYSTEM: {
    zh: '代码体系未登记',
    en: 'the code system is not known',
    remedyZh: '改用 GB/T 39046-2020，或先登记代码对照表',
    remedyEn: 'use GB/T 39046-2020, or have the code map registered first',
  },
} as const satisfies Record<string, RefusalWords>;
export type RefusalCode = keyof typeof REFUSALS;

/** A table of codes with their texts. */
export type RefusalTexts = Readonly<Record<string, (typeof REFUSALS)[RefusalCode] | RefusalWords>>;
/** The words of one code. */
export interface RefusalWords {
  readonly zh: string;
  readonly en: string;
  readonly remedyZh: string;
  readonly remedyEn: string;
}

/** A refused row: what it was, why, and what to do. Holds no content of the row beyond its identity. */
export interface Refusal<Code extends string = RefusalCode> {
  readonly code: Code;
  /** The column or value that decided it, where there is one; never personal data. */
  readonly detail: string;
  readonly table: string;
  readonly guid: string;
  readonly no: string;
}

/** The reason in both languages, with the column or value that decided it. */
export function refusalReason(
  refusal: { readonly code: string; readonly detail: string },
  texts: RefusalTexts = REFUSALS,
): RefusalText {
  const text = wordsOf(refusal.code, texts);
  const { detail } = refusal;
  return {
    zh: detail === '' ? text.zh : `${text.zh}（${detail}）`,
    en: detail === '' ? text.en : `${text.en} (${detail})`,
  };
}

/** What to do about it, in both languages. */
export function refusalRemedy(code: string, texts: RefusalTexts = REFUSALS): RefusalText {
  const text = wordsOf(code, texts);
  return { zh: text.remedyZh, en: text.remedyEn };
}

function wordsOf(code: string, texts: RefusalTexts): RefusalWords {
  const text = texts[code];
  if (text === undefined) throw new Error(`refusals: the code ${code} has no words; add it to the table of codes.`);
  return text;
}
