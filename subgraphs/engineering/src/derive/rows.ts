import type { KeptRow, RecordDocument } from '@gnomon/records';

/** The rows of a part that stand: those that their source deleted are left out, in order of row guid. */
export function standing(document: RecordDocument, part: string): readonly KeptRow[] {
  return (document[part] ?? []).filter((row) => row.d !== true).sort((a, b) => (a.g < b.g ? -1 : a.g > b.g ? 1 : 0));
}

/** The one row of a part; where sources pushed several, the one made last. */
export function latest(document: RecordDocument, part: string): KeptRow | null {
  return standing(document, part).reduce<KeptRow | null>(
    (best, row) => (best === null || row.t >= best.t ? row : best),
    null,
  );
}

export const textOf = (row: KeptRow, name: string): string | null => {
  const value = row.c[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
export const numberOf = (row: KeptRow, name: string): number | null => {
  const value = row.c[name];
  return typeof value === 'number' ? value : null;
};
/** An instant in milliseconds. */
export const timeOf = numberOf;
