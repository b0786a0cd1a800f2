import type { KeptRow } from '@gnomon/records';

/** The rows that their source has not deleted. */
export function living(rows: readonly KeptRow[] | undefined): readonly KeptRow[] {
  return (rows ?? []).filter((row) => row.d !== true);
}

/** The row that its source made last; of equal ones the one with the greater hash. */
export function newest(rows: readonly KeptRow[]): KeptRow | undefined {
  return rows.reduce<KeptRow | undefined>(
    (best, row) => (best === undefined || row.t > best.t || (row.t === best.t && row.h > best.h) ? row : best),
    undefined,
  );
}

/** A kept time in milliseconds; `undefined` when it is empty. */
export function timeOf(row: KeptRow | undefined, name: string): number | undefined {
  const value = row?.c[name];
  return typeof value === 'number' ? value : undefined;
}

/** A kept number; `undefined` when it is empty. */
export const numberOf = timeOf;

/** A kept text or code; `undefined` when it is empty. */
export function textOf(row: KeptRow | undefined, name: string): string | undefined {
  const value = row?.c[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A kept flag; `undefined` when it is empty. */
export function flagOf(row: KeptRow | undefined, name: string): boolean | undefined {
  const value = row?.c[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** The earliest of the times that rows have in a column. */
export function earliest(rows: readonly KeptRow[], name: string): number | undefined {
  const times = rows.flatMap((row) => timeOf(row, name) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** When a row first arrived. */
export function arrivedAt(row: KeptRow): number {
  return row.r0 ?? row.r;
}
