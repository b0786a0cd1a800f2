import { type Parsed, problem, quoted } from './finding.ts';

export type ProjectCodeProblem = 'FORM' | 'MONTH' | 'CHECK';

/** The parts of an investment project code 项目代码. */
export interface ProjectCode {
  readonly value: string;
  /** `CURRENT`: GB/T 40058-2021, in force from November 2020 on; `OLD`: the form before, with a year of four digits. */
  readonly form: 'CURRENT' | 'OLD';
  readonly year: number;
  /** 1–12; `null` in the old form, which has no month. */
  readonly month: number | null;
  /** Division code, 6 digits. */
  readonly division: string;
  /** Central guiding department (old form: sector). */
  readonly department: string;
  readonly projectType: string;
  readonly serial: string;
  /** Whether the check character was tested; `false` while no check function is given. */
  readonly checked: boolean;
}

/** Gives the check character for the 19 characters before it, hyphens left out. */
export type ProjectCheck = (body: string) => string;

const FORM = /^(\d{2})(\d{2})-(\d{6})-(\d{2})-(\d{2})-(\d{5,6})$/;

/**
 * Reads a project code: 20 characters in five groups and four hyphens ("24 digits").
 *
 * The standard's check algorithm is not public, so that the check is off unless `check` is given.
 * A time group whose last two digits are a month is of the current form (2011 is November 2020), any other a year.
 */
export function parseProjectCode(
  text: string,
  { check = null }: { readonly check?: ProjectCheck | null } = {},
): Parsed<ProjectCode, ProjectCodeProblem> {
  const match = FORM.exec(text);
  if (match === null) {
    return problem(
      'FORM',
      `项目代码 ${quoted(text)} 应为 YYMM-区划6位-部门2位-类型2位-6位，连字符在内共24位`,
      `Project code ${quoted(text)} must read YYMM-division(6)-department(2)-type(2)-serial(6), 24 characters with the hyphens`,
    );
  }
  const [, century, last, division, department, projectType, serial] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const month = Number(last);
  const shared = { value: text, division, department, projectType, serial };
  if (serial.length === 5 || (century === '20' && month >= 13 && month <= 21)) {
    return { ok: true, ...shared, form: 'OLD', year: Number(century + last), month: null, checked: false };
  }
  if (month < 1 || month > 12) {
    return problem(
      'MONTH',
      `项目代码 ${text} 的月份应为01至12，现为 ${last}`,
      `The month in project code ${text} must be 01 to 12, but is ${last}`,
    );
  }
  if (check !== null && check(text.replaceAll('-', '').slice(0, 19)) !== text.slice(-1)) {
    return problem(
      'CHECK',
      `项目代码 ${text} 的校验位不符；请核对是否抄错`,
      `The check character of project code ${text} does not fit: a digit is probably mistyped`,
    );
  }
  return { ok: true, ...shared, form: 'CURRENT', year: 2000 + Number(century), month, checked: check !== null };
}

/**
 * Builds a project code of the current form; for tests and simulated data.
 * @param random five digits
 * @throws {RangeError} when the result would not be read back
 */
export function makeProjectCode(
  {
    year,
    month,
    division,
    department,
    projectType,
    random,
  }: { year: number; month: number; division: string; department: string; projectType: string; random: string },
  check: ProjectCheck = () => '0',
): string {
  const time = `${String(year % 100).padStart(2, '0')}${String(month).padStart(2, '0')}`;
  const body = `${time}-${division}-${department}-${projectType}-${random}`;
  const code = body + check(body.replaceAll('-', ''));
  const read = parseProjectCode(code);
  if (!read.ok) throw new RangeError(`${read.message.zh}。 ${read.message.en}`);
  return code;
}
