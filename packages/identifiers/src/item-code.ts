import { parseCreditCode } from './credit-code.ts';
import { type Parsed, problem, quoted } from './finding.ts';

/** Level of exercise 行使层级, character 19 of an implementation code (GB/T 39046-2020 A.2). */
export const EXERCISE_LEVELS = {
  1: 'NATIONAL',
  2: 'REGION',
  3: 'CITY',
  4: 'COUNTY',
  5: 'TOWN',
  6: 'VILLAGE',
  7: 'GRADED',
} as const;
export type ExerciseLevel = (typeof EXERCISE_LEVELS)[keyof typeof EXERCISE_LEVELS];

/**
 * `BASIC` 基本编码 of 12 characters, `IMPLEMENTATION` 实施编码 of 31, `HANDLING` 业务办理项编码 of 33.
 * `SHORT` (10) and `LONG` (24) are forms of GB/T 39046-2020 that only some sources use.
 */
export const ITEM_CODE_FORMS = ['BASIC', 'IMPLEMENTATION', 'HANDLING', 'SHORT', 'LONG'] as const;
export type ItemCodeForm = (typeof ITEM_CODE_FORMS)[number];
export type ItemCodeProblem = 'LENGTH' | 'CHARACTER' | 'LEVEL' | 'AGENCY';

/** A basic code 基本编码, the item as the catalogue has it. */
export interface BasicItemCode {
  readonly value: string;
  /** `000` for a national item, otherwise the province. */
  readonly area: string;
  readonly department: string;
  readonly main: string;
  readonly sub: string;
}

/** The parts of a service item code 事项编码. What a form does not hold is `null`. */
export interface ItemCode {
  readonly value: string;
  readonly form: ItemCodeForm;
  /** Credit code of the implementing agency. */
  readonly agency: string | null;
  readonly level: ExerciseLevel | null;
  readonly basic: BasicItemCode | null;
  /** Number of the business-handling item under the implementation code. */
  readonly handling: string | null;
}

/** The forms on the national platform; others hold only when a source's code system names them. */
const NATIONAL_FORMS: readonly ItemCodeForm[] = ['BASIC', 'IMPLEMENTATION', 'HANDLING'];
const FORM_OF_LENGTH: Readonly<Record<number, ItemCodeForm>> = {
  12: 'BASIC',
  31: 'IMPLEMENTATION',
  33: 'HANDLING',
  10: 'SHORT',
  24: 'LONG',
};

/** Reads an item code into its parts, or says in both languages what is wrong. */
export function parseItemCode(
  text: string,
  forms: readonly ItemCodeForm[] = NATIONAL_FORMS,
): Parsed<ItemCode, ItemCodeProblem> {
  const form = FORM_OF_LENGTH[text.length];
  if (form === undefined || !forms.includes(form)) return lengthProblem(text, forms);
  if (!/^[0-9A-Z]+$/.test(text)) {
    return problem(
      'CHARACTER',
      `事项编码 ${quoted(text)} 只应含数字和大写字母`,
      `Item code ${quoted(text)} may hold digits and capital letters only`,
    );
  }
  if (form === 'SHORT' || form === 'LONG')
    return { ok: true, value: text, form, agency: null, level: null, basic: null, handling: null };
  if (form === 'BASIC')
    return { ok: true, value: text, form, agency: null, level: null, basic: basicOf(text), handling: null };
  const agency = parseCreditCode(text.slice(0, 18));
  if (!agency.ok) {
    return problem(
      'AGENCY',
      `事项编码 ${text} 的前18位：${agency.message.zh}`,
      `The first 18 characters of item code ${text}: ${agency.message.en}`,
    );
  }
  const level = EXERCISE_LEVELS[text.charAt(18) as unknown as keyof typeof EXERCISE_LEVELS] as
    | ExerciseLevel
    | undefined;
  if (level === undefined) {
    return problem(
      'LEVEL',
      `事项编码 ${text} 第19位（行使层级）应为1至7，现为 ${text.charAt(18)}`,
      `Character 19 of item code ${text}, the level of exercise, must be 1 to 7, but is ${text.charAt(18)}`,
    );
  }
  const handling = form === 'HANDLING' ? text.slice(31) : null;
  return { ok: true, value: text, form, agency: agency.value, level, basic: basicOf(text.slice(19, 31)), handling };
}

/**
 * Builds an implementation code 实施编码 from an agency's credit code, its level and a basic code,
 * and with two more characters a business-handling code.
 * @throws {RangeError} when the result would not be read back
 */
export function makeItemCode(agency: string, level: ExerciseLevel, basic: string, handling = ''): string {
  const digit = Object.entries(EXERCISE_LEVELS).find(([, name]) => name === level)?.[0] ?? '';
  const code = agency + digit + basic + handling;
  const read = parseItemCode(code, ['IMPLEMENTATION', 'HANDLING']);
  if (!read.ok) throw new RangeError(`${read.message.zh}。 ${read.message.en}`);
  return code;
}

/**
 * Whether a level of exercise fits an agency that stands in a division (code without trailing zeros; empty for the nation).
 * A graded item 分级 fits every level.
 */
export function levelFits(level: ExerciseLevel, division: string): boolean {
  return level === 'GRADED' || level === LEVEL_OF_DIVISION[division.length];
}

const LEVEL_OF_DIVISION: Readonly<Record<number, ExerciseLevel>> = {
  0: 'NATIONAL',
  2: 'REGION',
  4: 'CITY',
  6: 'COUNTY',
  9: 'TOWN',
  12: 'VILLAGE',
};

function basicOf(value: string): BasicItemCode {
  return {
    value,
    area: value.slice(0, 3),
    department: value.slice(3, 6),
    main: value.slice(6, 9),
    sub: value.slice(9),
  };
}

function lengthProblem(text: string, forms: readonly ItemCodeForm[]): Parsed<ItemCode, ItemCodeProblem> {
  const lengths = Object.entries(FORM_OF_LENGTH)
    .filter(([, form]) => forms.includes(form))
    .map(([length]) => length);
  return problem(
    'LENGTH',
    `事项编码应为${lengths.join('、')}位，${quoted(text)} 为${text.length}位；如数源采用其他编码，请在数源的编码体系中声明`,
    `An item code has ${lengths.join(', ')} characters, but ${quoted(text)} has ${text.length}: if the source uses another code system, declare it there`,
  );
}
