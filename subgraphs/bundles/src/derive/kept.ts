import { type KeptRow, type KeptValue, liveRows } from '@gnomon/records';

/** Kept columns of a row. */
export type Columns = Readonly<Record<string, KeptValue>>;

/** Rows that their source has not deleted, in the order of a time, then by guid. */
export function byTime(rows: readonly KeptRow[] | undefined, column: string): readonly KeptRow[] {
  return [...liveRows(rows)].sort(
    (a, b) => (instant(a.c, column) ?? 0) - (instant(b.c, column) ?? 0) || (a.g < b.g ? -1 : 1),
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
