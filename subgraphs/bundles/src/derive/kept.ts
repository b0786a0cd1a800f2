import type { KeptRow, KeptValue, RecordDocument } from '@gnomon/records';

/** Kept columns of a row. */
export type Columns = Readonly<Record<string, KeptValue>>;

/** The rows of a part that their source has not deleted, by the first of `order` columns that they have, then by guid. */
export function liveRows(document: RecordDocument, part: string, order?: string): readonly KeptRow[] {
  const live = (document[part] ?? []).filter((row) => row.d !== true);
  if (order === undefined || live.length < 2) return live;
  return [...live].sort((a, b) => (instant(a.c, order) ?? 0) - (instant(b.c, order) ?? 0) || (a.g < b.g ? -1 : 1));
}

/** The live row of a part that its source made last. */
export function latestRow(document: RecordDocument, part: string): KeptRow | undefined {
  return liveRows(document, part).reduce<KeptRow | undefined>(
    (latest, row) =>
      latest === undefined || row.t > latest.t || (row.t === latest.t && row.g > latest.g) ? row : latest,
    undefined,
  );
}

/** A kept time or number, or `null`. */
export function instant(columns: Columns, name: string): number | null {
  const value = columns[name];
  return typeof value === 'number' ? value : null;
}

/** A kept text, or `''`. */
export function textOf(columns: Columns, name: string): string {
  const value = columns[name];
  return typeof value === 'string' ? value : '';
}

/** The earliest of what is known, or `null`. */
export function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** The parts of a list written with commas (also 、 and ，), without blanks. */
export function listOf(value: string): readonly string[] {
  return value
    .split(/[,，、]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
