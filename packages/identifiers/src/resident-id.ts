import { type Parsed, problem, quoted } from './finding.ts';

const WEIGHTS = Uint8Array.of(7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2);
const CHECKS = '10X98765432';

export const RESIDENT_ID_PROBLEMS = ['LENGTH', 'CHARACTER', 'DIVISION', 'BIRTH_DATE', 'CHECK', 'OBSOLETE'] as const;
export type ResidentIdProblem = (typeof RESIDENT_ID_PROBLEMS)[number];

/** The parts of a resident identity number 公民身份号码. Personal data: do not log them. */
export interface ResidentId {
  /** With a capital `X`; as given when it is of the obsolete form. */
  readonly value: string;
  /** Division at first registration, 6 digits; it may since have been dissolved, so it is not looked up. */
  readonly division: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly sex: 'FEMALE' | 'MALE';
  /** True for the 15 digits that were issued before 1999. */
  readonly obsolete: boolean;
}

/**
 * What is wrong with a text as a resident identity number (GB 11643-1999), `null` when it is one.
 * A small `x` is taken for the capital. 15 digits are `OBSOLETE`. The hot path of intake: allocates nothing.
 */
export function residentIdProblem(text: string): ResidentIdProblem | null {
  if (text.length === 15) return isObsolete(text) ? 'OBSOLETE' : 'LENGTH';
  if (text.length !== 18) return 'LENGTH';
  let sum = 0;
  for (let i = 0; i < 17; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return 'CHARACTER';
    sum += digit * (WEIGHTS[i] as number);
  }
  const last = text.charCodeAt(17);
  if (!((last >= 48 && last <= 57) || last === 88 || last === 120)) return 'CHARACTER';
  if (text.charCodeAt(0) === 48) return 'DIVISION';
  if (!isBirthDate(numberAt(text, 6, 4), numberAt(text, 10, 2), numberAt(text, 12, 2))) return 'BIRTH_DATE';
  return (last === 120 ? 88 : last) === CHECKS.charCodeAt(sum % 11) ? null : 'CHECK';
}

/** Whether the text is a resident identity number of 18 characters. Allocates nothing. */
export function isResidentId(text: string): boolean {
  return residentIdProblem(text) === null;
}

/**
 * Reads a resident identity number into its parts. With `historic`, for licences of old, the 15-digit form is read too;
 * otherwise it is refused as `OBSOLETE`. Messages name the fault and never the number.
 */
export function parseResidentId(text: string, { historic = false } = {}): Parsed<ResidentId, ResidentIdProblem> {
  const found = residentIdProblem(text);
  if (found === null) return { ok: true, ...parts(text.toUpperCase(), text.slice(6, 14), text.charCodeAt(16), false) };
  if (found === 'OBSOLETE' && historic)
    return { ok: true, ...parts(text, `19${text.slice(6, 12)}`, text.charCodeAt(14), true) };
  return PROBLEMS[found];
}

/**
 * Completes 17 digits (division, birth date, sequence) to a resident identity number. For tests and simulated data.
 * @throws {RangeError} when they are no 17 digits or hold no existing date
 */
export function makeResidentId(first17: string): string {
  if (
    !/^[1-9]\d{16}$/.test(first17) ||
    !isBirthDate(numberAt(first17, 6, 4), numberAt(first17, 10, 2), numberAt(first17, 12, 2))
  ) {
    throw new RangeError(
      `身份号码主体应为17位数字，且第7至14位为存在的日期。 The body of a resident identity number must be 17 digits with an existing date in the 7th to 14th, got ${quoted(first17)}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (first17.charCodeAt(i) - 48) * (WEIGHTS[i] as number);
  return first17 + CHECKS.charAt(sum % 11);
}

function parts(value: string, birth: string, sequenceEnd: number, obsolete: boolean): ResidentId {
  return {
    value,
    division: value.slice(0, 6),
    birthDate: `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`,
    sex: sequenceEnd % 2 === 1 ? 'MALE' : 'FEMALE',
    obsolete,
  };
}

function isObsolete(text: string): boolean {
  for (let i = 0; i < 15; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return false;
  }
  return (
    text.charCodeAt(0) !== 48 && isBirthDate(1900 + numberAt(text, 6, 2), numberAt(text, 8, 2), numberAt(text, 10, 2))
  );
}

function numberAt(text: string, start: number, length: number): number {
  let number = 0;
  for (let i = start; i < start + length; i++) number = number * 10 + text.charCodeAt(i) - 48;
  return number;
}

/** An existing date from 1800 on. Whether it lies in the future is not asked: that would need a clock. */
function isBirthDate(year: number, month: number, day: number): boolean {
  if (year < 1800 || month < 1 || month > 12 || day < 1) return false;
  if (month === 2) return day <= ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28);
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

const PROBLEMS = {
  LENGTH: problem(
    'LENGTH',
    '身份号码应为18位；请核对',
    'A resident identity number has 18 characters, this one has not: compare it with the card',
  ),
  CHARACTER: problem(
    'CHARACTER',
    '身份号码前17位应为数字，末位为数字或 X；请核对',
    'A resident identity number is 17 digits and a digit or X: compare it with the card',
  ),
  DIVISION: problem(
    'DIVISION',
    '身份号码不应以0开头；请核对',
    'A resident identity number does not begin with 0: compare it with the card',
  ),
  BIRTH_DATE: problem(
    'BIRTH_DATE',
    '身份号码第7至14位不是存在的日期；请核对',
    'Digits 7 to 14 of a resident identity number must be an existing date: compare it with the card',
  ),
  CHECK: problem(
    'CHECK',
    '身份号码校验码不符；请核对是否抄错',
    'The check character of the resident identity number does not fit: a digit is probably mistyped',
  ),
  OBSOLETE: problem(
    'OBSOLETE',
    '15位身份号码已停用；请提供18位号码',
    'Identity numbers of 15 digits are obsolete: give the one of 18',
  ),
} as const;
