import type { ViewerScope } from '@gnomon/identity';
import type { PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { laneOf } from '../lane.ts';
import type { Table } from './columns.ts';
import { addScope, Conditions, conditionsOf, isoText, type LedgerFilter } from './conditions.ts';

/** What signals, warnings and cards are ordered by: newest first; the id makes the order total. */
export type PageKey = readonly [turnedAt: number, id: string];

/** A page across subjects, newest first. Reads one row more than wanted. */
export async function readPage<Row>(
  tx: TransactionSql,
  table: Table<Row>,
  scope: ViewerScope,
  filter: LedgerFilter,
  page: PageRequest<PageKey>,
): Promise<readonly Row[]> {
  const conditions = addScope(conditionsOf(filter), scope);
  after(conditions, page);
  return conditions.run<Row>(
    tx,
    `/* readPage ${table.name} */ select ${table.selection} from ${table.name} t ${conditions.text}
     order by t.turned_at desc, t.id desc limit ${page.limit}`,
  );
}

/** What names a subject for a reader of the graph. */
export interface SubjectName {
  readonly subjectType: string;
  readonly subject: string;
}

/** The same page for each of several subjects, in one statement. Rows come subject by subject, newest first. */
export async function readSubjectPages<Row>(
  tx: TransactionSql,
  table: Table<Row>,
  subjects: readonly SubjectName[],
  filter: Pick<LedgerFilter, 'level' | 'state'>,
  page: PageRequest<PageKey>,
): Promise<readonly Row[]> {
  const conditions = conditionsOf(filter);
  after(conditions, page);
  conditions
    .add('t.lane = s.lane')
    .add('t.subject_type = s.subject_type collate "C"')
    .add('t.subject = s.subject collate "C"');
  const keys = subjects.map(({ subjectType, subject }) => ({
    lane: laneOf(subject),
    subject_type: subjectType,
    subject,
  }));
  return conditions.run<Row>(
    tx,
    `/* readSubjectPages ${table.name} */ select t.*
     from jsonb_to_recordset(${conditions.value(JSON.stringify(keys))}::text::jsonb)
       as s (lane smallint, subject_type text, subject text)
     cross join lateral (select ${table.selection} from ${table.name} t ${conditions.text}
       order by t.turned_at desc, t.id desc limit ${page.limit}) t`,
  );
}

/** Rows by lane and id, in any order. */
export async function readByKey<Row>(
  tx: TransactionSql,
  table: Table<Row>,
  keys: readonly { readonly lane: number; readonly id: string }[],
): Promise<readonly Row[]> {
  const conditions = new Conditions();
  const json = conditions.value(JSON.stringify(keys));
  return conditions.run<Row>(
    tx,
    `/* readByKey ${table.name} */ select ${table.selection}
     from jsonb_to_recordset(${json}::text::jsonb) as k (lane smallint, id text)
     join ${table.name} t on t.lane = k.lane and t.id = k.id collate "C"`,
  );
}

function after(conditions: Conditions, page: PageRequest<PageKey>): void {
  if (page.after === null) return;
  const [turnedAt, id] = page.after;
  conditions.add(
    `(t.turned_at, t.id) < (${conditions.value(isoText(turnedAt))}::text::timestamptz, ${conditions.value(id)})`,
  );
}
