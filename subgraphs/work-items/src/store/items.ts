import { instantText } from '@gnomon/records';
import { copyRows } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import type { ItemDocument } from '../document.ts';
import { basicCodeOf } from '../facts.ts';
import type { ItemMind, ItemState } from '../item-state.ts';
import { marksOf } from '../marks.ts';

/** The rows were changed by another writer between reading and writing; the transaction is to be run again. */
export class ItemConflict extends Error {
  constructor(expected: number, written: number) {
    super(
      `work items: ${expected} were to be written, ${written} were; another writer changed them meanwhile, try again`,
    );
  }
}

/** An item as the table has it. */
export interface ItemRow {
  lane: number;
  id: string;
  revision: number;
  source: string;
  no: string;
  agency: string;
  division: string;
  department: string;
  first_received_at: number;
  received_at: number;
  orphan_since: number | null;
  applicant_key: string | null;
  applicant_type: string | null;
  applicant_masked: string | null;
  doc: ItemDocument;
  mind: ItemMind;
  due_at: number | null;
  fault: string | null;
  item_code: string | null;
}

/** What `stateOf` needs. */
export const STATE_COLUMNS = `lane, id, revision, source, no, agency, division, department, first_received_at, received_at, orphan_since,
  applicant_key::text as applicant_key, applicant_type, applicant_masked, doc, mind, due_at, fault, item_code`;

/** The items with these keys; unknown ones are left out. Not locked: `writeItems` finds out whether anybody was faster. */
export async function readItems(
  tx: Transaction,
  keys: readonly { readonly lane: number; readonly id: string }[],
): Promise<Map<string, ItemState>> {
  if (keys.length === 0) return new Map();
  const rows = await tx<ItemRow[]>`
    /* readItems */
    select w.lane, w.id, w.revision, w.source, w.no, w.agency, w.division, w.department, w.first_received_at, w.received_at,
      w.orphan_since, w.applicant_key::text as applicant_key, w.applicant_type, w.applicant_masked, w.doc, w.mind, w.due_at, w.fault, w.item_code
    from unnest(${keys.map((key) => key.lane)}::int[], ${keys.map((key) => key.id)}::text[]) as k(lane, id)
    join work_item w on w.lane = k.lane::smallint and w.id = k.id collate "C"`;
  return new Map(rows.map((row) => [row.id, stateOf(row)]));
}

/** At most `limit` items that are due at `now`, locked; those another process works on are passed over. */
export async function claimDueItems(tx: Transaction, now: number, limit: number): Promise<readonly ItemState[]> {
  const rows = await tx<ItemRow[]>`
    /* claimDueItems */
    select ${tx.unsafe(STATE_COLUMNS)} from work_item where due_at <= ${now}::timestamptz and fault is null
    order by due_at limit ${limit} for no key update skip locked`;
  return rows.map(stateOf);
}

/** Items of these applicants that their agency withdrew or voided (WI-15), and their later applications the other way round. */
export async function findWithdrawn(tx: Transaction, keys: readonly bigint[]): Promise<readonly ItemState[]> {
  if (keys.length === 0) return [];
  const rows = await tx<ItemRow[]>`
    /* findWithdrawn */
    select ${tx.unsafe(STATE_COLUMNS)} from work_item where withdrawn and applicant_key = any (${keys.map(String)}::bigint[])`;
  return rows.map(stateOf);
}

/** When the applicant of a withdrawn item applied again for the same item; `null` when not known. */
export async function findReapplication(
  tx: Transaction,
  item: { readonly id: string; readonly key: bigint; readonly basic: string; readonly after: number },
): Promise<number | null> {
  const [row] = await tx<{ at: number | null }[]>`
    /* findReapplication */
    select min(applied_at) as at from work_item
    where applicant_key = ${String(item.key)}::bigint and id <> ${item.id} and item_basic = ${item.basic}
      and applied_at >= ${item.after}::timestamptz`;
  return row?.at ?? null;
}

