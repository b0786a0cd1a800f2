import { type Parsed, problem, quoted } from './finding.ts';
import { isOrganisationCodeAt } from './organisation-code.ts';

/** The 31 characters of GB 32100-2015: no I, O, S, V, Z. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3 to the power of the position, modulo 31. */
const WEIGHTS = Uint8Array.from({ length: 17 }, (_, i) => Number(3n ** BigInt(i) % 31n));
const VALUES = valuesByCharacterCode();

export const CREDIT_CODE_PROBLEMS = ['LENGTH', 'CHARACTER', 'DIVISION', 'CHECK'] as const;
export type CreditCodeProblem = (typeof CREDIT_CODE_PROBLEMS)[number];

/** The parts of a unified social credit code 统一社会信用代码. */
export interface CreditCode {
  readonly value: string;
  /** Registering authority (character 1) and kind of body (character 2); government bodies begin with `11`. */
  readonly authority: string;
  readonly kind: string;
  /** Division code at registration, 6 digits; it may since have been dissolved. */
  readonly division: string;
  /** Characters 9 to 17. */
  readonly organisationCode: string;
  /** A second, softer test: whether the organisation code's own check fits as well. Some codes that are in force fail it. */
  readonly organisationCheckHolds: boolean;
}

/** What is wrong with a text as a credit code, `null` when it is one. The hot path of intake: allocates nothing. */
export function creditCodeProblem(text: string): CreditCodeProblem | null {
  if (text.length !== 18) return 'LENGTH';
  let sum = 0;
  let isDivision = true;
  for (let i = 0; i < 17; i++) {
    const value = valueAt(text, i);
    if (value < 0) return 'CHARACTER';
    if (value > 9 && i >= 2 && i < 8) isDivision = false;
    sum += value * (WEIGHTS[i] as number);
  }
  const check = valueAt(text, 17);
  if (check < 0) return 'CHARACTER';
  if (!isDivision) return 'DIVISION';
  return (sum + check) % 31 === 0 ? null : 'CHECK';
}

/** Whether the text is a unified social credit code (GB 32100-2015), capital letters only. Allocates nothing. */
export function isCreditCode(text: string): boolean {
  return creditCodeProblem(text) === null;
}

/** Reads a credit code into its parts, or says in both languages what is wrong. */
export function parseCreditCode(text: string): Parsed<CreditCode, CreditCodeProblem> {
  switch (creditCodeProblem(text)) {
    case 'LENGTH':
      return problem(
        'LENGTH',
        `统一社会信用代码应为18位，${quoted(text)} 为${text.length}位；请核对`,
        `A unified social credit code has 18 characters, but ${quoted(text)} has ${text.length}: compare it with the certificate`,
      );
    case 'CHARACTER':
      return problem(
        'CHARACTER',
        `统一社会信用代码 ${quoted(text)} 含有不允许的字符；只用数字和大写字母，不用 I、O、S、V、Z`,
        `Credit code ${quoted(text)} holds a character that does not occur in one: only digits and capital letters other than I, O, S, V, Z do`,
      );
    case 'DIVISION':
      return problem(
        'DIVISION',
        `统一社会信用代码 ${text} 的第3至8位（登记管理机关行政区划）应为数字；请核对`,
        `Characters 3 to 8 of credit code ${text}, the division of registration, must be digits: compare it with the certificate`,
      );
    case 'CHECK':
      return problem(
        'CHECK',
        `统一社会信用代码 ${text} 的校验码不符；请核对是否抄错`,
        `The check character of credit code ${text} does not fit: a character is probably mistyped`,
      );
    case null:
      return {
        ok: true,
        value: text,
        authority: text.charAt(0),
        kind: text.charAt(1),
        division: text.slice(2, 8),
        organisationCode: text.slice(8, 17),
        organisationCheckHolds: isOrganisationCodeAt(text, 8),
      };
  }
}

/**
 * Completes 17 characters of the alphabet, digits from the 3rd to the 8th, to a credit code.
 * @throws {RangeError} when they are not
 */
export function makeCreditCode(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) {
    const value = first17.length === 17 ? valueAt(first17, i) : -1;
    if (value < 0 || (value > 9 && i >= 2 && i < 8)) {
      throw new RangeError(
        `信用代码主体应为17位，第3至8位为数字，且不含 I、O、S、V、Z。 The body of a credit code must be 17 digits or capital letters other than I, O, S, V, Z, with digits from the 3rd to the 8th, got ${quoted(first17)}`,
      );
    }
    sum += value * (WEIGHTS[i] as number);
  }
  return first17 + ALPHABET.charAt((31 - (sum % 31)) % 31);
}

function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (VALUES[code] as number) : -1;
}

function valuesByCharacterCode(): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let value = 0; value < ALPHABET.length; value++) values[ALPHABET.charCodeAt(value)] = value;
  return values;
}
