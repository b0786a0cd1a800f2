import type { Transaction } from '@gnomon/subgraph-kit';
import type { Period } from '../periods.ts';

/** Arms periods; one that waits for the same instant already stays as it is. */
export async function writePeriods(tx: Transaction, periods: readonly Period[]): Promise<void> {
  if (periods.length === 0) return;
  const rows = periods.map(({ lane, kind, id, dueAt, parts, span, startsAt, endsAt }) => ({
    ...{ lane, kind, id, parts, span },
    due_at: new Date(dueAt).toISOString(),
    starts_at: new Date(startsAt).toISOString(),
    ends_at: new Date(endsAt).toISOString(),
  }));
  await tx`/* writePeriods */
    insert into period (lane, kind, id, due_at, parts, span, starts_at, ends_at)
    select lane, kind, id, due_at, parts, span, starts_at, ends_at
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(lane smallint, kind text, id text, due_at timestamptz,
      parts text[], span text, starts_at timestamptz, ends_at timestamptz)
    on conflict do nothing`;
}

/** Periods that are due, in the order of their instants, taken away. */
export async function takeDuePeriods(tx: Transaction, now: number, limit: number): Promise<readonly Period[]> {
  const rows = await tx<
    (Pick<Period, 'lane' | 'kind' | 'id' | 'parts' | 'span'> & { due_at: number; starts_at: number; ends_at: number })[]
  >`/* takeDuePeriods */
    delete from period p where ctid = any (array(
      select ctid from period where due_at <= ${now}::timestamptz order by due_at, kind, id limit ${limit} for update skip locked))
    returning p.lane, p.kind, p.id, p.due_at, p.parts, p.span, p.starts_at, p.ends_at`;
  return rows
    .map(({ due_at, starts_at, ends_at, ...row }) => ({ ...row, dueAt: due_at, startsAt: starts_at, endsAt: ends_at }))
    .sort((a, b) => a.dueAt - b.dueAt || (a.kind + a.id < b.kind + b.id ? -1 : 1));
}

/** Up to where aggregates may be judged by time alone: before the first period that is due by `now` and not yet closed. */
export async function closedUntil(tx: Transaction, now: number): Promise<number> {
  const [row] = await tx<{ due: number | null }[]>`/* closedUntil */
    select min(due_at) as due from period where due_at <= ${now}::timestamptz`;
  return row?.due == null ? now : row.due - 1;
}