const COLUMNS = [
  'lane',
  'id',
  'revision',
  'source',
  'no',
  'agency',
  'division',
  'department',
  'item_code',
  'item_basic',
  'item_name',
  'item_version',
  'channel',
  'kind',
  'state',
  'outcome',
  'is_open',
  { name: 'applied_at', as: 'instant' },
  { name: 'accepted_at', as: 'instant' },
  { name: 'finished_at', as: 'instant' },
  { name: 'first_received_at', as: 'instant' },
  { name: 'received_at', as: 'instant' },
  { name: 'listed_at', as: 'instant' },
  'applicant_type',
  'applicant_key',
  'applicant_masked',
  'marks',
  'suspended_share',
  'withdrawn',
  { name: 'orphan_since', as: 'instant' },
  { name: 'doc', as: 'json' },
  { name: 'mind', as: 'json' },
  { name: 'due_at', as: 'instant' },
  'fault',
] as const;
const NAMES = COLUMNS.map((column) => (typeof column === 'string' ? column : column.name));
const SET = NAMES.filter((name) => !['lane', 'id', 'source', 'no', 'first_received_at'].includes(name))
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');
const MERGE = `/* writeItems */
  insert into work_item as w (${NAMES.join(', ')}) select ${NAMES.join(', ')} from stage_work_item order by lane, id
  on conflict (lane, id) do update set ${SET} where w.revision = excluded.revision - 1`;
// `like … including compression`: without it the stage packs documents by the slow default method, and the packed value is what the
// table then keeps.
const STAGE =
  'create temporary table if not exists stage_work_item (like work_item including compression including storage) on commit delete rows';

/**
 * Writes items back, sorted by key, each one revision on. New ones go into the table at once; those that are there already
 * through a stage. The work of an insertion is a third less without the stage, its sort and the look for conflicts.
 * @throws {ItemConflict} when one was changed since it was read; 23505 when a new one was written meanwhile.
 */
export async function writeItems(tx: Transaction, states: readonly ItemState[]): Promise<void> {
  const known = states.filter(({ revision }) => revision > 0);
  if (known.length > 0) {
    await tx.unsafe(STAGE);
    await copyRows(tx, 'stage_work_item', COLUMNS, rowsOf(known));
    const written = await tx.unsafe(MERGE);
    if (written.count !== known.length) throw new ItemConflict(known.length, written.count);
  }
  if (known.length < states.length) {
    const fresh = known.length === 0 ? states : states.filter(({ revision }) => revision === 0);
    await copyRows(tx, 'work_item', COLUMNS, rowsOf(fresh));
  }
}

function* rowsOf(states: readonly ItemState[]): Generator<readonly unknown[]> {
  for (const state of states) yield rowOf(state);
}

function rowOf(state: ItemState): readonly unknown[] {
  const { summary, place, applicant } = state;
  return [
    state.lane,
    state.id,
    state.revision + 1,
    state.source,
    state.no,
    place.agency,
    place.division,
    place.department,
    summary?.itemCode ?? null,
    summary === null ? null : basicCodeOf(summary.itemCode),
    summary?.itemName ?? null,
    summary?.itemVersion ?? null,
    summary?.channel ?? null,
    summary?.kind ?? null,
    summary?.state ?? null,
    summary?.outcome ?? null,
    summary !== null && summary.finishedAt === null,
    instantText(summary?.appliedAt ?? null),
    instantText(summary?.acceptedAt ?? null),
    instantText(summary?.finishedAt ?? null),
    instantText(state.firstReceivedAt),
    instantText(state.receivedAt),
    instantText(listedAt(state)),
    applicant.type,
    applicant.key,
    applicant.masked,
    summary === null ? 0 : marksOf(summary),
    summary?.suspendedShare ?? 0,
    summary?.withdrawn ?? false,
    instantText(state.orphanSince),
    state.document,
    state.mind,
    instantText(state.dueAt),
    state.fault,
  ];
}

/** The instant by which an item is listed and counted: acceptance, else application, else its first row's arrival. */
export function listedAt(state: ItemState): number {
  return state.summary?.acceptedAt ?? state.summary?.appliedAt ?? state.firstReceivedAt;
}

/** The item of a row. */
export function stateOf(row: ItemRow): ItemState {
  return {
    lane: row.lane,
    id: row.id,
    source: row.source,
    no: row.no,
    revision: row.revision,
    document: row.doc,
    mind: row.mind,
    place: { agency: row.agency, division: row.division, department: row.department },
    summary: null,
    milestone: null,
    firstReceivedAt: row.first_received_at,
    receivedAt: row.received_at,
    orphanSince: row.orphan_since,
    applicant: {
      key: row.applicant_key === null ? null : BigInt(row.applicant_key),
      type: row.applicant_type,
      masked: row.applicant_masked,
    },
    dueAt: row.due_at,
    fault: row.fault,
    tallied:
      row.mind.tallyDay === null
        ? null
        : {
            place: {
              day: row.mind.tallyDay,
              agency: row.agency,
              division: row.division,
              source: row.source,
              item: row.item_code ?? '',
            },
            levels: row.mind.levels,
          },
  };
}
