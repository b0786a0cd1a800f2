import type { ViewerScope } from '@gnomon/identity';
import type { PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Card } from '../card.ts';
import { addScope, Conditions, isoText } from './conditions.ts';

/** What appeals are ordered by: newest first. */
export type AppealKey = readonly [raisedAt: number, card: string, sequence: number];

/** Where an appeal stands. */
export interface AppealPlace {
  readonly card: string;
  readonly raisedAt: number;
  readonly sequence: number;
  readonly appeal: string;
}

/** Which appeals; parts that are given must all hold. */
export interface AppealFilter {
  readonly state?: readonly string[] | null;
  readonly round?: readonly number[] | null;
  readonly level?: readonly string[] | null;
  readonly indicator?: readonly string[] | null;
  readonly agency?: readonly string[] | null;
  /** Code of a subtree, already cut. */
  readonly division?: string | null;
}

/** The entry that decided an appeal comes after it and before the next one; without any it is open, or lapsed with its card. */
const STATE = `coalesce(
  (select case d.kind when 'APPEALED' then 'LAPSED' else substr(d.kind, 8) end from card_event d
   where d.lane = e.lane and d.card = e.card and d.sequence > e.sequence
     and d.kind in ('APPEALED', 'APPEAL_SUSTAINED', 'APPEAL_REVOKED', 'APPEAL_DOWNGRADED') order by d.sequence limit 1),
  case t.state when 'APPEALED' then 'OPEN' else 'LAPSED' end)`;

/** A page of appeals, newest first. Reads one row more than wanted. */
export async function appealPage(
  tx: TransactionSql,
  scope: ViewerScope,
  filter: AppealFilter,
  page: PageRequest<AppealKey>,
): Promise<readonly AppealPlace[]> {
  const conditions = addScope(conditionsOf(filter), scope);
  if (page.after !== null) {
    const [raisedAt, card, sequence] = page.after;
    const at = `${conditions.value(isoText(raisedAt))}::text::timestamptz`;
    conditions.add(
      `(e.at, e.card, e.sequence) < (${at}, ${conditions.value(card)}, ${conditions.value(sequence)}::integer)`,
    );
  }
  return conditions.run(
    tx,
    `/* appealPage */ select e.card, e.at as "raisedAt", e.sequence, e.content ->> 'appeal' as appeal
     from card_event e join card t on t.lane = e.lane and t.id = e.card ${conditions.text}
     order by e.at desc, e.card desc, e.sequence desc limit ${page.limit}`,
  );
}

function conditionsOf(filter: AppealFilter): Conditions {
  const conditions = new Conditions()
    .add("e.kind = 'APPEALED'")
    .among(STATE, filter.state)
    .among("(e.content ->> 'round')", filter.round?.map(String))
    .among('t.level', filter.level)
    .among('t.rule', filter.indicator)
    .among('t.agency', filter.agency);
  if (filter.division) conditions.add(`t.division like ${conditions.value(`${filter.division}%`)}`);
  return conditions;
}

/** Id of the warning that stands on the finding of a card; `null` when none does. */
export async function standingWarning(
  tx: TransactionSql,
  { lane, subjectKind, subject, rule, occurrence }: Card,
): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    /* standingWarning */ select id from warning where lane = ${lane} and subject_kind = ${subjectKind} and subject = ${subject}
    and rule = ${rule} and occurrence = ${occurrence} and state = 'ISSUED'`;
  return row?.id ?? null;
}
