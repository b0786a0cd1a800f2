import type { TransactionSql } from 'postgres';
import { pause } from './pause.ts';
import type { Database } from './types.ts';

const FOLD_ROWS = 50_000;
const FOLD_EVERY_MS = 3_000;

/** Moves all deltas that are committed by now into the fold tables. One session at a time; a second one waits. Returns how many it moved. */
export async function foldTallies(database: Pick<Database, 'transaction' | 'schema'>): Promise<number> {
  let folded = 0;
  for (;;) {
    const moved = await database.transaction(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended(${`gnomon fold ${database.schema}`}, 0))`;
      return foldSome(tx);
    });
    folded += moved;
    if (moved < FOLD_ROWS) return folded;
  }
}

/** Folds every three seconds until the signal aborts. An error is logged and tried again: exact reads do not depend on the fold. */
export async function runFolding(options: {
  readonly database: Pick<Database, 'transaction' | 'schema' | 'log'>;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
  /** Called before each fold. */
  readonly onRound?: () => void;
}): Promise<void> {
  const { database, signal, everyMs = FOLD_EVERY_MS, onRound } = options;
  while (!signal.aborted) {
    onRound?.();
    await foldTallies(database).catch((error: unknown) => {
      if (!signal.aborted)
        database.log.warn(
          { err: error },
          'tallies: not folded; answers stay exact and grow slower until it works again',
        );
    });
    await pause(everyMs, signal);
  }
}

async function foldSome(tx: TransactionSql): Promise<number> {
  const [row] = await tx<{ moved: number }[]>`/* foldTallies */ with moved as (
      delete from tally_delta where (lane, id) in (select lane, id from tally_delta limit ${FOLD_ROWS}) returning *
    ), cells as (
      select indicator, division, agency, day, source, item, level, sum(n) as n from moved group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0
    ), fine as (
      insert into tally_day as t (indicator, division, agency, day, source, item, level, n) select * from cells order by 1, 2, 3, 4, 5, 6, 7
      on conflict (indicator, division, agency, day, source, item, level) do update set n = t.n + excluded.n
    ), coarse as (
      insert into tally_division_day as t (indicator, division, day, level, n)
      select indicator, division, day, level, sum(n) from cells group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (indicator, division, day, level) do update set n = t.n + excluded.n
    )
    select count(*) as moved from moved`;
  return row!.moved;
}
