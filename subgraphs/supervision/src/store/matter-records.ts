import type { TransactionSql } from 'postgres';
import { laneOf } from '../lane.ts';
import type { MatterRecord } from '../matter/record.ts';

/** A record as it stands under one matter. */
export interface KeptRecord extends MatterRecord {
  readonly matter: string;
}

/** Where a record stands, and how new it is. */
export interface RecordPlace {
  readonly matter: string;
  readonly kind: string;
  readonly id: string;
  readonly n: number;
}

interface Row extends Omit<KeptRecord, 'firstAt'> {
  readonly first_at: number;
}

/** Where these records stand now. */
export async function placesOf(
  tx: TransactionSql,
  keys: readonly { readonly kind: string; readonly id: string }[],
): Promise<readonly RecordPlace[]> {
  if (keys.length === 0) return [];
  return tx<RecordPlace[]>`
    /* placesOf */
    select r.matter, r.kind, r.id, r.n
    from unnest(${keys.map(({ kind }) => kind)}::text[], ${keys.map(({ id }) => id)}::text[]) as k(kind, id)
    join matter_record r on r.kind = k.kind collate "C" and r.id = k.id collate "C" order by r.matter, r.kind, r.id`;
}

/** All records of these matters, in the order in which they began. */
export async function recordsOf(tx: TransactionSql, matters: readonly string[]): Promise<readonly KeptRecord[]> {
  if (matters.length === 0) return [];
  const rows = await tx<Row[]>`
    /* recordsOf */
    select r.matter, r.kind, r.id, r.n, r.first_at, r.at, r.source, r.agency, r.division, r.item, r.facts
    from unnest(${matters.map(laneOf)}::int[], ${[...matters]}::text[]) as k(lane, matter)
    join matter_record r on r.lane = k.lane::smallint and r.matter = k.matter collate "C"
    order by r.matter, r.first_at, r.kind, r.id`;
  return rows.map(({ first_at, ...row }) => ({ ...row, firstAt: first_at }));
}

/** Hall tickets that name one of these work items or applicants, as they stand under their own matters. */
export async function ticketsOf(
  tx: TransactionSql,
  workItems: readonly string[],
  applicants: readonly string[],
): Promise<
  readonly { readonly matter: string; readonly workItem: string | null; readonly applicant: string | null }[]
> {
  if (workItems.length === 0) return [];
  return tx`
    /* ticketsOf */
    select matter, work_item as "workItem", applicant from matter_record
    where kind = 'queue-ticket' and matter like 'queue-ticket:%'
      and (work_item = any (${[...workItems]}::text[]) or applicant = any (${[...applicants]}::text[]))
    order by matter`;
}

/** Work items that these tickets may have led to: by identifier, or of the same applicant; as they stand under their own matters. */
export async function itemsOf(
  tx: TransactionSql,
  workItems: readonly string[],
  applicants: readonly string[],
): Promise<readonly (KeptRecord & { readonly applicant: string | null })[]> {
  if (workItems.length === 0 && applicants.length === 0) return [];
  const rows = await tx<(Row & { applicant: string | null })[]>`
    /* itemsOf */
    select matter, kind, id, n, first_at, at, source, agency, division, item, facts, applicant from matter_record
    where kind = 'work-item' and matter like 'work-item:%'
      and (id = any (${[...workItems]}::text[]) or applicant = any (${[...applicants]}::text[]))
    order by matter`;
  return rows.map(({ first_at, ...row }) => ({ ...row, firstAt: first_at }));
}

/** Writes records, each under its matter. */
export async function writeRecords(tx: TransactionSql, records: readonly KeptRecord[]): Promise<void> {
  if (records.length === 0) return;
  const rows = records
    .map((record) => ({
      ...record,
      lane: laneOf(record.matter),
      first_at: new Date(record.firstAt).toISOString(),
      at: new Date(record.at).toISOString(),
      work_item: shortText(record.facts.workItem),
      applicant: shortText(record.facts.applicantKey),
    }))
    .sort((a, b) => a.lane - b.lane || order(a.matter, b.matter) || order(a.kind, b.kind) || order(a.id, b.id));
  await tx`
    /* writeRecords */
    insert into matter_record (lane, matter, kind, id, n, first_at, at, source, agency, division, item, facts, work_item, applicant)
    select lane, matter, kind, id, n, first_at, at, source, agency, division, item, facts, work_item, applicant
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(
      lane smallint, matter text, kind text, id text, n integer, first_at timestamptz, at timestamptz, source text, agency text,
      division text, item text, facts json, work_item text, applicant text)
    on conflict (lane, matter, kind, id) do update set
      n = excluded.n, at = excluded.at, source = excluded.source, agency = excluded.agency, division = excluded.division,
      item = excluded.item, facts = excluded.facts, work_item = excluded.work_item, applicant = excluded.applicant`;
}

/** Takes records away from matters of which they no longer speak. */
export async function removeRecords(tx: TransactionSql, places: readonly Omit<RecordPlace, 'n'>[]): Promise<void> {
  if (places.length === 0) return;
  await tx`
    /* removeRecords */
    delete from matter_record r using unnest(${places.map(({ matter }) => laneOf(matter))}::int[], ${places.map(({ matter }) => matter)}::text[],
      ${places.map(({ kind }) => kind)}::text[], ${places.map(({ id }) => id)}::text[]) as k(lane, matter, kind, id)
    where r.lane = k.lane::smallint and r.matter = k.matter collate "C" and r.kind = k.kind collate "C" and r.id = k.id collate "C"`;
}

/** Which of these matters are judged already. */
export async function judgedMatters(tx: TransactionSql, matters: readonly string[]): Promise<ReadonlySet<string>> {
  if (matters.length === 0) return new Set();
  const rows = await tx<{ id: string }[]>`
    /* judgedMatters */
    select m.id from unnest(${matters.map(laneOf)}::int[], ${[...matters]}::text[]) as k(lane, id)
    join matter m on m.lane = k.lane::smallint and m.kind = 'matter' and m.id = k.id collate "C"`;
  return new Set(rows.map(({ id }) => id));
}

/**
 * Up to which instant time may pass: the earliest horizon of the history imports that are open in any domain. `Infinity` when none is,
 * `-Infinity` while nothing of one has come yet.
 */
export async function historyHorizon(tx: TransactionSql): Promise<number> {
  const [row] = await tx<{ at: number | null; begun: boolean }[]>`
    /* historyHorizon */
    select min(horizon) as at, coalesce(bool_and(horizon is not null), true) as begun from hub.history_horizon`;
  return row!.begun ? (row!.at ?? Infinity) : -Infinity;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is looked up by an index: a longer text is no identifier, and would not fit into one. */
function shortText(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 200 ? value : null;
}
