import type { Facts } from '@gnomon/rule-engine';
import { type CopyColumns, copyRows } from '@gnomon/store';
import type { FactSource, Standing, Transaction } from '@gnomon/subgraph-kit';
import { instantText } from '../instant-text.ts';
import { type SubjectState, subjectKey, talliedNow } from '../subject-state.ts';
import { RecordConflict } from './records.ts';

/** A subject as the table has it. */
export interface StoredSubject {
  lane: number;
  kind: string;
  id: string;
  revision: number;
  type: string;
  record_kind: string | null;
  record: string | null;
  division: string;
  agency: string;
  department: string;
  item: string | null;
  source: string | null;
  delayed: boolean;
  facts: Facts;
  sources: readonly FactSource[];
  standing: Standing;
  levels: string;
  tally_day: string | null;
  turn_at: number | null;
  due_at: number | null;
  judged_to: number | null;
  fault: string | null;
}

/** What `subjectOf` needs, of the table as `s`. */
export const SUBJECT_COLUMNS = `s.lane, s.kind, s.id, s.revision, s.type, s.record_kind, s.record, s.division, s.agency, s.department, s.item, s.source,
  s.delayed, s.facts, s.sources, s.standing, s.levels, s.tally_day, s.turn_at, s.due_at, s.judged_to, s.fault`;

/** The subjects of records. */
export async function subjectsOfRecords(
  tx: Transaction,
  records: readonly { readonly kind: string; readonly id: string }[],
): Promise<readonly SubjectState[]> {
  if (records.length === 0) return [];
  const rows = await tx<StoredSubject[]>`/* subjectsOfRecords */
    select ${tx.unsafe(SUBJECT_COLUMNS)}
    from unnest(${records.map((r) => r.kind)}::text[], ${records.map((r) => r.id)}::text[]) as k(kind, id)
    join subject s on s.record = k.id collate "C" and s.record_kind = k.kind collate "C"
    order by s.kind, s.id`;
  return rows.map(subjectOf);
}

/** The subjects with these keys, by `subjectKey`; unknown ones are left out. */
export async function readSubjects(
  tx: Transaction,
  keys: readonly Pick<SubjectState, 'lane' | 'kind' | 'id'>[],
): Promise<Map<string, SubjectState>> {
  if (keys.length === 0) return new Map();
  const rows = await tx<StoredSubject[]>`/* readSubjects */
    select ${tx.unsafe(SUBJECT_COLUMNS)}
    from unnest(${keys.map((k) => k.lane)}::int[], ${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.id)}::text[]) as k(lane, kind, id)
    join subject s on s.lane = k.lane::smallint and s.kind = k.kind collate "C" and s.id = k.id collate "C"`;
  return new Map(rows.map((row) => [subjectKey(row), subjectOf(row)]));
}

/** At most `limit` subjects that are due at `now`, locked; those another process works on are passed over. */
export async function claimDueSubjects(
  tx: Transaction,
  now: { readonly records: number; readonly aggregates: number },
  limit: number,
): Promise<readonly SubjectState[]> {
  const rows = await tx<StoredSubject[]>`/* claimDueSubjects */
    select ${tx.unsafe(SUBJECT_COLUMNS)} from subject s
    where s.due_at <= ${now.records}::timestamptz and s.fault is null
      and (s.record is not null or s.due_at <= ${now.aggregates}::timestamptz)
    order by s.due_at limit ${limit} for no key update skip locked`;
  return rows.map(subjectOf);
}

const COLUMNS = [
  'lane',
  'kind',
  'id',
  'revision',
  'type',
  'record_kind',
  'record',
  'division',
  'agency',
  'department',
  'item',
  'source',
  'delayed',
  { name: 'facts', as: 'json' },
  { name: 'sources', as: 'json' },
  { name: 'standing', as: 'json' },
  'levels',
  'tally_day',
  { name: 'turn_at', as: 'instant' },
  { name: 'due_at', as: 'instant' },
  { name: 'judged_to', as: 'instant' },
  'fault',
] as const satisfies CopyColumns;
const COLUMN_NAMES = COLUMNS.map((column) => (typeof column === 'string' ? column : column.name));
const SET = COLUMN_NAMES.filter((name) => !['lane', 'kind', 'id'].includes(name))
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');
const MERGE = `/* writeSubjects */
  insert into subject as w (${COLUMN_NAMES.join(', ')}) select ${COLUMN_NAMES.join(', ')} from stage_subject order by lane, kind, id
  on conflict (lane, kind, id) do update set ${SET} where w.revision = excluded.revision - 1`;

/**
 * Writes subjects back, sorted by key, each one revision on.
 * @throws {RecordConflict} when one was changed since it was read; 23505 when a new one was written meanwhile.
 */
export async function writeSubjects(tx: Transaction, subjects: readonly SubjectState[]): Promise<void> {
  if (subjects.length === 0) return;
  const sorted = subjects.toSorted((a, b) => a.lane - b.lane || (subjectKey(a) < subjectKey(b) ? -1 : 1));
  const known = sorted.filter(({ revision }) => revision > 0);
  if (known.length > 0) {
    await tx.unsafe('create temporary table if not exists stage_subject (like subject) on commit delete rows');
    await tx.unsafe('delete from stage_subject');
    await copyRows(tx, 'stage_subject', COLUMNS, known.map(rowOf));
    const written = await tx.unsafe(MERGE);
    if (written.count !== known.length) throw new RecordConflict('subject', known.length, written.count);
  }
  const fresh = sorted.filter(({ revision }) => revision === 0);
  if (fresh.length > 0) await copyRows(tx, 'subject', COLUMNS, fresh.map(rowOf));
}

function rowOf(state: SubjectState): readonly unknown[] {
  const { place } = state;
  return [
    state.lane,
    state.kind,
    state.id,
    state.revision + 1,
    state.type,
    state.record?.kind ?? null,
    state.record?.id ?? null,
    place.division,
    place.agency,
    place.department,
    place.item,
    state.source,
    state.delayed,
    state.facts,
    state.sources,
    state.standing,
    state.levels,
    state.tallyDay,
    instantText(state.turnAt),
    instantText(state.dueAt),
    instantText(state.judgedTo),
    state.fault,
  ];
}

/** The subject of a row. */
export function subjectOf(row: StoredSubject): SubjectState {
  const { division, agency, department, item } = row;
  const state: SubjectState = {
    lane: row.lane,
    kind: row.kind,
    id: row.id,
    type: row.type,
    revision: row.revision,
    record: row.record === null ? null : { kind: row.record_kind!, id: row.record },
    place: { division, agency, department, item },
    source: row.source,
    delayed: row.delayed,
    facts: row.facts,
    sources: row.sources,
    standing: row.standing,
    levels: row.levels,
    tallyDay: row.tally_day,
    turnAt: row.turn_at,
    dueAt: row.due_at,
    judgedTo: row.judged_to,
    fault: row.fault,
    tallied: null,
    changed: false,
  };
  return { ...state, tallied: talliedNow(state) };
}
