import type { ViewerScope } from '@gnomon/identity';
import type { PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Card, CardEvent, Warning } from '../card.ts';
import { laneWithin } from '../lane.ts';
import { cardEvents, cards } from '../store/columns.ts';
import { addScope, Conditions, isoText } from '../store/conditions.ts';
import type { PageKey } from '../store/pages.ts';
import type { Period, ReportKind } from './period.ts';
import type { Report } from './report.ts';

const REPORT = `t.lane, t.id, t.kind, t.period, t.agency, t.division, t.starts_at as "startsAt", t.ends_at as "endsAt", t.due_at as "dueAt",
  t.produced_at as "producedAt", t.snapshot, t.hash, t.published_at as "publishedAt", t.published_by as "publishedBy", t.signature,
  t.confirmed_at as "confirmedAt", t.confirmed_by as "confirmedBy"`;

/** Cards issued in a period, of all agencies, with their histories. */
export async function cardsOf(
  tx: TransactionSql,
  { startsAt, endsAt }: Pick<Period, 'startsAt' | 'endsAt'>,
): Promise<readonly { readonly card: Card; readonly events: readonly CardEvent[] }[]> {
  const bounds = [isoText(startsAt), isoText(endsAt)];
  const within = 'issued_at >= $1::text::timestamptz and issued_at < $2::text::timestamptz';
  const found = (await tx.unsafe(
    `/* cardsOf */ select ${cards.selection} from card t where t.${within} order by t.id`,
    bounds,
  )) as unknown as readonly Card[];
  const events = (await tx.unsafe(
    `/* cardsOf events */ select ${cardEvents.selection} from card c join card_event t on t.lane = c.lane and t.card = c.id
     where c.${within} order by t.card, t.sequence`,
    bounds,
  )) as unknown as readonly CardEvent[];
  const byCard = Map.groupBy(events, ({ card }) => card);
  return found.map((card) => ({ card, events: byCard.get(card.id) ?? [] }));
}

/** Ids among these cards whose rectification ran over its time, as rule XX-03 said it. */
export async function overdueCards(tx: TransactionSql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx<{ subject: string }[]>`
    /* overdueCards */ select distinct subject from signal
    where rule = 'XX-03' and kind = 'ROSE' and level = 'RED' and subject = any (${[...ids]}::text[])`;
  return new Set(rows.map(({ subject }) => subject));
}

/** Ids among a period's cards that had a card of the same agency and rule in the ninety days before. */
export async function repeatedCards(
  tx: TransactionSql,
  { startsAt, endsAt }: Pick<Period, 'startsAt' | 'endsAt'>,
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ id: string }[]>`
    /* repeatedCards */ select id from (
      select id, issued_at, max(issued_at) over (partition by agency, rule order by issued_at, id
        rows between unbounded preceding and 1 preceding) as before
      from card where issued_at < ${isoText(endsAt)}::text::timestamptz and issued_at >= ${isoText(startsAt)}::text::timestamptz - interval '90 days'
        and state not in ('REVOKED', 'WITHDRAWN', 'CANCELLED', 'EXEMPTED', 'SUPERSEDED')) c
    where issued_at >= ${isoText(startsAt)}::text::timestamptz and before > issued_at - interval '90 days'`;
  return new Set(rows.map(({ id }) => id));
}

/** Work items of each agency in a period, from the milestones that their domain told. */
export interface ItemCounts {
  readonly agency: string;
  readonly division: string;
  readonly accepted: number;
  readonly finished: number;
  readonly overPromise: number;
  readonly overStatutory: number;
  readonly openOverdue: number;
}

