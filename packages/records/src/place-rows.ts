import type { PlacedRow } from './arrive.ts';
import type { ReadRow, RowPlace } from './read-row.ts';
import { type RecordState, recordKey } from './record-state.ts';
import type { KeptRow, KeptValue } from './types.ts';

/** Rows of one instant at their records, in order of keys; and rows that no longer belong to a record they were in. */
export interface PlacedRows {
  readonly groups: readonly (readonly [string, readonly PlacedRow[]])[];
  readonly leaving: readonly {
    readonly record: string;
    readonly part: string;
    readonly guid: string;
    readonly source: string;
  }[];
}

/** What the first place of a row knows of its newest version. */
interface Newest {
  readonly madeAt: number;
  readonly hash: string;
  /** Its places, the first one included. */
  readonly places: readonly RowPlace[];
}

/**
 * Places the rows of one instant. A row belongs to its first record for life; at its other places its newest version alone
 * decides: it leaves the record that an older one named, and an overtaken version that comes late does not bring it back.
 * Independent of the order of the rows.
 */
export function placeRows(rows: readonly ReadRow[], states: ReadonlyMap<string, RecordState>): PlacedRows {
  const groups = new Map<string, PlacedRow[]>();
  const leaving = new Map<string, PlacedRows['leaving'][number]>();
  const newest = newestOf(rows, states);
  for (const row of rows.toSorted(compareVersions)) {
    const [first] = row.places;
    if (first === undefined) continue;
    const holds = newest.get(rowKey(row))!;
    add(groups, first, row, true);
    for (const place of new Set(
      [...row.places.slice(1), ...(row.op === 'D' ? holds.places.slice(1) : [])].map(textOf),
    )) {
      const [record, part, id] = place.split('\n') as [string, string, string];
      if (holds.places.some((one) => textOf(one) === place)) add(groups, { record, part, id }, row, false);
    }
    for (const former of formerPlaces(row, states)) {
      if (holds.places.some((one) => textOf(one) === textOf(former))) continue;
      const { part, record, id } = former;
      const gone = { record: recordKey(record, id), part, guid: row.guid, source: row.source };
      leaving.set(`${gone.record}\n${part}\n${rowKey(row)}`, gone);
    }
  }
  const sorted = [...groups].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return { groups: sorted, leaving: [...leaving.values()].sort((a, b) => (a.record < b.record ? -1 : 1)) };
}

/** The places that the stored version of a row names beside its first, as far as its kept columns say. */
export function formerPlaces(row: ReadRow, states: ReadonlyMap<string, RecordState>): readonly RowPlace[] {
  const known = knownRow(row, states);
  return known === undefined ? [] : placesOf(row, known.c);
}

function newestOf(rows: readonly ReadRow[], states: ReadonlyMap<string, RecordState>): Map<string, Newest> {
  const newest = new Map<string, Newest>();
  for (const row of rows) {
    const [first] = row.places;
    if (first === undefined) continue;
    const key = rowKey(row);
    let holds = newest.get(key);
    if (holds === undefined) {
      const known = knownRow(row, states);
      if (known !== undefined) holds = { madeAt: known.t, hash: known.h, places: [first, ...placesOf(row, known.c)] };
    }
    const isNewer =
      holds === undefined || row.madeAt > holds.madeAt || (row.madeAt === holds.madeAt && row.hash >= holds.hash);
    // A deletion carries its keys only where its source is kind: it stays where the row was.
    const places = row.op === 'D' && holds !== undefined ? holds.places : row.places;
    newest.set(key, isNewer || holds === undefined ? { madeAt: row.madeAt, hash: row.hash, places } : holds);
  }
  return newest;
}

function knownRow(row: ReadRow, states: ReadonlyMap<string, RecordState>): KeptRow | undefined {
  const [first] = row.places;
  if (first === undefined || row.table.placements.length < 2) return undefined;
  const rows = states.get(recordKey(first.record, first.id))?.document[first.part];
  return rows?.find((candidate) => candidate.g === row.guid && candidate.s === row.source);
}

function placesOf(row: ReadRow, kept: Readonly<Record<string, KeptValue>>): readonly RowPlace[] {
  return row.table.placements.slice(1).flatMap(({ record, part, key, bySource }) => {
    const values = key.map((name) => kept[name]);
    if (!values.every((value) => typeof value === 'string')) return [];
    const number = values.join(':');
    return [{ record, part, id: bySource ? `${row.source}:${number}` : number }];
  });
}

function add(groups: Map<string, PlacedRow[]>, place: RowPlace, row: ReadRow, isFirst: boolean): void {
  const key = recordKey(place.record, place.id);
  const group = groups.get(key);
  const placed = { row, place, isFirst };
  if (group === undefined) groups.set(key, [placed]);
  else group.push(placed);
}

function rowKey({ places, guid, source }: ReadRow): string {
  return `${places[0]?.record}\n${places[0]?.id}\n${source}\n${guid}`;
}

function textOf({ record, part, id }: RowPlace): string {
  return `${record}\n${part}\n${id}`;
}

function compareVersions(a: ReadRow, b: ReadRow): number {
  return a.madeAt - b.madeAt || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0);
}
