import { KEY_TIMES, type TableName } from './tables.ts';

/** A kept value: times are milliseconds, codes the hub's own words, flags booleans. */
export type KeptValue = string | number | boolean;

/** A version of a row that is not (or no longer) the current one: when the source made it, its hash, when it came. */
export interface OtherVersion {
  readonly t: number;
  readonly h: string;
  readonly r: number;
  /** Its key times, for DP-14; absent where the table has none. */
  readonly k?: Readonly<Record<string, number>>;
  readonly d?: true;
}

/** The current version of a row as the projection keeps it. Short keys: this is stored once for every row. */
export interface KeptRow {
  /** row_guid */
  g: string;
  /** Ordinal of the current version in order of arrival. */
  v: number;
  /** cd_time: when the source made this version. */
  t: number;
  /** Instant of its arrival. */
  r: number;
  /** First arrival of any version, where it is not `r`. */
  r0?: number;
  /** cd_time of the earliest version, where it is not `t`. */
  t0?: number;
  /** Known by updates alone: its insertion is still on its way. */
  u?: true;
  /** Content hash, 32 hex digits. */
  h: string;
  /** Deleted by the source. */
  d?: true;
  /** Kept columns. */
  c: Readonly<Record<string, KeptValue>>;
  /** Other versions; absent for the many rows that have one. */
  o?: readonly OtherVersion[];
}

/** What a work item is derived from: the current version of each of its rows. Stored as JSON in `work_item.doc`. */
export interface ItemDocument {
  accept: KeptRow[];
  steps: KeptRow[];
  specials: KeptRow[];
  materials: KeptRow[];
  results: KeptRow[];
  notices: KeptRow[];
  fees: KeptRow[];
  /** A row of it was classified: no content is kept (DP-15). */
  classified?: true;
  /** cd_times up to this instant may change key times: a supervisor accepted them. */
  changesAcceptedAt?: number;
}

/** The part of the document that holds a table's rows. */
export const PART_OF: Readonly<Record<Exclude<TableName, 'up_control_total'>, keyof ItemDocument & string>> = {
  up_pro_accept: 'accept',
  up_pro_process: 'steps',
  up_pro_special_procedure: 'specials',
  up_pro_material: 'materials',
  up_pro_result: 'results',
  up_pro_supplement: 'notices',
  up_pro_payment: 'fees',
};

export function emptyDocument(): ItemDocument {
  return { accept: [], steps: [], specials: [], materials: [], results: [], notices: [], fees: [] };
}

/** A row about to be applied. */
export interface ArrivingRow {
  readonly table: Exclude<TableName, 'up_control_total'>;
  readonly guid: string;
  readonly op: 'I' | 'U' | 'D';
  readonly madeAt: number;
  readonly receivedAt: number;
  readonly hash: string;
  readonly kept: Readonly<Record<string, KeptValue>>;
}

/**
 * - `NEW`: first version of the row. `CURRENT`: newer than what was known. `OLDER`: a version that was overtaken on its way.
 * - `IDENTICAL`: known already, nothing is stored.
 * `conflict`: inserted again with other content (DP-09).
 */
export interface Applied {
  readonly outcome: 'NEW' | 'CURRENT' | 'OLDER' | 'IDENTICAL';
  readonly version: number;
  readonly conflict: boolean;
}

/**
 * Applies one row to a document (in place). The current version is the one that its source made last (`cd_time`, then
 * hash), whatever the order of arrival, so that shuffled and doubled rows lead to the same document (law 3).
 */
export function applyRow(document: ItemDocument, row: ArrivingRow): Applied {
  const rows = document[PART_OF[row.table]] as KeptRow[];
  const known = findRow(rows, row.guid);
  if (known === undefined) {
    rows.push(newRow(row));
    return { outcome: 'NEW', version: 1, conflict: false };
  }
  const deleted = row.op === 'D';
  if (known.h === row.hash && (known.d === true) === deleted)
    return { outcome: 'IDENTICAL', version: known.v, conflict: false };
  if (known.o?.some((other) => other.h === row.hash && other.t === row.madeAt && (other.d === true) === deleted))
    return { outcome: 'IDENTICAL', version: known.v, conflict: false };
  const conflict = row.op === 'I' && known.h !== row.hash && known.u !== true;
  if (row.op === 'I') delete known.u;
  const version = Math.max(known.v, known.o?.length ?? 0, 0) + 1;
  const earliest = Math.min(known.t0 ?? known.t, row.madeAt);
  const newer = row.madeAt > known.t || (row.madeAt === known.t && row.hash > known.h);
  if (newer) replaceCurrent(known, row, version);
  else known.o = [...(known.o ?? []), otherOf(row.table, row.madeAt, row.hash, row.receivedAt, row.kept, deleted)];
  if (earliest !== known.t) known.t0 = earliest;
  return { outcome: newer ? 'CURRENT' : 'OLDER', version: (known.o?.length ?? 0) + 1, conflict };
}

/** Rows that are not deleted. */
export function liveRows(rows: readonly KeptRow[]): readonly KeptRow[] {
  for (const row of rows) if (row.d === true) return rows.filter((candidate) => candidate.d !== true);
  return rows;
}

/** The live row that its source made last, or `undefined`. */
export function latestRow(rows: readonly KeptRow[]): KeptRow | undefined {
  let latest: KeptRow | undefined;
  for (const row of rows) {
    if (row.d === true) continue;
    if (latest === undefined || row.t > latest.t || (row.t === latest.t && row.g > latest.g)) latest = row;
  }
  return latest;
}

function findRow(rows: readonly KeptRow[], guid: string): KeptRow | undefined {
  for (const row of rows) if (row.g === guid) return row;
  return undefined;
}

function newRow(row: ArrivingRow): KeptRow {
  return {
    g: row.guid,
    v: 1,
    t: row.madeAt,
    r: row.receivedAt,
    h: row.hash,
    ...(row.op === 'D' ? { d: true } : {}),
    ...(row.op === 'I' ? {} : { u: true }),
    c: row.kept,
  };
}

function replaceCurrent(known: KeptRow, row: ArrivingRow, version: number): void {
  known.o = [...(known.o ?? []), otherOf(row.table, known.t, known.h, known.r, known.c, known.d === true)];
  known.r0 ??= known.r;
  known.v = version;
  known.t = row.madeAt;
  known.r = row.receivedAt;
  known.h = row.hash;
  if (row.op === 'D') {
    // A deletion may come without content: what was known stays readable behind the mark.
    known.d = true;
    if (Object.keys(row.kept).length > 0) known.c = row.kept;
  } else {
    delete known.d;
    known.c = row.kept;
  }
}

function otherOf(
  table: TableName,
  t: number,
  h: string,
  r: number,
  kept: Readonly<Record<string, KeptValue>>,
  deleted: boolean,
): OtherVersion {
  const names = KEY_TIMES[table];
  const k: Record<string, number> = {};
  for (const name of names ?? []) {
    const value = kept[name];
    if (typeof value === 'number') k[name] = value;
  }
  return { t, h, r, ...(names === undefined ? {} : { k }), ...(deleted ? { d: true as const } : {}) };
}
