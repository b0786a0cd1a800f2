import { type KeptRow, liveRows as livingOf, latestRow as newestOf, type RecordDocument } from '@gnomon/records';

/** The live rows of a part (those that their source has not deleted), in the order of their own ids, whatever order they came in. */
export function liveRows(document: RecordDocument, part: string): readonly KeptRow[] {
  return livingOf(document[part]).toSorted((a, b) => (a.g < b.g ? -1 : a.g > b.g ? 1 : a.s < b.s ? -1 : 1));
}

/** The row of a part that has one: the version that its source made last. */
export function latestRow(document: RecordDocument, part: string): KeptRow | undefined {
  return newestOf(document[part]);
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

/**
 * Rows as they stood at an instant: where `column` tells of something later, it and what came to be known with it are left out.
 */
export function rowsAsOf(
  rows: readonly KeptRow[] | undefined,
  instant: number,
  column: string,
  knownWith: readonly string[] = [],
): readonly KeptRow[] {
  return (rows ?? []).map((row) => {
    if (!((numberOf(row, column) ?? 0) > instant)) return row;
    const kept = Object.entries(row.c).filter(([name]) => name !== column && !knownWith.includes(name));
    return { ...row, c: Object.fromEntries(kept) };
  });
}
