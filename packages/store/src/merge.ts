import { createHash } from 'node:crypto';
import type { TransactionSql } from 'postgres';
import { type CopyColumns, type CopyRows, columnName, copyRows, quoteName, quoteTable } from './copy.ts';

/** Rows for a table whose key may be there already. Two rows with one key are an error; the caller keeps the newest. */
export interface Merge {
  readonly table: string;
  readonly columns: CopyColumns;
  /** Columns of the unique index, `lane` first. */
  readonly key: readonly string[];
  readonly rows: CopyRows;
  /** What happens to a row that is there and differs; `update` when not given. */
  readonly onChange?: 'update' | 'keep';
}
export interface MergeCount {
  readonly inserted: number;
  readonly updated: number;
  /** Rows that were there with the same values, or were kept. */
  readonly unchanged: number;
}

/** Staging tables that this transaction has filled before: they must be emptied, because they empty themselves only at commit. */
const used = new WeakMap<TransactionSql, Set<string>>();

/**
 * COPY into a temporary table, then one sorted merge. Sorting by the key keeps writers from deadlocking and the index pages warm; a row
 * equal to what is there costs no write. For 10–20 thousand rows a transaction.
 */
export async function mergeRows(tx: TransactionSql, merge: Merge): Promise<MergeCount> {
  const names = merge.columns.map(columnName);
  const stage = await prepareStage(tx, merge.table, names);
  const sent = await copyRows(tx, stage, merge.columns, merge.rows);
  const [count] = await tx.unsafe<{ inserted: number; updated: number }[]>(mergeStatement(merge, stage, names));
  const { inserted, updated } = count!;
  return { inserted, updated, unchanged: sent - inserted - updated };
}

async function prepareStage(tx: TransactionSql, table: string, names: readonly string[]): Promise<string> {
  const stage = `stage_${createHash('sha256')
    .update(`${table} ${names.join(' ')}`)
    .digest('hex')
    .slice(0, 16)}`;
  const columns = names.map(quoteName).join(', ');
  await tx.unsafe(
    `create temporary table if not exists ${stage} on commit delete rows as select ${columns} from ${quoteTable(table)} with no data`,
  );
  const before = used.get(tx) ?? new Set();
  if (before.has(stage)) await tx.unsafe(`delete from ${stage}`);
  used.set(tx, before.add(stage));
  return stage;
}

function mergeStatement({ table, key, onChange }: Merge, stage: string, names: readonly string[]): string {
  const columns = names.map(quoteName).join(', ');
  const order = key.map(quoteName).join(', ');
  const values = names.filter((name) => !key.includes(name)).map(quoteName);
  const list = (alias: string) => `row(${values.map((name) => `${alias}.${name}`).join(', ')})`;
  const update =
    onChange === 'keep' || values.length === 0
      ? 'do nothing'
      : `do update set ${values.map((name) => `${name} = excluded.${name}`).join(', ')}
         where ${list('target')} is distinct from ${list('excluded')}`;
  return `with merged as (
      insert into ${quoteTable(table)} as target (${columns}) select ${columns} from ${stage} order by ${order}
      on conflict (${order}) ${update} returning target.xmax = 0 as inserted
    ) select count(*) filter (where inserted) as inserted, count(*) filter (where not inserted) as updated from merged`;
}
