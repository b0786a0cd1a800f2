import { type Parsed, problem, quoted } from './finding.ts';
import { checkCharacter3736 } from './mod-37-36.ts';

/** The longest work item number of the national push tables (`project_no`). */
export const WORK_ITEM_NUMBER_MAX = 50;

/**
 * A work item number 办件编号. Numbers that the hub did not give are opaque: nothing is read out of them,
 * and they are unique only together with their source.
 */
export type WorkItemNumber =
  | {
      readonly value: string;
      readonly form: 'OWN';
      readonly division: string;
      readonly date: string;
      readonly sequence: number;
    }
  | { readonly value: string; readonly form: 'FOREIGN' };
export type WorkItemNumberProblem = 'EMPTY' | 'LENGTH' | 'CHARACTER';

/** Reads a work item number: an own one of 21 characters whose check fits, or any other of up to 50 printable characters. */
export function parseWorkItemNumber(text: string): Parsed<WorkItemNumber, WorkItemNumberProblem> {
  if (text.trim() === '') return problem('EMPTY', '办件编号为空；请补充', 'The work item number is empty: give it');
  if (text.length > WORK_ITEM_NUMBER_MAX) {
    return problem(
      'LENGTH',
      `办件编号不应超过${WORK_ITEM_NUMBER_MAX}个字符，${quoted(text)} 有${text.length}个`,
      `A work item number has at most ${WORK_ITEM_NUMBER_MAX} characters, but ${quoted(text)} has ${text.length}`,
    );
  }
  if (/\p{C}/u.test(text) || text !== text.trim()) {
    return problem(
      'CHARACTER',
      `办件编号 ${quoted(text)} 含有控制字符或首尾空格；请清理`,
      `Work item number ${quoted(text)} holds control characters, or blanks at an end: clean it`,
    );
  }
  if (
    /^\d{20}[0-9A-Z]$/.test(text) &&
    isDate(text.slice(6, 14)) &&
    checkCharacter3736(text.slice(0, 20)) === text.charAt(20)
  ) {
    const date = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
    return {
      ok: true,
      value: text,
      form: 'OWN',
      division: text.slice(0, 6),
      date,
      sequence: Number(text.slice(14, 20)),
    };
  }
  return { ok: true, value: text, form: 'FOREIGN' };
}

/**
 * Builds an own number: 6 digits of division (shorter codes are filled with zeros), 8 of the date, 6 of sequence, 1 check.
 * @param division code without trailing zeros; of a longer one the county is taken
 * @param date `YYYY-MM-DD`
 * @param sequence 0 to 999999, counted for each division and day
 * @throws {RangeError} when a part does not fit
 */
export function makeWorkItemNumber(division: string, date: string, sequence: number): string {
  const digits = date.replaceAll('-', '');
  const isSequence = Number.isInteger(sequence) && sequence >= 0 && sequence <= 999_999;
  if (!/^\d{2,12}$/.test(division) || !/^\d{4}-\d{2}-\d{2}$/.test(date) || !isDate(digits) || !isSequence) {
    throw new RangeError(
      `办件编号需要区划代码、日期 YYYY-MM-DD 和 0 至 999999 的顺序号。 A work item number needs a division code, a date YYYY-MM-DD and a sequence of 0 to 999999, ` +
        `got ${quoted(division)}, ${quoted(date)}, ${sequence}`,
    );
  }
  const body = division.slice(0, 6).padEnd(6, '0') + digits + String(sequence).padStart(6, '0');
  return body + checkCharacter3736(body);
}

function isDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
