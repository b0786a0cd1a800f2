import type { TransactionSql } from 'postgres';
import type { TallyDelta } from './tally-write.ts';

/** A cell where the tallies and the truth differ. */
export interface TallyDifference extends Omit<TallyDelta, 'lane' | 'n'> {
  readonly counted: number;
  readonly truth: number;
}

/**
 * Compares all tallies with `truth`: a query (no parameters) that gives day, indicator, division, agency, source, item, level, n.
 * Returns at most 1,000 differing cells; none when all is well.
 */
export async function checkTallies(tx: TransactionSql, truth: string): Promise<readonly TallyDifference[]> {
  return tx.unsafe<
    TallyDifference[]
  >(`select day, indicator, division, agency, source, item, level, sum(counted)::bigint as counted,
      sum(truth)::bigint as truth
    from (select day, indicator, division, agency, source, item, level, n as counted, 0 as truth from tally_day
      union all select day, indicator, division, agency, source, item, level, n, 0 from tally_delta
      union all select day, indicator, division, agency, source, item, level, 0, n from (${truth}) truth) cells
    group by 1, 2, 3, 4, 5, 6, 7 having sum(counted) <> sum(truth) order by 1, 2, 3, 4, 5, 6, 7 limit 1000`);
}

/** Replaces all tallies by the truth of the query of `checkTallies`. Writers wait until the transaction ends. */
export async function rebuildTallies(tx: TransactionSql, truth: string): Promise<void> {
  await tx`lock table tally_delta in share row exclusive mode`;
  await tx`truncate tally_delta, tally_day, tally_division_day`;
  await tx.unsafe(`insert into tally_day (day, indicator, division, agency, source, item, level, n)
    select day, indicator, division, agency, source, item, level, sum(n) from (${truth}) truth group by 1, 2, 3, 4, 5, 6, 7`);
  await tx`insert into tally_division_day (indicator, division, day, level, n)
    select indicator, division, day, level, sum(n) from tally_day group by 1, 2, 3, 4`;
}
