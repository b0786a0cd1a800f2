import type { Transaction } from '@gnomon/subgraph-kit';
import type { MarkCount } from '../mark-sums.ts';

/** What an aggregate's marks may be kept apart by. */
export type MarkAxis = 'agency' | 'division' | 'item' | 'group';
const COLUMN: Readonly<Record<MarkAxis, string>> = {
  agency: 'agency',
  division: 'division',
  item: 'item',
  group: 'grp',
};

/** Which marks: under these parts, dated from `from` (included) to `to` (excluded), as they were known at `knownAt`. */
export interface MarkSpan {
  readonly under: Readonly<Partial<Record<MarkAxis, string>>>;
  readonly from: number;
  readonly to: number;
  readonly knownAt: number;
}

/** Counts of equal marks, with their day in China and whether their rows may come later. */
export interface DatedCount extends MarkCount {
  readonly day: string;
  readonly delayed: boolean;
}

/** The marks of a span, equal ones counted. */
export async function countMarks(tx: Transaction, span: MarkSpan): Promise<readonly DatedCount[]> {
  return tx<DatedCount[]>`/* countMarks */
    select name, key, value, (at at time zone 'UTC' + interval '8 hours')::date as day, delayed, count(*)::int as n from mark
    where ${conditions(tx, span)} group by 1, 2, 3, 4, 5`;
}

/** The same, kept apart by the parts `by`. */
export async function countPeers(
  tx: Transaction,
  span: MarkSpan,
  by: readonly MarkAxis[],
): Promise<readonly (MarkCount & { readonly parts: readonly string[] })[]> {
  const columns = by.map((axis) => COLUMN[axis]).join(', ');
  return tx<(MarkCount & { parts: readonly string[] })[]>`/* countPeers */
    select array[${tx.unsafe(columns)}]::text[] as parts, name, key, value, count(*)::int as n from mark
    where ${conditions(tx, span)} group by ${tx.unsafe(columns)}, name, key, value order by 1`;
}

function conditions(tx: Transaction, { under, from, to, knownAt }: MarkSpan) {
  const parts = Object.entries(under) as [MarkAxis, string][];
  const named = parts.map(([axis, value]) => tx`and ${tx.unsafe(COLUMN[axis])} = ${value}`);
  return tx`at >= ${from}::timestamptz and at < ${to}::timestamptz and known_from <= ${knownAt}::timestamptz
    and known_to > ${knownAt}::timestamptz ${named.length === 0 ? tx`` : named}`;
}
