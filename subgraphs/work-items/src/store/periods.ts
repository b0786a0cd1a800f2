import type { Transaction } from '@gnomon/subgraph-kit';
import type { Period, PeriodKind } from '../periods.ts';

/**
 * Arms periods: a new one for its end, a closed one that got late data again at `at`. One that waits stays as it is.
 * Only late ones touch rows that are there already, so that writers of the same day do not wait for one another.
 */
export async function armPeriods(tx: Transaction, periods: readonly Period[], at: number): Promise<void> {
  const late = periods.filter((period) => period.dueAt <= at);
  const ahead = periods.filter((period) => period.dueAt > at);
  if (ahead.length > 0) await tx`/* armPeriods */ ${insertion(tx, ahead)} on conflict do nothing`;
  if (late.length > 0) {
    await tx`/* rearmPeriods */ ${insertion(tx, late)}
      on conflict (lane, kind, id, stage) do update set due_at = greatest(excluded.due_at, ${at}::timestamptz) where p.due_at is null`;
  }
}

function insertion(tx: Transaction, periods: readonly Period[]) {
  return tx`insert into period as p (lane, kind, id, stage, starts_at, ends_at, due_at)
    select lane::smallint, kind, id, stage, starts_at, ends_at, due_at
    from unnest(${periods.map((p) => p.lane)}::int[], ${periods.map((p) => p.kind)}::text[], ${periods.map((p) => p.id)}::text[],
      ${periods.map((p) => p.stage)}::text[], ${periods.map((p) => p.startsAt)}::timestamptz[],
      ${periods.map((p) => p.endsAt)}::timestamptz[], ${periods.map((p) => p.dueAt)}::timestamptz[])
      as r(lane, kind, id, stage, starts_at, ends_at, due_at)`;
}

/** Periods that are due, in the order of their instants, locked; each is disarmed by `disarmPeriods` in the same transaction. */
export async function claimDuePeriods(tx: Transaction, now: number, limit: number): Promise<readonly Period[]> {
  const rows = await tx<
    {
      lane: number;
      kind: PeriodKind;
      id: string;
      stage: 'CLOSE' | 'SETTLE';
      starts_at: number;
      ends_at: number;
      due_at: number;
    }[]
  >`/* claimDuePeriods */
    select lane, kind, id, stage, starts_at, ends_at, due_at from period where due_at <= ${now}::timestamptz
    order by due_at, kind desc, id limit ${limit} for no key update skip locked`;
  return rows.map((row) => ({
    lane: row.lane,
    kind: row.kind,
    id: row.id,
    stage: row.stage,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    dueAt: row.due_at,
  }));
}

/** Up to where aggregates may be judged by time alone: before the first period that is due by `now` and not yet closed. */
export async function closedUntil(tx: Transaction, now: number): Promise<number> {
  const [row] = await tx<{ due: number | null }[]>`/* closedUntil */
    select min(due_at) as due from period where due_at <= ${now}::timestamptz`;
  return row?.due == null ? now : row.due - 1;
}

export async function disarmPeriods(tx: Transaction, periods: readonly Period[]): Promise<void> {
  await tx`/* disarmPeriods */
    update period p set due_at = null
    from unnest(${periods.map((p) => p.lane)}::int[], ${periods.map((p) => p.kind)}::text[], ${periods.map((p) => p.id)}::text[],
      ${periods.map((p) => p.stage)}::text[]) as k(lane, kind, id, stage)
    where p.lane = k.lane::smallint and p.kind = k.kind collate "C" and p.id = k.id collate "C" and p.stage = k.stage collate "C"`;
}
