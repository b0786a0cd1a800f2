import type { TransactionSql } from 'postgres';
import type { Card } from '../card.ts';
import type { Occasion } from '../duties/indicator-facts.ts';
import { laneWithin } from '../lane.ts';
import { cards } from './columns.ts';

/** An agency and an indicator. */
export interface Pair {
  readonly agency: string;
  readonly rule: string;
}

/** States in which a card does not count, and never did; see `duties/card-facts.ts`. */
const FALLEN = "('REVOKED', 'DOWNGRADED', 'WITHDRAWN', 'CANCELLED', 'EXEMPTED', 'DECLINED')";
/** Cards of one agency and indicator that are looked at: more than the twenty incidents that a fact can hold. */
const MOST_CARDS = 200;
/** Days back to which warnings are looked at: the widest window that XX-04 may have. */
const WARNING_DAYS = 90;

/** Cards by id, in any order. */
export async function cardsById(tx: TransactionSql, ids: readonly string[]): Promise<readonly Card[]> {
  const keys = ids.flatMap((id) => (laneWithin(id) === null ? [] : [{ lane: laneWithin(id), id }]));
  if (keys.length === 0) return [];
  return tx.unsafe(
    `/* cardsById */ select ${cards.selection} from jsonb_to_recordset($1::text::jsonb) as k (lane smallint, id text)
     join card t on t.lane = k.lane and t.id = k.id collate "C"`,
    [JSON.stringify(keys)],
  ) as unknown as Promise<readonly Card[]>;
}

/** Closed cards of the same subject and rule as these, whose closing could be followed by a relapse. */
export async function closedBefore(tx: TransactionSql, changed: readonly Card[]): Promise<readonly Card[]> {
  if (changed.length === 0) return [];
  return tx.unsafe(
    `/* closedBefore */ select distinct on (t.id) t.* from ${subjectsOf('$1')}
     cross join lateral (select ${cards.selection} from card t where t.lane = s.lane and t.subject_type = s.type collate "C"
       and t.subject = s.subject collate "C" and t.rule = s.rule collate "C" and t.state = 'CLOSED' and t.id <> s.id offset 0) t`,
    [subjectKeys(changed)],
  ) as unknown as Promise<readonly Card[]>;
}

/** When the same subject broke the same rule again after these cards were closed, by card; those that did not are absent. */
export async function relapsesOf(tx: TransactionSql, closed: readonly Card[]): Promise<ReadonlyMap<string, number>> {
  if (closed.length === 0) return new Map();
  const rows = (await tx.unsafe(
    `/* relapsesOf */ select s.id, t.at from ${subjectsOf('$1')}
     cross join lateral (select min(t.turned_at) as at from card t where t.lane = s.lane and t.subject_type = s.type collate "C"
       and t.subject = s.subject collate "C" and t.rule = s.rule collate "C" and t.id <> s.id
       and t.turned_at > s.closed_at and t.state not in ${FALLEN}) t where t.at is not null`,
    [subjectKeys(closed)],
  )) as unknown as readonly { readonly id: string; readonly at: number }[];
  return new Map(rows.map(({ id, at }) => [id, at]));
}

/** Yellow cards of each agency and indicator that were accepted or sustained and stand, newest first. */
export async function stoodYellows(tx: TransactionSql, pairs: readonly Pair[]): Promise<readonly (Pair & Occasion)[]> {
  return ofPairs(
    tx,
    pairs,
    `/* stoodYellows */ select p.agency, p.rule, t.id, t.turned_at as "turnedAt", e.at from ${pairList()}
     cross join lateral (select lane, id, turned_at from card c where c.agency = p.agency collate "C" and c.rule = p.rule collate "C"
       and (c.level = 'YELLOW' or c.raised_at is not null)
       and c.state not in ('DRAFT', 'ISSUED', 'SIGNED', 'APPEALED', 'SUPERSEDED') and c.state not in ${FALLEN}
       order by c.turned_at desc limit ${MOST_CARDS}) t
     cross join lateral (select max(at) as at from card_event e where e.lane = t.lane and e.card = t.id
       and e.kind in ('ACCEPTED', 'ACCEPTED_BY_SILENCE', 'APPEAL_SUSTAINED')) e where e.at is not null`,
  );
}

