import type { Facts } from '@gnomon/rule-engine';
import type { Standing, Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';
import type { RecordDocument } from '../types.ts';

/** A record as readers see it. */
export interface RecordRow {
  readonly lane: number;
  readonly kind: string;
  readonly id: string;
  readonly source: string;
  readonly division: string;
  readonly agency: string;
  readonly department: string;
  readonly item: string | null;
  readonly state: string | null;
  readonly isOpen: boolean;
  readonly listedAt: number;
  readonly links: Readonly<Record<string, string>>;
  readonly firstReceivedAt: number;
  readonly receivedAt: number;
  readonly document: RecordDocument;
}

/** A judged subject as readers see it. */
export interface SubjectRow {
  readonly kind: string;
  readonly id: string;
  readonly record: string | null;
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  readonly source: string | null;
  readonly facts: Facts;
  readonly standing: Standing;
}

const RECORD = `r.lane, r.kind, r.id, r.source, r.division, r.agency, r.department, r.item, r.state, r.is_open as "isOpen",
  r.listed_at as "listedAt", r.links, r.first_received_at as "firstReceivedAt", r.received_at as "receivedAt", r.doc as document`;
const SUBJECT = 's.kind, s.id, s.record, s.agency, s.division, s.item, s.source, s.facts, s.standing';

/** Keys are `<kind> <id>`. */
export async function recordsByKey(tx: Transaction, keys: readonly string[]): Promise<readonly RecordRow[]> {
  const parts = keys.map(partsOf);
  return tx<RecordRow[]>`/* recordsByKey */
    select ${tx.unsafe(RECORD)}
    from unnest(${parts.map(([, id]) => laneOf(id))}::int[], ${parts.map(([kind]) => kind)}::text[], ${parts.map(([, id]) => id)}::text[])
      as k(lane, kind, id)
    join record r on r.lane = k.lane::smallint and r.kind = k.kind collate "C" and r.id = k.id collate "C"`;
}

/** Keys are `<kind> <id>`. */
export async function subjectsByKey(tx: Transaction, keys: readonly string[]): Promise<readonly SubjectRow[]> {
  const parts = keys.map(partsOf);
  return tx<SubjectRow[]>`/* subjectsByKey */
    select ${tx.unsafe(SUBJECT)}
    from unnest(${parts.map(([, id]) => laneOf(id))}::int[], ${parts.map(([kind]) => kind)}::text[], ${parts.map(([, id]) => id)}::text[])
      as k(lane, kind, id)
    join subject s on s.lane = k.lane::smallint and s.kind = k.kind collate "C" and s.id = k.id collate "C"`;
}

/** The most records that are given of those that name one thing. */
const MOST_LINKED = 200;

/** The records of a kind that name a thing by a link, newest first, each with the key that it was asked by: `<kind> <link> <id>`. */
export async function recordsByLink(
  tx: Transaction,
  keys: readonly string[],
): Promise<readonly { readonly key: string; readonly row: RecordRow }[]> {
  const links = keys.map((key) => {
    const [kind, rest] = partsOf(key);
    const [link, id] = partsOf(rest);
    return { key, kind, links: { [link]: id } };
  });
  const rows = await tx<(RecordRow & { readonly key: string })[]>`/* recordsByLink */
    select k.key, found.* from json_to_recordset(${JSON.stringify(links)}::text::json) as k(key text, kind text, links jsonb)
    cross join lateral (
      select ${tx.unsafe(RECORD)} from record r where r.kind = k.kind collate "C" and r.links @> k.links
      order by r.listed_at desc, r.id desc limit ${MOST_LINKED}) found`;
  return rows.map(({ key, ...row }) => ({ key, row }));
}

/** Which records; what is null does not restrict. */
export interface RecordFilter {
  readonly agency?: string | null;
  readonly division?: string | null;
  readonly source?: string | null;
  readonly state?: readonly string[] | null;
  readonly isOpen?: boolean | null;
  readonly from?: number | null;
  readonly to?: number | null;
  readonly workItem?: string | null;
  readonly project?: string | null;
  /** Other links, by name. */
  readonly links?: Readonly<Record<string, string>> | null;
}

/** Records of a kind, newest first, after a key. */
export async function listRecords(
  tx: Transaction,
  kind: string,
  filter: RecordFilter,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly RecordRow[]> {
  const { agency, division, source, state, isOpen, from, to } = filter;
  const links = { ...filter.links, ...given('workItem', filter.workItem), ...given('project', filter.project) };
  return tx<RecordRow[]>`/* listRecords */
    select ${tx.unsafe(RECORD)} from record r where r.kind = ${kind}
      ${agency ? tx`and r.agency = ${agency}` : tx``}
      ${division ? tx`and r.division like ${`${trimDivision(division)}%`}` : tx``}
      ${source ? tx`and r.source = ${source}` : tx``}
      ${state ? tx`and r.state = any (${state as string[]}::text[])` : tx``}
      ${isOpen === null || isOpen === undefined ? tx`` : tx`and r.is_open = ${isOpen}`}
      ${from ? tx`and r.listed_at >= ${from}::timestamptz` : tx``}
      ${to ? tx`and r.listed_at < ${to}::timestamptz` : tx``}
      ${Object.keys(links).length > 0 ? tx`and r.links @> ${JSON.stringify(links)}::text::jsonb` : tx``}
      ${after === null ? tx`` : tx`and (r.listed_at, r.id) < (${after[0]}::timestamptz, ${after[1]})`}
    order by r.listed_at desc, r.id desc limit ${limit}`;
}

/** Subjects of a kind by id, after one; an agency's or a division's where named. */
export async function listSubjects(
  tx: Transaction,
  kind: string,
  filter: Pick<RecordFilter, 'agency' | 'division'>,
  after: string | null,
  limit: number,
): Promise<readonly SubjectRow[]> {
  const { agency, division } = filter;
  return tx<SubjectRow[]>`/* listSubjects */
    select ${tx.unsafe(SUBJECT)} from subject s where s.kind = ${kind}
      ${agency ? tx`and s.agency = ${agency}` : tx``}
      ${division ? tx`and s.division like ${`${trimDivision(division)}%`}` : tx``}
      ${after === null ? tx`` : tx`and s.id > ${after}`}
    order by s.id limit ${limit}`;
}

/** A version of a row as it came. */
export interface RowVersionRow {
  readonly tbl: string;
  readonly guid: string;
  readonly version: number;
  readonly op: string;
  readonly hash: string;
  readonly code_system: string;
  readonly payload: Record<string, unknown>;
  readonly made_at: number;
  readonly received_at: number;
}

/** Every version of every row of a record, newest first. */
export async function rowVersions(
  tx: Transaction,
  { lane, kind, id }: Pick<RecordRow, 'lane' | 'kind' | 'id'>,
  limit: number,
  table: string | null = null,
): Promise<readonly RowVersionRow[]> {
  return tx<RowVersionRow[]>`/* rowVersions */
    select tbl, guid, version, op, hash, code_system, payload, made_at, received_at from row_log
    where lane = ${lane} and kind = ${kind} and record = ${id} ${table === null ? tx`` : tx`and tbl = ${table}`}
    order by received_at desc, tbl, guid, version desc limit ${limit}`;
}

/** A division code without trailing zeros; what is no code matches nothing. */
export function trimDivision(division: string): string {
  if (!/^\d{1,12}$/.test(division)) return '-';
  return division.replace(/(?:00)+$/, '');
}

function partsOf(key: string): readonly [string, string] {
  const cut = key.indexOf(' ');
  return [key.slice(0, cut), key.slice(cut + 1)];
}

function given(name: string, value: string | null | undefined): Record<string, string> {
  return value ? { [name]: value } : {};
}
