import type { KeptRow, RecordDocument } from '@gnomon/records';

/** The live rows of a part (those that their source has not deleted), in the order of their own ids, whatever order they came in. */
export function liveRows(document: RecordDocument, part: string): readonly KeptRow[] {
  const rows = (document[part] ?? []).filter((row) => row.d === undefined);
  return rows.length < 2 ? rows : rows.toSorted((a, b) => (a.g < b.g ? -1 : a.g > b.g ? 1 : a.s < b.s ? -1 : 1));
}

/** The row of a part that has one: the version that its source made last. */
export function latestRow(document: RecordDocument, part: string): KeptRow | undefined {
  return liveRows(document, part).reduce<KeptRow | undefined>(
    (latest, row) => (latest === undefined || row.t >= latest.t ? row : latest),
    undefined,
  );
}

/** A kept text; '' where there is none. */
export function textOf(row: KeptRow, column: string): string {
  const value = row.c[column];
  return typeof value === 'string' ? value : '';
}

/** A kept instant or number; `null` where there is none. */
export function numberOf(row: KeptRow, column: string): number | null {
  const value = row.c[column];
  return typeof value === 'number' ? value : null;
}

/** Whether a kept flag is set. */
export function isSet(row: KeptRow, column: string): boolean {
  return row.c[column] === true;
}
