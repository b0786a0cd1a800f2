import type { ViewerScope } from '@gnomon/identity';
import type { TransactionSql } from 'postgres';
import { laneWithin } from '../lane.ts';
import { addScope, Conditions, isoText } from '../store/conditions.ts';
import type { Eligibility } from './eligibility.ts';

/** Evidence of which the hub keeps the hash. */
export interface Evidence {
  readonly name: string;
  readonly sha256: string;
}

/** A commendation as it is kept. Instants in ms. */
export interface Commendation {
  readonly lane: number;
  readonly id: string;
  readonly agency: string;
  readonly division: string;
  readonly period: string;
  readonly title: string;
  readonly achievement: string;
  readonly eligibility: Eligibility | null;
  readonly evidence: readonly Evidence[];
  readonly proposedAt: number;
  readonly proposedBy: string;
  readonly decidedAt: number | null;
  readonly decidedBy: string | null;
  readonly decision: 'COMMENDED' | 'REFUSED' | null;
  readonly decisionReason: string | null;
  readonly publication: string | null;
}

const COLUMNS = `t.lane, t.id, t.agency, t.division, t.period, t.title, t.achievement, t.eligibility, t.evidence, t.proposed_at as "proposedAt",
  t.proposed_by as "proposedBy", t.decided_at as "decidedAt", t.decided_by as "decidedBy", t.decision, t.decision_reason as "decisionReason",
  t.publication`;
const MOST = 200;

export async function insertCommendation(tx: TransactionSql, one: Commendation): Promise<void> {
  await tx`
    /* insertCommendation */
    insert into commendation (lane, id, agency, division, period, title, achievement, eligibility, evidence, proposed_at, proposed_by)
    values (${one.lane}, ${one.id}, ${one.agency}, ${one.division}, ${one.period}, ${one.title}, ${one.achievement},
      ${JSON.stringify(one.eligibility)}::text::jsonb, ${JSON.stringify(one.evidence)}::text::jsonb,
      ${isoText(one.proposedAt)}::text::timestamptz, ${one.proposedBy})`;
}

export async function commendationForUpdate(tx: TransactionSql, id: string): Promise<Commendation | null> {
  const lane = laneWithin(id);
  if (lane === null) return null;
  const rows = (await tx.unsafe(
    `/* commendationForUpdate */ select ${COLUMNS} from commendation t where t.lane = $1 and t.id = $2 for no key update`,
    [lane, id],
  )) as unknown as readonly Commendation[];
  return rows[0] ?? null;
}

export async function decideOn(tx: TransactionSql, one: Commendation): Promise<void> {
  await tx`
    /* decideOn */
    update commendation set decided_at = ${isoText(one.decidedAt!)}::text::timestamptz, decided_by = ${one.decidedBy}, decision = ${one.decision},
      decision_reason = ${one.decisionReason}, publication = ${one.publication}
    where lane = ${one.lane} and id = ${one.id}`;
}

/** Commendations within a viewer's scope, newest first. */
export async function readCommendations(tx: TransactionSql, scope: ViewerScope): Promise<readonly Commendation[]> {
  const conditions = addScope(new Conditions(), { ...scope, sources: [] });
  return conditions.run(
    tx,
    `/* readCommendations */ select ${COLUMNS} from commendation t ${conditions.text} order by t.proposed_at desc, t.id desc limit ${MOST}`,
  );
}

/** Commendations by id, within the scope of the transaction. */
export async function commendationsById(tx: TransactionSql, ids: readonly string[]): Promise<readonly Commendation[]> {
  const keys = ids.flatMap((id) => {
    const lane = laneWithin(id);
    return lane === null ? [] : [{ lane, id }];
  });
  const conditions = new Conditions();
  return conditions.run(
    tx,
    `/* commendationsById */ select ${COLUMNS} from jsonb_to_recordset(${conditions.value(JSON.stringify(keys))}::text::jsonb) as k (lane smallint, id text)
     join commendation t on t.lane = k.lane and t.id = k.id collate "C"`,
  );
}
