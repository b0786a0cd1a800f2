import { isCreditCode } from './credit-code.ts';
import { type Parsed, problem, quoted } from './finding.ts';
import { checkCharacter3736 } from './mod-37-36.ts';

/** The root of electronic licence identifiers under ISO object identifiers (GB/T 36904-2018). */
export const LICENCE_ROOT = '1.2.156.3005.2';
/** A root that some old programs write. */
const OLD_ROOT = '1.2.156.3003.2';

/**
 * What is doubtful about an identifier that can be read. Findings are data quality, never a refusal:
 * identifiers with a wrong check are in force.
 *
 * - `CHECK`: the check character does not fit; `CHECK_WITH_ROOT`: it fits when the root is summed too, as old programs do;
 * - `OLD_ROOT`: the root ends in 3003.2; `TYPE_CODE`: the type is not a credit code and three digits;
 * - `ISSUER`: the issuer is not a credit code (division codes occur in old data).
 */
export const LICENCE_FINDINGS = ['CHECK', 'CHECK_WITH_ROOT', 'OLD_ROOT', 'TYPE_CODE', 'ISSUER'] as const;
export type LicenceFinding = (typeof LICENCE_FINDINGS)[number];

/** The parts of an electronic licence identifier 电子证照标识. */
export interface LicenceIdentifier {
  readonly value: string;
  /** Credit code of the body that set the licence standard, and its number, e.g. `11100000000013338W011`. */
  readonly typeCode: string;
  readonly issuer: string;
  readonly serial: string;
  /** From 1; raised at each change. */
  readonly version: number;
  readonly check: string;
  readonly findings: readonly LicenceFinding[];
}

const FORM = /^(1\.2\.156\.300[35]\.2)\.([0-9A-Z]{1,30})\.([0-9A-Z]{1,30})\.([0-9A-Z]{1,64})\.(\d{3})\.([0-9A-Z])$/;

/** Reads an electronic licence identifier; only a text without its form is refused. */
export function parseLicenceIdentifier(text: string): Parsed<LicenceIdentifier, 'FORM'> {
  const match = FORM.exec(text);
  if (match === null) {
    return problem(
      'FORM',
      `电子证照标识 ${quoted(text)} 应为 ${LICENCE_ROOT}.类型代码.颁发机构代码.流水号.三位版本号.校验位`,
      `Licence identifier ${quoted(text)} must read ${LICENCE_ROOT}.type.issuer.serial.version (three digits).check`,
    );
  }
  const [, root, typeCode, issuer, serial, version, check] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const findings: LicenceFinding[] = checkFindings(root, typeCode + issuer + serial + version, check);
  if (root === OLD_ROOT) findings.push('OLD_ROOT');
  if (!/^\d{3}$/.test(typeCode.slice(18)) || !isCreditCode(typeCode.slice(0, 18))) findings.push('TYPE_CODE');
  if (!isCreditCode(issuer)) findings.push('ISSUER');
  return { ok: true, value: text, typeCode, issuer, serial, version: Number(version), check, findings };
}

/**
 * Builds an identifier with its check character, ISO 7064 MOD 37,36 over type, issuer, serial and version.
 * @throws {RangeError} when the result would not be read back
 */
export function makeLicenceIdentifier(typeCode: string, issuer: string, serial: string, version: number): string {
  const shownVersion = String(version).padStart(3, '0');
  const check = checkCharacter3736(typeCode + issuer + serial + shownVersion) ?? '';
  const identifier = [LICENCE_ROOT, typeCode, issuer, serial, shownVersion, check].join('.');
  const read = parseLicenceIdentifier(identifier);
  if (!read.ok) throw new RangeError(`${read.message.zh}。 ${read.message.en}`);
  return identifier;
}

function checkFindings(root: string, body: string, check: string): LicenceFinding[] {
  if (checkCharacter3736(body) === check) return [];
  return checkCharacter3736(root.replaceAll('.', '') + body) === check ? ['CHECK_WITH_ROOT'] : ['CHECK'];
}
