import type { Transaction } from '@gnomon/subgraph-kit';
import type { ItemState } from '../item-state.ts';
import { type ItemRow, STATE_COLUMNS, stateOf } from './items.ts';

/** Which due items; what is null does not restrict. */
export interface DueFilter {
  readonly agency?: string | null;
  readonly division?: string | null;
}

/** Items whose timers run until an instant, the earliest first, after a key. Read, not claimed: nothing is written of them. */
export async function itemsDueUntil(
  tx: Transaction,
  until: number,
  filter: DueFilter,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly ItemState[]> {
  const { agency, division } = filter;
  const rows = await tx<ItemRow[]>`/* itemsDueUntil */
    select ${tx.unsafe(STATE_COLUMNS)} from work_item where due_at <= ${until}::timestamptz and fault is null
      ${agency ? tx`and agency = ${agency}` : tx``}
      ${division ? tx`and division like ${`${division}%`}` : tx``}
      ${after === null ? tx`` : tx`and (due_at, id) > (${after[0]}::timestamptz, ${after[1]})`}
    order by due_at, id limit ${limit}`;
  return rows.map(stateOf);
}

/** Numbers of work items by agency, of those listed (accepted, else applied) in a span of days; at most 2,000 rows. */
export async function countItems(
  tx: Transaction,
  filter: DueFilter & { readonly from?: string | null; readonly to?: string | null },
): Promise<readonly { readonly agency: string; readonly count: number }[]> {
  const { division, agency, from, to } = filter;
  return tx<{ agency: string; count: number }[]>`/* countItems */
    select agency, count(*)::integer as count from work_item where agency <> '' and orphan_since is null
      ${agency ? tx`and agency = ${agency}` : tx``}
      ${division ? tx`and division like ${`${division}%`}` : tx``}
      ${from ? tx`and listed_at >= (${from}::text || ' +08')::timestamptz` : tx``}
      ${to ? tx`and listed_at < ((${to}::text::date + 1)::text || ' +08')::timestamptz` : tx``}
    group by agency order by agency limit 2000`;
}
