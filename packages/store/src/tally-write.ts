import type { TransactionSql } from 'postgres';
import { copyRows } from './copy.ts';

const COPY_FROM = 200;

/** A change of a count: `n` subjects more (or fewer) stand at `level` of `indicator`. */
export interface TallyDelta {
  readonly lane: number;
  /** Civil date in China, `YYYY-MM-DD`, to which the subject belongs. */
  readonly day: string;
  readonly indicator: string;
  /** Division code; '' where unknown. The same holds for the three below. */
  readonly division: string;
  readonly agency: string;
  readonly source: string;
  readonly item: string;
  /** `APPLICABLE`, `SATISFIED`, or a level. */
  readonly level: string;
  readonly n: number;
}

const DELTA_COLUMNS = ['lane', 'day', 'indicator', 'division', 'agency', 'source', 'item', 'level', 'n'] as const;

/** Appends deltas in the writer's own transaction; equal cells are added up first, and those that cancel out are left away. */
export async function appendTallies(tx: TransactionSql, deltas: readonly TallyDelta[]): Promise<void> {
  const rows = compact(deltas);
  if (rows.length >= COPY_FROM) {
    await copyRows(
      tx,
      'tally_delta',
      DELTA_COLUMNS,
      rows.map((delta) => DELTA_COLUMNS.map((column) => delta[column])),
    );
  } else if (rows.length > 0) {
    const column = <K extends keyof TallyDelta>(name: K) => rows.map((delta) => delta[name]);
    await tx`/* appendTallies */ insert into tally_delta (lane, day, indicator, division, agency, source, item, level, n)
      select * from unnest(${column('lane')}::smallint[], ${column('day')}::text[]::date[], ${column('indicator')}::text[],
        ${column('division')}::text[], ${column('agency')}::text[], ${column('source')}::text[], ${column('item')}::text[],
        ${column('level')}::text[], ${column('n')}::integer[])`;
  }
}

function compact(deltas: readonly TallyDelta[]): readonly TallyDelta[] {
  const cells = new Map<string, TallyDelta>();
  for (const delta of deltas) {
    const key = DELTA_COLUMNS.slice(0, -1)
      .map((column) => delta[column])
      .join('\u001f');
    const present = cells.get(key);
    cells.set(key, present === undefined ? delta : { ...present, n: present.n + delta.n });
  }
  return [...cells.values()].filter(({ n }) => n !== 0);
}
