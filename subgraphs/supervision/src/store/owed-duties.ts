import type { ViewerScope } from '@gnomon/identity';
import type { Facts } from '@gnomon/rule-engine';
import type { PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { laneOf } from '../lane.ts';
import { addScope, Conditions } from './conditions.ts';

/** A duty as it is kept. */
export interface DutyRow {
  readonly id: string;
  readonly agency: string;
  readonly division: string;
  readonly facts: Facts;
}

/** What can be asked of duties. */
export interface OwedFilter {
  readonly kind?: readonly string[] | null;
  /** Code of the body's own division, already cut. */
  readonly division?: string | null;
  readonly dueBefore?: number | null;
}

/** What duties are ordered by: soonest first; the id makes the order total. */
export type DutyKey = readonly [dueAt: number, id: string];

const SELECTION = 't.id, t.agency, t.division, t.facts';

/** Duties that are owed, soonest first. Reads one row more than wanted. */
export async function owedDuties(
  tx: TransactionSql,
  scope: ViewerScope,
  filter: OwedFilter,
  page: PageRequest<DutyKey>,
): Promise<readonly DutyRow[]> {
  const conditions = addScope(new Conditions(), { ...scope, sources: [] })
    .add("t.kind = 'duty' and t.facts ->> 'done' = 'false' and t.facts ->> 'dueAt' is not null")
    .among("t.facts ->> 'about'", filter.kind);
  if (filter.division) conditions.add(`t.division = ${conditions.value(filter.division)}`);
  if (filter.dueBefore !== null && filter.dueBefore !== undefined)
    conditions.add(`(t.facts ->> 'dueAt')::bigint < ${conditions.value(wholeText(filter.dueBefore))}::text::bigint`);
  if (page.after !== null) {
    const [dueAt, id] = page.after;
    conditions.add(
      `((t.facts ->> 'dueAt')::bigint, t.id) > (${conditions.value(wholeText(dueAt))}::text::bigint, ${conditions.value(id)})`,
    );
  }
  return conditions.run<DutyRow>(
    tx,
    `/* owedDuties */ select ${SELECTION} from duty_subject t ${conditions.text}
     order by (t.facts ->> 'dueAt')::bigint, t.id limit ${page.limit}`,
  );
}

/** Duties by id, in any order. */
export async function dutiesById(tx: TransactionSql, ids: readonly string[]): Promise<readonly DutyRow[]> {
  const conditions = new Conditions();
  const keys = conditions.value(JSON.stringify(ids.map((id) => ({ lane: laneOf(id), id }))));
  return conditions.run<DutyRow>(
    tx,
    `/* dutiesById */ select ${SELECTION} from jsonb_to_recordset(${keys}::text::jsonb) as k (lane smallint, id text)
     join duty_subject t on t.lane = k.lane and t.kind = 'duty' and t.id = k.id collate "C"`,
  );
}

const LAST_INSTANT = 8_640_000_000_000_000;

/** A number of milliseconds as a bigint's text; what is beyond any date stands at the end of dates. */
function wholeText(value: number): string {
  return String(
    Number.isFinite(value) ? Math.trunc(Math.min(LAST_INSTANT, Math.max(-LAST_INSTANT, value))) : LAST_INSTANT,
  );
}
