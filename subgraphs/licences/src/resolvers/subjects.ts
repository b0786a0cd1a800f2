import { type RecordContext, type RecordRow, recordFields, type SubjectRow, subjectFields } from '@gnomon/records';
import type { Clock } from '@gnomon/working-time';
import { collectedAtOf } from '../derive/catalogue.ts';
import { instantOf, livingRows, newestRow } from '../derive/rows.ts';

export const LicenceDuty = {
  ...recordFields('licence-duty'),
  workItem: ({ id }: RecordRow) => ({ id }),
  finishedAt: ({ document }: RecordRow) => instantOf(newestRow(document, 'item')?.c.finishedAt),
  collectedAt({ document }: RecordRow) {
    const rows = livingRows(document, 'licence');
    return rows.length === 0 ? null : Math.min(...rows.map(collectedAtOf));
  },
};

/** A number that only one licence bears is no subject. */
export const LicenceNumber = {
  ...subjectFields('licence-number'),
  state: ({ facts }: SubjectRow) =>
    (facts.duplicate as Clock | undefined)?.stoppedAt === null ? 'DUPLICATE' : 'RESOLVED',
};

export const LicenceError = {
  ...recordFields('licence-error'),
  licence: ({ links }: RecordRow, _: unknown, context: RecordContext) =>
    links.licence === undefined ? null : context.records.load.record.load(`licence ${links.licence}`),
  returnedAt: ({ document }: RecordRow) => instantOf(newestRow(document, 'error')?.c.returned_at),
  fixedAt: ({ document }: RecordRow) => instantOf(newestRow(document, 'error')?.c.fixed_at),
};

export const LicenceAgencyDay = subjectFields('licence-agency-day');
export const LicenceAgencyMonth = subjectFields('licence-agency-month');
export const LicenceTypeMonth = subjectFields('licence-type-month');