/** Counts work items by agency: accepted and finished in the period, and those that are open and over their promise now. */
export async function countItems(
  tx: TransactionSql,
  { startsAt, endsAt }: Pick<Period, 'startsAt' | 'endsAt'>,
): Promise<readonly ItemCounts[]> {
  return tx<ItemCounts[]>`
    /* countItems */
    with item as materialized (
      select lane, id, agency, division, (facts->>'acceptedAt')::float8 as accepted_at, (facts->>'finishedAt')::float8 as finished_at,
        (facts->>'overPromise')::boolean as over_promise, (facts->>'overStatutory')::boolean as over_statutory
      from matter_record where kind = 'work-item' and matter = 'work-item:' || id and agency <> ''),
    late as (
      select distinct lane, subject from finding
      where subject_type = 'WorkItem' and rule in ('WI-03', 'WI-04') and level in ('YELLOW', 'RED'))
    select i.agency, min(i.division) as division,
      (count(*) filter (where accepted_at >= ${startsAt} and accepted_at < ${endsAt}))::int as accepted,
      (count(*) filter (where finished_at >= ${startsAt} and finished_at < ${endsAt}))::int as finished,
      (count(*) filter (where finished_at >= ${startsAt} and finished_at < ${endsAt} and over_promise))::int as "overPromise",
      (count(*) filter (where finished_at >= ${startsAt} and finished_at < ${endsAt} and over_statutory))::int as "overStatutory",
      (count(*) filter (where finished_at is null and accepted_at < ${endsAt} and l.subject is not null))::int as "openOverdue"
    from item i left join late l on l.subject = i.id
    group by i.agency
    having count(*) filter (where (accepted_at >= ${startsAt} and accepted_at < ${endsAt}) or (finished_at >= ${startsAt} and finished_at < ${endsAt})
      or (finished_at is null and accepted_at < ${endsAt} and l.subject is not null)) > 0`;
}

/** Warnings of a period by agency. */
export interface WarningCounts {
  readonly agency: string;
  readonly division: string;
  readonly issued: number;
  readonly resolved: number;
  readonly turned: number;
}

export async function countWarnings(
  tx: TransactionSql,
  { startsAt, endsAt }: Pick<Period, 'startsAt' | 'endsAt'>,
): Promise<readonly WarningCounts[]> {
  const state = (name: Warning['state']) => tx`(count(*) filter (where state = ${name}))::int`;
  return tx<WarningCounts[]>`
    /* countWarnings */
    select agency, min(division) as division, count(*)::int as issued, ${state('RESOLVED')} as resolved, ${state('TURNED')} as turned
    from warning where issued_at >= ${isoText(startsAt)}::text::timestamptz and issued_at < ${isoText(endsAt)}::text::timestamptz
      and state <> 'WITHDRAWN' group by agency`;
}

/** The versions of the rules under which a period was reported on; `null` when it was not. */
export async function rulesOfRun(
  tx: TransactionSql,
  { kind, name }: Pick<Period, 'kind' | 'name'>,
): Promise<Readonly<Record<string, string>> | null> {
  const [row] = await tx<{ rules: Readonly<Record<string, string>> }[]>`
    /* rulesOfRun */ select rules from report_run where kind = ${kind} and period = ${name}`;
  return row?.rules ?? null;
}

/** Notes that a period was reported on; false when somebody else has done so. */
export async function beginRun(
  tx: TransactionSql,
  { kind, name }: Pick<Period, 'kind' | 'name'>,
  at: number,
  rules: Readonly<Record<string, string>>,
): Promise<boolean> {
  const rows = await tx`
    /* beginRun */ insert into report_run (kind, period, produced_at, rules)
    values (${kind}, ${name}, ${isoText(at)}::text::timestamptz, ${JSON.stringify(rules)}::text::jsonb)
    on conflict (kind, period) do nothing returning 1`;
  return rows.length > 0;
}

/** The reports of a period, by agency. */
export async function reportsOfPeriod(
  tx: TransactionSql,
  { kind, name }: Pick<Period, 'kind' | 'name'>,
): Promise<ReadonlyMap<string, Report>> {
  const rows = (await tx.unsafe(
    `/* reportsOfPeriod */ select ${REPORT} from feedback_report t where t.kind = $1 and t.period = $2`,
    [kind, name],
  )) as unknown as readonly Report[];
  return new Map(rows.map((row) => [row.agency, row]));
}

