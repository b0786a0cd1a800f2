import type { TransactionSql } from 'postgres';
import { recordCardActs } from '../acts/card-acts.ts';
import { Book } from '../book.ts';
import type { Card, Finding, Warning } from '../card.ts';
import { isOpen } from '../words.ts';
import { cardEvents, cards, findings, type Table, warnings } from './columns.ts';

/** What names a subject, with its lane. */
export interface SubjectKey {
  readonly lane: number;
  readonly subjectKind: string;
  readonly subjectType: string;
  readonly subject: string;
}

/** The ledger is written by one at a time, in the order of the feed; a second follower or a supervisor waits here. */
export async function lockLedger(tx: TransactionSql): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('gnomon supervision ledger', 0))`;
}

/** Everything the ledger needs to know of these subjects: findings, cards that count, in the order in which they arose, and open warnings. */
export async function readBook(
  tx: TransactionSql,
  subjects: readonly SubjectKey[],
  beside: readonly Card[] = [],
): Promise<Book> {
  const keys = JSON.stringify(
    subjects.map(({ lane, subjectKind, subjectType, subject }) => ({
      lane,
      kind: subjectKind,
      type: subjectType,
      subject,
    })),
  );
  // Type and kind of a subject say the same; each table is asked by the one that its index begins with. A lateral
  // subquery is one index probe a subject, also before the tables have statistics, where a join became a full scan.
  const read = <Row>(table: Table<Row>, by: 'subject_kind' | 'subject_type', condition: string) =>
    tx.unsafe(
      `/* readBook ${table.name} */ select t.*
       from jsonb_to_recordset($1::text::jsonb) as s (lane smallint, kind text, type text, subject text)
       cross join lateral (select ${table.selection} from ${table.name} t where t.lane = s.lane
         and t.${by} = s.${by === 'subject_kind' ? 'kind' : 'type'} collate "C" and t.subject = s.subject collate "C"
         and ${condition} offset 0) t`,
      [keys],
    ) as unknown as Promise<readonly Row[]>;
  const counting = await read<Card>(cards, 'subject_type', "t.state not in ('WITHDRAWN', 'DECLINED')");
  return new Book({
    findings: await read<Finding>(findings, 'subject_kind', 'true'),
    cards: [...beside, ...counting].toSorted((a, b) => a.createdAt - b.createdAt || (a.number < b.number ? -1 : 1)),
    warnings: await read<Warning>(warnings, 'subject_type', "t.state = 'ISSUED'"),
  });
}

/** Writes what has changed. What closes goes before what opens, because at most one card of a key may be open. */
export async function writeBook(tx: TransactionSql, book: Book): Promise<void> {
  const changes = book.changes();
  const closedFirst = <Row>(rows: readonly Row[], open: (row: Row) => boolean) => [
    rows.filter((row) => !open(row)),
    rows.filter(open),
  ];
  await upsert(tx, findings, changes.findings, ['lane', 'subject_kind', 'subject', 'rule', 'occurrence']);
  for (const rows of closedFirst(changes.warnings, (warning) => warning.state === 'ISSUED'))
    await upsert(tx, warnings, rows, ['lane', 'id']);
  for (const rows of closedFirst(changes.cards, (card) => isOpen(card.state)))
    await upsert(tx, cards, rows, ['lane', 'id']);
  if (changes.events.length > 0)
    await tx.unsafe(
      `/* appendHistory */ insert into card_event (${cardEvents.columns.join(', ')})
       select ${cardEvents.columns.join(', ')} from jsonb_populate_recordset(null::card_event, $1::text::jsonb)`,
      [cardEvents.json(changes.events)],
    );
  await recordCardActs(tx, changes.events);
}

async function upsert<Row>(
  tx: TransactionSql,
  table: Table<Row>,
  rows: readonly Row[],
  key: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = table.columns.join(', ');
  const changed = table.columns.filter((column) => !key.includes(column));
  await tx.unsafe(
    `/* writeBook ${table.name} */ insert into ${table.name} as t (${names})
     select ${names} from jsonb_populate_recordset(null::${table.name}, $1::text::jsonb)
     on conflict (${key.join(', ')}) do update set ${changed.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [table.json(rows)],
  );
}
