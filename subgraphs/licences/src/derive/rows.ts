import { type KeptRow, type KeptValue, latestRow, liveRows, type RecordDocument } from '@gnomon/records';

/** Columns of one version of a row. */
export type Columns = Readonly<Record<string, KeptValue>>;

/** Rows of a part that their sources have not deleted, oldest version time first. */
export function livingRows(document: RecordDocument, part: string): readonly KeptRow[] {
  return liveRows(document[part]).toSorted(byTime);
}

/** The newest of them. */
export function newestRow(document: RecordDocument, part: string): KeptRow | undefined {
  return latestRow(document[part]);
}

interface Version {
  readonly t: number;
  readonly h: string;
  readonly c: Columns;
}

/** The version of a row that stood at an instant by the source's own time; the first one when all are later. */
export function columnsAt(row: KeptRow, instant: number): Columns {
  const versions: Version[] = [row];
  for (const { t, h, c, d } of row.o ?? []) if (c !== undefined && d !== true) versions.push({ t, h, c });
  versions.sort((a, b) => a.t - b.t || (a.h < b.h ? -1 : 1));
  return (versions.findLast((version) => version.t <= instant) ?? (versions[0] as Version)).c;
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
