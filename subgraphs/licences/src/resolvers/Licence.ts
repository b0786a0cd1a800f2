import { isResidentId } from '@gnomon/identifiers';
import { maskResidentId } from '@gnomon/identity';
import { type KeptValue, type RecordContext, type RecordRow, recordFields } from '@gnomon/records';
import { dayOf, formatDay } from '@gnomon/working-time';
import { collectedAtOf } from '../derive/catalogue.ts';
import { type Columns, instantOf, livingRows, newestRow, textOf } from '../derive/rows.ts';
import { type StatusChange, statusChanges } from '../derive/validity.ts';

const none: Columns = {};
const faceOf = ({ document }: RecordRow): Columns => newestRow(document, 'catalogue')?.c ?? none;
const text = (name: string) => (row: RecordRow) => textOf(faceOf(row)[name]) || null;
const value = (name: string) => (row: RecordRow) => faceOf(row)[name] ?? null;
const day = (name: string) => (row: RecordRow) => dateOf(faceOf(row)[name]);

const shared = recordFields('licence');

export const Licence = {
  ...shared,
  async number(row: RecordRow, _: unknown, { records }: RecordContext) {
    const number = textOf(faceOf(row).certificate_number);
    if (number === '' || !isResidentId(number)) return number || null;
    return shownNumber(number, await records.unmasking.allows('licence', row.id));
  },
  async rowVersions(row: RecordRow, args: { first: number }, context: RecordContext) {
    const versions = await shared.rowVersions(row, args, context);
    const isOpen = versions.length > 0 && (await context.records.unmasking.allows('licence', row.id));
    return versions.map((version) => ({ ...version, content: shownContent(version.content, isOpen) }));
  },
  typeName: text('certificate_type'),
  typeCode: text('certificate_type_code'),
  name: text('certificate_name'),
  identifier: text('certificate_identifier'),
  workItem: ({ links }: RecordRow) => (links.workItem === undefined ? null : { id: links.workItem }),
  status: ({ state }: RecordRow) => state,
  issuedOn: day('issue_date'),
  validFrom: day('valid_from'),
  validTo: day('valid_to'),
  isLongTerm: value('long_term'),
  conformsToStandard: value('conforms_standard'),
  collectedAt({ document }: RecordRow) {
    const row = newestRow(document, 'catalogue');
    return row === undefined ? null : collectedAtOf(row);
  },
  statusChanges({ document }: RecordRow) {
    const row = newestRow(document, 'catalogue');
    return row === undefined ? [] : statusChanges(row, livingRows(document, 'change')).map(changeNode);
  },
  checks: ({ document }: RecordRow) =>
    livingRows(document, 'check')
      .map(({ g, c }) => ({
        id: g,
        at: instantOf(c.checked_at),
        filePresent: c.file_present ?? null,
        hashMatches: c.hash_matches ?? null,
        sealPresent: c.seal_present ?? null,
        sealValid: c.seal_valid ?? null,
      }))
      .sort((a, b) => (a.at ?? 0) - (b.at ?? 0)),
};

/** Some types bear the holder's resident identity number as theirs. */
function shownNumber(number: string, isOpen: boolean): string {
  return isResidentId(number) && !isOpen ? maskResidentId(number) : number;
}

function shownContent(content: Readonly<Record<string, unknown>>, isOpen: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [
      name,
      typeof value === 'string' ? shownNumber(value, isOpen) : value,
    ]),
  );
}

function changeNode({ id, to, changedAt, syncedAt }: StatusChange) {
  return { id, status: to, changedAt, synchronisedAt: syncedAt };
}

function dateOf(at: KeptValue | undefined): string | null {
  return typeof at === 'number' ? formatDay(dayOf(at)) : null;
}
