import { type Parsed, problem, quoted } from './finding.ts';
import { alphanumericValue } from './mod-37-36.ts';

const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECKS = '0X987654321';

export type OrganisationCodeProblem = 'FORM' | 'CHECK';

/**
 * Reads an organisation code 组织机构代码 (GB 11714-1997), with or without the hyphen before its check character.
 * It lives on as characters 9 to 17 of a unified social credit code.
 */
export function parseOrganisationCode(text: string): Parsed<{ readonly value: string }, OrganisationCodeProblem> {
  const value = text.length === 10 && text.charAt(8) === '-' ? text.slice(0, 8) + text.charAt(9) : text;
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(value)) {
    return problem(
      'FORM',
      `组织机构代码应为8位数字或大写字母加1位校验码，现为 ${quoted(text)}；请核对`,
      `An organisation code has 8 digits or capital letters and a check character, but this is ${quoted(text)}: compare it with the certificate`,
    );
  }
  if (isOrganisationCodeAt(value, 0)) return { ok: true, value };
  return problem(
    'CHECK',
    `组织机构代码 ${value} 的校验码不符；请核对是否抄错`,
    `The check character of organisation code ${value} does not fit: a character is probably mistyped`,
  );
}

/** Whether the nine characters from `start` on are an organisation code with a fitting check. Allocates nothing. */
export function isOrganisationCodeAt(text: string, start: number): boolean {
  let sum = 0;
  for (let i = 0; i < 8; i++) {
    const value = alphanumericValue(text.charCodeAt(start + i));
    if (value < 0) return false;
    sum += value * (WEIGHTS[i] as number);
  }
  return text.charCodeAt(start + 8) === CHECKS.charCodeAt(sum % 11);
}

/**
 * Completes eight digits or capital letters to an organisation code.
 * @throws {RangeError} when they are not
 */
export function makeOrganisationCode(first8: string): string {
  if (!/^[0-9A-Z]{8}$/.test(first8)) {
    throw new RangeError(
      `组织机构代码主体应为8位数字或大写字母。 The body of an organisation code must be 8 digits or capital letters, got ${quoted(first8)}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += alphanumericValue(first8.charCodeAt(i)) * (WEIGHTS[i] as number);
  return first8 + CHECKS.charAt(sum % 11);
}
