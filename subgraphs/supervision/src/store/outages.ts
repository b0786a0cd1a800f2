import type { PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Card } from '../card.ts';
import { LATEST_TURN_MS, LONGEST_OUTAGE_MS, type Outage } from '../outage/outage.ts';
import { OPEN_CARD_STATES } from '../words.ts';
import { cards } from './columns.ts';
import { Conditions, isoText } from './conditions.ts';

/** What outages are ordered by: newest window first. */
export type OutageKey = readonly [from: number, id: string];

const SELECTION = `t.id, t.kind, t.source, t.division, t.from_at as "from", t.to_at as "to", t.document, t.reason,
  t.declared_at as "declaredAt", t.declared_by as "declaredBy", t.ended_at as "endedAt", t.ended_by as "endedBy"`;
const LONGEST = `interval '${LONGEST_OUTAGE_MS} milliseconds'`;

/** The outage of an identifier, if there is one. */
export async function outageById(tx: TransactionSql, id: string): Promise<Outage | null> {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const [found] = await tx.unsafe(`/* outageById */ select ${SELECTION} from outage t where t.id = $1`, [id]);
  return (found as unknown as Outage | undefined) ?? null;
}

/** Outages whose window has an instant of `[from, to]`. */
export async function outagesTouching(tx: TransactionSql, from: number, to: number): Promise<readonly Outage[]> {
  return tx.unsafe(
    `/* outagesTouching */ select ${SELECTION} from outage t
     where t.from_at <= $2::text::timestamptz and coalesce(t.to_at, t.from_at + ${LONGEST}) > $1::text::timestamptz
     order by t.from_at, t.id`,
    [isoText(from), isoText(to)],
  ) as unknown as Promise<readonly Outage[]>;
}

/** A page of outages; of those whose window holds an instant, or of all. Reads one row more than wanted. */
export async function outagePage(
  tx: TransactionSql,
  at: number | null,
  page: PageRequest<OutageKey>,
): Promise<readonly Outage[]> {
  const conditions = new Conditions();
  if (at !== null) {
    const instant = `${conditions.value(isoText(at))}::text::timestamptz`;
    conditions.add(`t.from_at <= ${instant} and coalesce(t.to_at, t.from_at + ${LONGEST}) > ${instant}`);
  }
  if (page.after !== null)
    conditions.add(
      `(t.from_at, t.id) < (${conditions.value(isoText(page.after[0]))}::text::timestamptz, ${conditions.value(page.after[1])})`,
    );
  return conditions.run(
    tx,
    `/* outagePage */ select ${SELECTION} from outage t ${conditions.text} order by t.from_at desc, t.id desc limit ${page.limit}`,
  );
}

/** Keeps a declared outage; `false` when the very same was declared already. */
export async function insertOutage(tx: TransactionSql, outage: Outage): Promise<boolean> {
  const { id, kind, source, division, document, declaredBy } = outage;
  const rows = await tx`
    /* insertOutage */ insert into outage (id, kind, source, division, from_at, to_at, document, reason, declared_at, declared_by)
    values (${id}, ${kind}, ${source}, ${division}, ${isoText(outage.from)}::text::timestamptz,
      ${outage.to === null ? null : isoText(outage.to)}::text::timestamptz, ${document}, ${JSON.stringify(outage.reason)}::text::jsonb,
      ${isoText(outage.declaredAt)}::text::timestamptz, ${declaredBy})
    on conflict do nothing returning id`;
  return rows.length > 0;
}

/** Ends an outage. */
export async function writeOutageEnd(tx: TransactionSql, outage: Outage): Promise<void> {
  const [to, ended] = [outage.to, outage.endedAt].map((at) => (at === null ? null : isoText(at)));
  await tx`
    /* writeOutageEnd */ update outage set to_at = ${to ?? null}::text::timestamptz, ended_at = ${ended ?? null}::text::timestamptz,
      ended_by = ${outage.endedBy} where id = ${outage.id}`;
}

/** Open cards that an outage may concern, by place and turn; strongest first, for the holder of the ledger's lock. */
export async function openCardsWithin(tx: TransactionSql, outage: Outage, end: number): Promise<readonly Card[]> {
  const conditions = new Conditions()
    .among('t.state', OPEN_CARD_STATES)
    .among('t.source', outage.source === null ? null : [outage.source]);
  conditions
    .add(`t.division like ${conditions.value(`${outage.division}%`)}`)
    .add(`t.turned_at >= ${conditions.value(isoText(outage.from))}::text::timestamptz`)
    .add(`t.turned_at <= ${conditions.value(isoText(end + LATEST_TURN_MS))}::text::timestamptz`);
  return conditions.run(
    tx,
    `/* openCardsWithin */ select ${cards.selection} from card t ${conditions.text} order by t.level, t.turned_at, t.id`,
  );
}

/** Cards that an outage exempted or whose appeal it ended, newest turn first. */
export async function cardsExemptedBy(tx: TransactionSql, outage: string, most: number): Promise<readonly Card[]> {
  return tx.unsafe(
    `/* cardsExemptedBy */ select ${cards.selection} from card_event e join card t on t.lane = e.lane and t.id = e.card
     where e.content ? 'outage' and e.content ->> 'outage' = $1 and e.kind in ('EXEMPTED', 'APPEAL_REVOKED')
     order by t.turned_at desc, t.id desc limit ${most}`,
    [outage],
  ) as unknown as Promise<readonly Card[]>;
}
