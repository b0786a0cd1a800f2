import type { ViewerScope } from '@gnomon/identity';
import type { TransactionSql } from 'postgres';
import type { Card, CardEvent, Finding } from '../card.ts';
import { laneOf } from '../lane.ts';
import { kindOf } from '../subject-types.ts';
import { cardEvents, cards, findings, type StoredSignal, signals } from './columns.ts';
import { addScope, Conditions, conditionsOf, type LedgerFilter } from './conditions.ts';
import type { SubjectName } from './pages.ts';

/** Cards of a number: one, or none. */
export async function cardsByNumber(tx: TransactionSql, number: string): Promise<readonly Card[]> {
  const conditions = new Conditions();
  conditions.add(`t.number = ${conditions.value(number)}`);
  return conditions.run(tx, `/* cardsByNumber */ select ${cards.selection} from card t ${conditions.text}`);
}

/** Signals by id; their ids carry no lane. */
export async function signalsById(tx: TransactionSql, ids: readonly string[]): Promise<readonly StoredSignal[]> {
  const conditions = new Conditions().among('t.id', ids);
  return conditions.run(tx, `/* signalsById */ select ${signals.selection} from signal t ${conditions.text}`);
}

/** Histories of cards, each oldest first. */
export async function historiesOf(
  tx: TransactionSql,
  keys: readonly { readonly lane: number; readonly id: string }[],
): Promise<readonly CardEvent[]> {
  const conditions = new Conditions();
  return conditions.run(
    tx,
    `/* historiesOf */ select ${cardEvents.selection}
     from jsonb_to_recordset(${conditions.value(JSON.stringify(keys))}::text::jsonb) as k (lane smallint, id text)
     join card_event t on t.lane = k.lane and t.card = k.id collate "C" order by t.lane, t.card, t.sequence`,
  );
}

/** What stands on subjects, highest level first. */
export async function standingFindings(
  tx: TransactionSql,
  subjects: readonly SubjectName[],
): Promise<readonly Finding[]> {
  const conditions = new Conditions();
  const keys = subjects.map(({ subjectType, subject }) => ({
    lane: laneOf(subject),
    kind: kindOf(subjectType),
    subject,
  }));
  return conditions.run(
    tx,
    `/* standingFindings */ select ${findings.selection}
     from jsonb_to_recordset(${conditions.value(JSON.stringify(keys))}::text::jsonb) as k (lane smallint, kind text, subject text)
     join finding t on t.lane = k.lane and t.subject_kind = k.kind collate "C" and t.subject = k.subject collate "C"
     where t.level <> 'NONE'
     order by array_position(array['RED', 'YELLOW', 'WARNING', 'UNKNOWN'], t.level::text), t.rule, t.occurrence`,
  );
}

/** Columns by which cards may be counted. */
const COUNT_COLUMNS = {
  LEVEL: "''",
  INDICATOR: 't.rule',
  AGENCY: 't.agency',
  DIVISION: 't.division',
  DOMAIN: 't.domain',
} as const;
const MOST_COUNTS = 1000;

/** A number of cards. */
export interface CardCount {
  readonly key: string;
  readonly level: string;
  readonly state: string;
  readonly count: number;
}

/** Numbers of cards by level, state and one further column; at most 1,000 rows. */
export async function countCards(
  tx: TransactionSql,
  scope: ViewerScope,
  filter: LedgerFilter,
  by: keyof typeof COUNT_COLUMNS,
): Promise<readonly CardCount[]> {
  const conditions = addScope(conditionsOf(filter), scope);
  return conditions.run(
    tx,
    `/* countCards */ select ${COUNT_COLUMNS[by]} as key, t.level, t.state, count(*)::integer as count
     from card t ${conditions.text} group by 1, 2, 3 order by 1, 2, 3 limit ${MOST_COUNTS}`,
  );
}
