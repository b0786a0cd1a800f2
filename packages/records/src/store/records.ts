import { type CopyColumns, copyRows } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import type { WritableDocument } from '../document.ts';
import { instantText } from '../instant-text.ts';
import { type RecordMind, type RecordState, recordKey } from '../record-state.ts';
import { subjectKey } from '../subject-state.ts';
import { subjectsOfRecords, writeSubjects } from './subjects.ts';

/** Rows were changed by another writer between reading and writing; the transaction is to be run again. */
export class RecordConflict extends Error {
  constructor(table: string, expected: number, written: number) {
    super(`${table}: ${expected} rows were to be written, ${written} were; another writer changed them, try again`);
  }
}

interface RecordRow {
  lane: number;
  kind: string;
  id: string;
  revision: number;
  source: string;
  division: string;
  agency: string;
  department: string;
  item: string | null;
  state: string | null;
  is_open: boolean;
  listed_at: number;
  links: Record<string, string>;
  first_received_at: number;
  received_at: number;
  orphan_since: number | null;
  doc: WritableDocument;
  mind: RecordMind;
  due_at: number | null;
  fault: string | null;
}

const NAMES = `r.lane, r.kind, r.id, r.revision, r.source, r.division, r.agency, r.department, r.item, r.state, r.is_open,
  r.listed_at, r.links, r.first_received_at, r.received_at, r.orphan_since, r.doc, r.mind, r.due_at, r.fault`;

/** The records with these keys and their subjects; unknown ones are left out. Not locked: writing finds out whether anybody was faster. */
export async function readRecords(
  tx: Transaction,
  keys: readonly Pick<RecordState, 'lane' | 'kind' | 'id'>[],
): Promise<Map<string, RecordState>> {
  if (keys.length === 0) return new Map();
  const rows = await tx<RecordRow[]>`/* readRecords */
    select ${tx.unsafe(NAMES)}
    from unnest(${keys.map((k) => k.lane)}::int[], ${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.id)}::text[]) as k(lane, kind, id)
    join record r on r.lane = k.lane::smallint and r.kind = k.kind collate "C" and r.id = k.id collate "C"`;
  return withSubjects(tx, rows);
}

/** At most `limit` records that are to be derived anew by `now`, locked; those another process works on are passed over. */
export async function claimDueRecords(tx: Transaction, now: number, limit: number): Promise<readonly RecordState[]> {
  const rows = await tx<RecordRow[]>`/* claimDueRecords */
    select ${tx.unsafe(NAMES)} from record r where r.due_at <= ${now}::timestamptz and r.fault is null
    order by r.due_at limit ${limit} for no key update skip locked`;
  return [...(await withSubjects(tx, rows)).values()];
}

/** Open records in order of keys, after one. */
export async function openRecords(
  tx: Transaction,
  after: Pick<RecordState, 'lane' | 'kind' | 'id'> | null,
  limit: number,
): Promise<readonly RecordState[]> {
  const rows = await tx<RecordRow[]>`/* openRecords */
    select ${tx.unsafe(NAMES)} from record r where r.is_open
      ${after === null ? tx`` : tx`and (r.lane, r.kind, r.id) > (${after.lane}::smallint, ${after.kind} collate "C", ${after.id} collate "C")`}
    order by r.lane, r.kind, r.id limit ${limit}`;
  return [...(await withSubjects(tx, rows)).values()];
}

/**
 * Lets open records be derived anew at an instant, but for those that have just been: a published object changed. A writer that
 * read them before is overtaken by it and runs again.
 */
export async function deriveOpenRecords(
  tx: Transaction,
  at: number,
  done: readonly Pick<RecordState, 'lane' | 'kind' | 'id'>[],
): Promise<void> {
  await tx`/* deriveOpenRecords */
    update record r set due_at = ${at}::timestamptz, revision = revision + 1 where r.is_open and (r.due_at is null or r.due_at > ${at}::timestamptz)
      and not exists (select 1 from json_to_recordset(${JSON.stringify(done.map(({ lane, kind, id }) => ({ lane, kind, id })))}::text::json)
        as k(lane smallint, kind text, id text) where k.lane = r.lane and k.kind = r.kind collate "C" and k.id = r.id collate "C")`;
}

/**
 * Lets every open record be derived anew, and every armed subject be judged, at an instant: other rules or another calendar.
 * What could not be derived or judged is tried again.
 */
