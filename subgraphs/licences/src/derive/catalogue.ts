import { parseLicenceIdentifier } from '@gnomon/identifiers';
import type { DeriveWorld, KeptRow, RecordPlace } from '@gnomon/records';
import { type Columns, instantOf, textOf } from './rows.ts';

/**
 * Fields that a licence's metadata must have (GB/T 36902/36903-2018 and the national table). Names and numbers of holders
 * are kept as keys only; that is enough to see whether they are there.
 */
const MANDATORY = [
  'certificate_type',
  'certificate_type_code',
  'certificate_number',
  'certificate_identifier',
  'certificate_holder_key',
  'certificate_holder_code_key',
  'certificate_holder_type',
  'issue_dept',
  'issue_dept_code',
  'issue_date',
  'certificate_area_code',
] as const;

/** When the licence came into the library: as the library says, else when its row first arrived. */
export function collectedAtOf(row: KeptRow): number {
  return instantOf(row.c.collected_at) ?? row.r0 ?? row.r;
}

/** A mandatory field is empty (EL-03). A validity without an end must say so. */
export function isIncomplete(c: Columns): boolean {
  if (c.valid_to === undefined && c.long_term !== true) return true;
  return MANDATORY.some((name) => c[name] === undefined || c[name] === '');
}

/** The licence has an identifier or a type code that can be judged (EL-04). */
export function isIdentified(c: Columns): boolean {
  return textOf(c.certificate_identifier) !== '' || textOf(c.certificate_type_code) !== '';
}

/**
 * Identifier or type do not conform (EL-04): not root.type.issuer.serial.version.check, a wrong check, or a type that the
 * register does not hold on the day of issue. An issuer that is no credit code is tolerated in converted stock only,
 * where division codes occur.
 *
 * @returns `null` while no type register has been published: unknown, never green.
 */
export function isNonconforming(c: Columns, world: DeriveWorld): boolean | null {
  if (world.listedAll('lic_type').length === 0) return null;
  const issuedAt = instantOf(c.issue_date);
  const type = textOf(c.certificate_type_code);
  if (type !== '' && !isListed(type, issuedAt, world)) return true;
  const identifier = textOf(c.certificate_identifier);
  if (identifier === '') return false;
  const read = parseLicenceIdentifier(identifier);
  if (!read.ok) return true;
  if (read.findings.some((finding) => finding !== 'ISSUER' || c.is_stock !== true)) return true;
  return !isListed(read.typeCode, issuedAt, world);
}

/** The type has a national licence engineering standard (EL-09). */
export function hasStandard(type: string, world: DeriveWorld): boolean {
  return world.listed('lic_type', type)?.has_standard === true;
}

/** Type code of a licence known by its name only, from the register; '' when the register has no such name. */
export function typeNamed(name: string, world: DeriveWorld): string {
  return textOf(world.listedAll('lic_type').find((type) => type.type_name === name)?.type_code);
}

/** The issuing agency answers for a licence; one that the register does not know is placed where its source is. */
export function placeOf(uscc: string, source: string, world: DeriveWorld, item: string | null = null): RecordPlace {
  const agency = world.agency(uscc);
  return {
    agency: uscc,
    division: agency?.division ?? world.source(source)?.division ?? '',
    department: agency?.department ?? '',
    item,
  };
}

function isListed(type: string, at: number | null, world: DeriveWorld): boolean {
  const entry = world.listed('lic_type', type);
  if (entry === undefined) return false;
  if (at === null) return true;
  const [from, to] = [instantOf(entry.valid_from), instantOf(entry.valid_to)];
  return (from === null || from <= at) && (to === null || at <= to);
}