/** Writes reports; one that is there stays as it is. */
export async function insertReports(tx: TransactionSql, reports: readonly Report[]): Promise<void> {
  if (reports.length === 0) return;
  const json = reports.map(({ startsAt, endsAt, dueAt, producedAt, ...report }) => ({
    ...report,
    ...{
      starts_at: isoText(startsAt),
      ends_at: isoText(endsAt),
      due_at: isoText(dueAt),
      produced_at: isoText(producedAt),
    },
  }));
  await tx`
    /* insertReports */
    insert into feedback_report (lane, id, kind, period, agency, division, starts_at, ends_at, due_at, produced_at, snapshot, hash)
    select lane, id, kind, period, agency, division, starts_at, ends_at, due_at, produced_at, snapshot, hash
    from jsonb_populate_recordset(null::feedback_report, ${JSON.stringify(json)}::text::jsonb)
    on conflict (lane, id) do nothing`;
}

/** A report, locked until the transaction ends. */
export async function reportForUpdate(tx: TransactionSql, id: string): Promise<Report | null> {
  const lane = laneWithin(id);
  if (lane === null) return null;
  const rows = (await tx.unsafe(
    `/* reportForUpdate */ select ${REPORT} from feedback_report t where t.lane = $1 and t.id = $2 for no key update`,
    [lane, id],
  )) as unknown as readonly Report[];
  return rows[0] ?? null;
}

/** Adds the publication or the receipt to a report. */
export async function markReport(
  tx: TransactionSql,
  { lane, id }: Pick<Report, 'lane' | 'id'>,
  mark: { readonly at: number; readonly by: string; readonly signature?: string | null },
): Promise<void> {
  const at = isoText(mark.at);
  if (mark.signature === undefined)
    await tx`/* markReport */ update feedback_report set confirmed_at = ${at}::text::timestamptz, confirmed_by = ${mark.by} where lane = ${lane} and id = ${id}`;
  else
    await tx`/* markReport */ update feedback_report set published_at = ${at}::text::timestamptz, published_by = ${mark.by}, signature = ${mark.signature} where lane = ${lane} and id = ${id}`;
}

/** Which reports. */
export interface ReportFilter {
  readonly agency?: readonly string[] | null;
  /** Code of a subtree, already cut. */
  readonly division?: string | null;
  readonly kind?: readonly ReportKind[] | null;
  readonly period?: string | null;
  readonly state?: readonly ReportState[] | null;
}
export const REPORT_STATES = ['MADE', 'PUBLISHED', 'CONFIRMED'] as const;
export type ReportState = (typeof REPORT_STATES)[number];

const STATE = `case when t.confirmed_at is not null then 'CONFIRMED' when t.published_at is not null then 'PUBLISHED' else 'MADE' end`;

/** A page of reports within a viewer's scope, newest period first. */
export async function readReports(
  tx: TransactionSql,
  scope: ViewerScope,
  filter: ReportFilter,
  page: PageRequest<PageKey>,
): Promise<readonly Report[]> {
  const conditions = addScope(
    new Conditions().among('t.agency', filter.agency).among('t.kind', filter.kind).among(STATE, filter.state),
    { ...scope, sources: [] },
  );
  if (filter.division) conditions.add(`t.division like ${conditions.value(`${filter.division}%`)}`);
  if (filter.period) conditions.add(`t.period = ${conditions.value(filter.period)}`);
  if (page.after !== null)
    conditions.add(
      `(t.ends_at, t.id) < (${conditions.value(isoText(page.after[0]))}::text::timestamptz, ${conditions.value(page.after[1])}::text collate "C")`,
    );
  return conditions.run(
    tx,
    `/* readReports */ select ${REPORT} from feedback_report t ${conditions.text} order by t.ends_at desc, t.id desc limit ${page.limit}`,
  );
}

/** Reports by id, within the scope of the transaction. */
export async function reportsById(tx: TransactionSql, ids: readonly string[]): Promise<readonly Report[]> {
  const conditions = new Conditions();
  const keys = ids.flatMap((id) => {
    const lane = laneWithin(id);
    return lane === null ? [] : [{ lane, id }];
  });
  return conditions.run(
    tx,
    `/* reportsById */ select ${REPORT} from jsonb_to_recordset(${conditions.value(JSON.stringify(keys))}::text::jsonb) as k (lane smallint, id text)
     join feedback_report t on t.lane = k.lane and t.id = k.id collate "C"`,
  );
}
