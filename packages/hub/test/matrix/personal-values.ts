/** Columns of the sources' tables that hold what a person is known by. */
const COLUMNS = [
  'applyer_name',
  'applyer_page_code',
  'legal',
  'contact_name',
  'contact_code',
  'contact_mobile',
  'address',
  'applicant_name',
  'applicant_code',
  'certificate_holder',
  'certificate_holder_code',
  'complainant_name',
  'complainant_code',
  'reviewer_name',
  'staff_name',
];
/** A surname alone is no person. */
const SHORTEST = 2;

/** Personal values of pushed rows: none of them may stand in an answer to whoever gave no purpose. */
export function personalValues(rows: readonly Readonly<Record<string, unknown>>[]): ReadonlySet<string> {
  const values = new Set<string>();
  for (const row of rows) {
    for (const column of COLUMNS) {
      const value = row[column];
      if (typeof value === 'string' && value.length >= SHORTEST && !value.includes('*')) values.add(value);
    }
  }
  return values;
}
