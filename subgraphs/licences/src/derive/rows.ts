import type { KeptRow, KeptValue, RecordDocument } from '@gnomon/records';

/** Columns of one version of a row. */
export type Columns = Readonly<Record<string, KeptValue>>;

/** Rows of a part that their sources have not deleted, oldest version time first. */
export function livingRows(document: RecordDocument, part: string): readonly KeptRow[] {
  return (document[part] ?? []).filter((row) => row.d !== true).toSorted(byTime);
}

/** The newest of them. */
export function newestRow(document: RecordDocument, part: string): KeptRow | undefined {
  return livingRows(document, part).at(-1);
}

/** The version of a row that stood at an instant by the source's own time; the first one when all are later. */
export function columnsAt(row: KeptRow, instant: number): Columns {
  let best: { readonly t: number; readonly c: Columns } = { t: row.t, c: row.c };
  for (const version of row.o ?? []) {
    if (version.c === undefined || version.d === true) continue;
    const isBetter = best.t > instant ? version.t < best.t : version.t <= instant && version.t > best.t;
    if (isBetter) best = { t: version.t, c: version.c };
  }
  return best.c;
}

/** An instant column; `null` when it is empty. */
export function instantOf(value: KeptValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

/** A text column; '' when it is empty. */
export function textOf(value: KeptValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function byTime(a: KeptRow, b: KeptRow): number {
  return a.t - b.t || (`${a.s}:${a.g}` < `${b.s}:${b.g}` ? -1 : 1);
}