export async function rearmAll(tx: Transaction, at: number): Promise<void> {
  await tx`/* clearFaults */ update record set fault = null, due_at = ${at}::timestamptz, revision = revision + 1 where fault is not null`;
  await tx`/* rearmRecords */ update record set due_at = ${at}::timestamptz, revision = revision + 1 where is_open`;
  await tx`/* rearmSubjects */ update subject set due_at = ${at}::timestamptz, fault = null, revision = revision + 1 where due_at > ${at}::timestamptz or fault is not null`;
}

async function withSubjects(tx: Transaction, rows: readonly RecordRow[]): Promise<Map<string, RecordState>> {
  const states = new Map(rows.map((row) => [recordKey(row.kind, row.id), stateOf(row)]));
  for (const subject of await subjectsOfRecords(tx, rows))
    states.get(recordKey(subject.record!.kind, subject.record!.id))?.subjects.set(subjectKey(subject), subject);
  return states;
}

const COLUMNS = [
  'lane',
  'kind',
  'id',
  'revision',
  'source',
  'division',
  'agency',
  'department',
  'item',
  'state',
  'is_open',
  { name: 'listed_at', as: 'instant' },
  { name: 'links', as: 'json' },
  { name: 'first_received_at', as: 'instant' },
  { name: 'received_at', as: 'instant' },
  { name: 'orphan_since', as: 'instant' },
  { name: 'doc', as: 'json' },
  { name: 'mind', as: 'json' },
  { name: 'due_at', as: 'instant' },
  'fault',
] as const satisfies CopyColumns;
const COLUMN_NAMES = COLUMNS.map((column) => (typeof column === 'string' ? column : column.name));
const SET = COLUMN_NAMES.filter((name) => !['lane', 'kind', 'id', 'source', 'first_received_at'].includes(name))
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');
const MERGE = `/* writeRecords */
  insert into record as w (${COLUMN_NAMES.join(', ')}) select ${COLUMN_NAMES.join(', ')} from stage_record order by lane, kind, id
  on conflict (lane, kind, id) do update set ${SET} where w.revision = excluded.revision - 1`;
const STAGE =
  'create temporary table if not exists stage_record (like record including compression including storage) on commit delete rows';

/**
 * Writes records and their changed subjects back, sorted by key, each one revision on.
 * @throws {RecordConflict} when one was changed since it was read; 23505 when a new one was written meanwhile.
 */
export async function writeRecords(tx: Transaction, states: readonly RecordState[]): Promise<void> {
  if (states.length === 0) return;
  const sorted = states.toSorted(compareStates);
  const known = sorted.filter(({ revision }) => revision > 0);
  if (known.length > 0) {
    await tx.unsafe(STAGE);
    await copyRows(tx, 'stage_record', COLUMNS, known.map(rowOf));
    const written = await tx.unsafe(MERGE);
    if (written.count !== known.length) throw new RecordConflict('record', known.length, written.count);
  }
  const fresh = sorted.filter(({ revision }) => revision === 0);
  if (fresh.length > 0) await copyRows(tx, 'record', COLUMNS, fresh.map(rowOf));
  await writeSubjects(
    tx,
    sorted.flatMap(({ subjects }) => [...subjects.values()].filter(({ changed }) => changed)),
  );
}

function rowOf(state: RecordState): readonly unknown[] {
  const { place } = state;
  return [
    state.lane,
    state.kind,
    state.id,
    state.revision + 1,
    state.source,
    place.division,
    place.agency,
    place.department,
    place.item,
    state.state,
    state.isOpen,
    instantText(state.listedAt),
    state.links,
    instantText(state.firstReceivedAt),
    instantText(state.receivedAt),
    instantText(state.orphanSince),
    state.document,
    state.mind,
    instantText(state.dueAt),
    state.fault,
  ];
}

function stateOf(row: RecordRow): RecordState {
  const { division, agency, department, item } = row;
  return {
    lane: row.lane,
    kind: row.kind,
    id: row.id,
    revision: row.revision,
    source: row.source,
    document: row.doc,
    mind: row.mind,
    place: { division, agency, department, item },
    state: row.state,
    isOpen: row.is_open,
    listedAt: row.listed_at,
    links: row.links,
    firstReceivedAt: row.first_received_at,
    receivedAt: row.received_at,
    orphanSince: row.orphan_since,
    dueAt: row.due_at,
    fault: row.fault,
    subjects: new Map(),
    changed: false,
  };
}

function compareStates(a: RecordState, b: RecordState): number {
  return a.lane - b.lane || (recordKey(a.kind, a.id) < recordKey(b.kind, b.id) ? -1 : 1);
}
