import { type KeptRow, liveRows, type RecordDocument } from '@gnomon/records';

/** The rows of a part that stand: those that their source deleted are left out, in order of row guid. */
export function standing(document: RecordDocument, part: string): readonly KeptRow[] {
  return [...liveRows(document[part])].sort((a, b) => (a.g < b.g ? -1 : a.g > b.g ? 1 : 0));
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