/** The first warning of each day of each agency and indicator, in the 90 days before an instant. */
export async function dailyWarnings(
  tx: TransactionSql,
  pairs: readonly Pair[],
  before: number,
): Promise<readonly (Pair & Occasion)[]> {
  const from = new Date(before - WARNING_DAYS * 86_400_000).toISOString();
  return ofPairs(
    tx,
    pairs,
    `/* dailyWarnings */ select p.agency, p.rule, t.id, t."turnedAt", t."turnedAt" as at from ${pairList()}
     cross join lateral (select distinct on ((w.turned_at at time zone 'Asia/Shanghai')::date) w.id, w.turned_at as "turnedAt"
       from warning w where w.agency = p.agency collate "C" and w.rule = p.rule collate "C" and w.state <> 'WITHDRAWN'
       and w.turned_at > '${from}'::timestamptz
       order by (w.turned_at at time zone 'Asia/Shanghai')::date desc, w.turned_at, w.id limit 20) t`,
  );
}

/** Credit code of the supervision body of each division: the lowest where two are published, as in the registry. */
export async function bodiesOf(tx: TransactionSql, divisions: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (divisions.length === 0) return new Map();
  const rows = await tx<{ division: string; uscc: string }[]>`
    /* bodiesOf */ select division, min(uscc) as uscc from supervision_body
    where division in (select jsonb_array_elements_text(${JSON.stringify(divisions)}::text::jsonb)) group by division`;
  return new Map(rows.map(({ division, uscc }) => [division, uscc]));
}

/** A body that the registry has published; `supervises` is false for one that does not, or no longer. */
export interface PublishedBody {
  readonly uscc: string;
  readonly division: string;
  readonly supervises: boolean;
}

/** Keeps which agencies are supervision bodies. */
export async function keepBodies(tx: TransactionSql, bodies: readonly PublishedBody[]): Promise<void> {
  const json = JSON.stringify(bodies);
  await tx`
    /* forgetBodies */ delete from supervision_body where uscc in (
      select b.uscc from jsonb_to_recordset(${json}::text::jsonb) as b (uscc text, supervises boolean) where not b.supervises)`;
  await tx`
    /* keepBodies */ insert into supervision_body (uscc, division)
    select b.uscc, b.division from jsonb_to_recordset(${json}::text::jsonb) as b (uscc text, division text, supervises boolean)
    where b.supervises on conflict (uscc) do update set division = excluded.division`;
}

function subjectsOf(parameter: string): string {
  return `jsonb_to_recordset(${parameter}::text::jsonb) as s (lane smallint, id text, type text, subject text, rule text, closed_at timestamptz)`;
}

function subjectKeys(of: readonly Card[]): string {
  return JSON.stringify(
    of.map(({ lane, id, subjectType, subject, rule, closedAt }) => ({
      ...{ lane, id, type: subjectType, subject, rule },
      closed_at: closedAt === null ? null : new Date(closedAt).toISOString(),
    })),
  );
}

function pairList(): string {
  return 'jsonb_to_recordset($1::text::jsonb) as p (agency text, rule text)';
}

async function ofPairs(tx: TransactionSql, pairs: readonly Pair[], statement: string) {
  if (pairs.length === 0) return [];
  return tx.unsafe(statement, [JSON.stringify(pairs)]) as unknown as Promise<readonly (Pair & Occasion)[]>;
}

/** The first instant at which time alone could change a verdict; `null` when no timer is armed. */
export async function firstDueAt(tx: TransactionSql): Promise<number | null> {
  const [row] = await tx<{ at: number | null }[]>`
    /* firstDueAt */ select min(due_at) as at from duty_subject where due_at is not null and fault is null`;
  return row?.at ?? null;
}

/** Lets the timer of one subject rest, with the reason. */
export async function faultDuty(
  tx: TransactionSql,
  { lane, kind, id }: { readonly lane: number; readonly kind: string; readonly id: string },
  fault: string,
): Promise<void> {
  await tx`/* faultDuty */ update duty_subject set fault = ${fault} where lane = ${lane} and kind = ${kind} and id = ${id}`;
}

/** Ids of cards whose deadlines, or those of duties about them, time or another calendar could still change, in order. */
export async function armedCards(tx: TransactionSql, after: string, limit: number): Promise<readonly string[]> {
  const rows = await tx<{ id: string }[]>`
    /* armedCards */ select distinct id from (
      select id from duty_subject
      where kind = 'card' and (due_at is not null or facts ->> 'stands' = 'true' and facts ->> 'closed' = 'false')
      union all select (facts ->> 'card') collate "C" from duty_subject where kind = 'duty' and due_at is not null and facts ? 'card'
    ) t where id > ${after} collate "C" order by id limit ${limit}`;
  return rows.map(({ id }) => id);
}
