import { clockOf, type DerivedRecord, type DeriveWorld, type RecordDocument } from '@gnomon/records';
import { placeOf } from './catalogue.ts';
import { instantOf, newestRow, textOf } from './rows.ts';

/** A licence row that the national exchange returned, until it is corrected or explained (EL-11). */
export function deriveLicenceError(document: RecordDocument, id: string, world: DeriveWorld): DerivedRecord | null {
  const row = newestRow(document, 'error');
  const returnedAt = instantOf(row?.c.returned_at);
  if (row === undefined || returnedAt === null) return null;
  const place = placeOf(textOf(row.c.issue_dept_code), row.s, world);
  const fixedAt = instantOf(row.c.fixed_at);
  const handling = clockOf({
    calendar: world.calendarFor(place.division),
    limit: { amount: 5, unit: 'WORKDAY' },
    start: returnedAt,
    stoppedAt: fixedAt === null ? null : Math.max(fixedAt, returnedAt),
  });
  const licence = textOf(row.c.certificate_source_id);
  return {
    place,
    listedAt: returnedAt,
    state: fixedAt === null ? 'RETURNED' : 'FIXED',
    open: fixedAt === null,
    ...(licence === '' ? {} : { links: { licence: `${row.s}:${licence}` } }),
    subjects: [
      {
        kind: 'licence-error',
        type: 'LicenceError',
        id,
        facts: { fixed: fixedAt !== null, handling },
        origin: returnedAt,
      },
    ],
    marks: [],
    milestone: null,
  };
}
