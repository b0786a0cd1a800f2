import type { Catalogue } from './catalogue.ts';
import type { KeptRow, KeptValue, RecordDocument } from './types.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
/** A row that the intake may change in place. */
export type WritableRow = Writable<KeptRow>;
/** A document that the intake may change in place. */
export type WritableDocument = Record<string, WritableRow[]>;

/** A row about to be applied. */
export interface ArrivingRow {
  readonly guid: string;
  readonly source: string;
  readonly op: 'I' | 'U' | 'D';
  readonly madeAt: number;
  readonly receivedAt: number;
  readonly hash: string;
  readonly kept: Readonly<Record<string, KeptValue>>;
  readonly missing: number;
  readonly badCodes: number;
}

/**
 * - `NEW`: first version of the row. `CURRENT`: newer than what was known. `OLDER`: a version that was overtaken on its way.
 * - `IDENTICAL`: known already, nothing is stored.
 */
export interface Applied {
  readonly outcome: 'NEW' | 'CURRENT' | 'OLDER' | 'IDENTICAL';
  readonly version: number;
}

/** A source's clock may run ahead of the hub's by so much; an event that lies further ahead did not happen yet. */
const CLOCK_TOLERANCE_MS = 600_000;

/**
 * Applies one row to a part of a document (in place). The current version is the one that its source made last (`cd_time`,
 * then hash), whatever the order of arrival, so that shuffled and doubled rows lead to the same document (law 3).
 */
export function applyRow(document: WritableDocument, part: string, row: ArrivingRow): Applied {
  const rows = (document[part] ??= []);
  const known = rows.find((candidate) => candidate.g === row.guid && candidate.s === row.source);
  if (known === undefined) {
    rows.push(newRow(row));
    return { outcome: 'NEW', version: 1 };
  }
  const deleted = row.op === 'D';
  if (known.h === row.hash && (known.d === true) === deleted) return { outcome: 'IDENTICAL', version: known.v };
  if (known.o?.some((other) => other.h === row.hash && other.t === row.madeAt && (other.d === true) === deleted))
    return { outcome: 'IDENTICAL', version: known.v };
  const newer = row.madeAt > known.t || (row.madeAt === known.t && row.hash > known.h);
  const version = (known.o?.length ?? 0) + 2;
  if (newer) replaceCurrent(known, row, version);
  else {
    known.o = [...(known.o ?? []), versionOf(row.madeAt, row.hash, row.receivedAt, deleted, row.kept)];
    if (row.receivedAt < (known.r0 ?? known.r)) known.r0 = row.receivedAt;
    if (known.d === true && !deleted) known.c = newestLiving(known.o) ?? known.c;
  }
  return { outcome: newer ? 'CURRENT' : 'OLDER', version };
}

/** Rows that are not deleted; an absent part has none. */
export function liveRows(rows: readonly KeptRow[] | undefined): readonly KeptRow[] {
  if (rows === undefined) return [];
  for (const row of rows) if (row.d === true) return rows.filter((candidate) => candidate.d !== true);
  return rows;
}

/** The live row that its source made last, or `undefined`. */
export function latestRow(rows: readonly KeptRow[] | undefined): KeptRow | undefined {
  let latest: KeptRow | undefined;
  for (const row of rows ?? []) {
    if (row.d === true) continue;
    if (latest === undefined || row.t > latest.t || (row.t === latest.t && row.g > latest.g)) latest = row;
  }
  return latest;
}

/** The latest event that a record's rows tell of, `-Infinity` without any. What lay ahead of its own row is left out. */
export function latestEventOf(catalogue: Catalogue, kind: string, document: RecordDocument): number {
  let latest = -Infinity;
  for (const part of Object.keys(document)) {
    const { events } = catalogue.tableOf(kind, part);
    for (const row of liveRows(document[part]))
      for (const column of events) {
        const at = row.c[column];
        if (typeof at === 'number' && at > latest && at <= row.r + CLOCK_TOLERANCE_MS) latest = at;
      }
  }
  return latest;
}

/**
 * A document as it would have been at an instant, from all that is known now: rows whose event lies later are left out, and
 * every time that lies later. The default of `RecordKind.asOf`; a domain's own may begin with it.
 */
export function documentAsOf(
  catalogue: Catalogue,
  kind: string,
  document: RecordDocument,
  instant: number,
): RecordDocument {
  const then: Record<string, readonly KeptRow[]> = {};
  for (const [part, rows] of Object.entries(document)) {
    const { events, columns } = catalogue.tableOf(kind, part);
    const times = columns.filter((column) => column.kind === 'time').map((column) => column.name);
    const kept = rows.filter((row) => !liesAfter(row, events, instant)).map((row) => withoutLater(row, times, instant));
    if (kept.length > 0) then[part] = kept;
  }
  return then;
}

function liesAfter(row: KeptRow, events: readonly string[], instant: number): boolean {
  for (const name of events) {
    const at = row.c[name];
    if (typeof at === 'number') return at > instant;
  }
  return false;
}

function withoutLater(row: KeptRow, times: readonly string[], instant: number): KeptRow {
  const later = times.filter((name) => typeof row.c[name] === 'number' && (row.c[name] as number) > instant);
  if (later.length === 0) return row;
  return { ...row, c: Object.fromEntries(Object.entries(row.c).filter(([name]) => !later.includes(name))) };
}

function newRow(row: ArrivingRow): WritableRow {
  return {
    g: row.guid,
    s: row.source,
    v: 1,
    t: row.madeAt,
    r: row.receivedAt,
    h: row.hash,
    ...(row.op === 'D' ? { d: true as const } : {}),
    ...(row.missing > 0 ? { m: row.missing } : {}),
    ...(row.badCodes > 0 ? { b: row.badCodes } : {}),
    c: row.kept,
  };
}

function replaceCurrent(known: WritableRow, row: ArrivingRow, version: number): void {
  known.o = [...(known.o ?? []), versionOf(known.t, known.h, known.r, known.d === true, known.c)];
  known.r0 ??= known.r;
  known.v = version;
  known.t = row.madeAt;
  known.r = row.receivedAt;
  known.h = row.hash;
  delete known.d;
  delete known.m;
  delete known.b;
  if (row.op === 'D') {
    // What was known stays readable behind the mark; a deletion carries its keys only.
    known.d = true;
    return;
  }
  known.c = row.kept;
  if (row.missing > 0) known.m = row.missing;
  if (row.badCodes > 0) known.b = row.badCodes;
}

/** The content behind a mark of deletion, whichever of the versions came first. */
function newestLiving(others: NonNullable<KeptRow['o']>): Readonly<Record<string, KeptValue>> | undefined {
  let newest: (typeof others)[number] | undefined;
  for (const other of others) {
    if (other.d === true) continue;
    if (newest === undefined || other.t > newest.t || (other.t === newest.t && other.h > newest.h)) newest = other;
  }
  return newest?.c;
}

function versionOf(
  t: number,
  h: string,
  r: number,
  deleted: boolean,
  c: Readonly<Record<string, KeptValue>>,
): NonNullable<KeptRow['o']>[number] {
  return { t, h, r, ...(deleted ? { d: true as const } : {}), c };
}
