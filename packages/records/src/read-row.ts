import { hash as digest } from 'node:crypto';
import { type Catalogue, isKept, type KnownTable, keptName } from './catalogue.ts';
import type { CodeLists } from './code-systems.ts';
import type { Refusal, RefusalCode } from './refusals.ts';
import { readTime } from './time-text.ts';
import type { Column, DeriveWorld, KeptValue } from './types.ts';

/** What the reader of rows must know about who sends them. */
export interface RowReader {
  readonly catalogue: Catalogue;
  readonly codes: CodeLists;
  /** The source in whose name the rows come; `null` lets each row name its own (an operator's history import). */
  readonly source: string | null;
  readonly receivedAt: number;
  /** True for milestones of another domain, which fill tables of their own: their codes are the hub's words already. */
  readonly isMilestone: boolean;
  hash(text: string): string;
}

/** Where a row belongs. */
export interface RowPlace {
  readonly record: string;
  readonly part: string;
  readonly id: string;
}

/** A row that can be kept. */
export interface ReadRow {
  readonly table: KnownTable;
  readonly op: 'I' | 'U' | 'D';
  readonly guid: string;
  readonly source: string;
  readonly batch: string;
  readonly codeSystem: string;
  readonly madeAt: number;
  readonly receivedAt: number;
  readonly hash: string;
  readonly kept: Readonly<Record<string, KeptValue>>;
  /** When the thing happened that the row tells of; `null` when it tells of none. */
  readonly eventAt: number | null;
  readonly missing: number;
  readonly badCodes: number;
  /** The first one decides what the account says. Empty for a list's row. */
  readonly places: readonly RowPlace[];
  /** Key of a published object; `null` for rows of records. */
  readonly listKey: string | null;
  /** A milestone of another domain: in no account. */
  readonly isMilestone: boolean;
  /** Asked when the row is taken, with the lists of that instant: whether a milestone concerns the domain. */
  readonly concerns?: (world: DeriveWorld) => boolean;
  /** The row as JSON text, for the row log. */
  readonly payload: string;
}
export type Reading = { readonly ok: true; readonly row: ReadRow } | { readonly ok: false; readonly refusal: Refusal };

type RawRow = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,6})?$/;
const TRUE = new Set(['1', 'true', 'Y', '是']);
const ENVELOPE = new Set(['table', 'cd_operation', 'row_guid', 'data_source', 'code_system', 'cd_time', 'cd_batch']);

/** A fault in one column: thrown and caught inside this file only, so that the straight path stays straight. */
class ColumnFault extends Error {
  readonly code: RefusalCode;
  readonly detail: string;
  constructor(code: RefusalCode, detail: string) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Reads one raw row. Pure. A row that cannot be placed or understood is refused with its reason; one that merely has
 * defects is taken and says so in its counts.
 *
 * @param text the row's JSON text when it is at hand (it is kept as it came); otherwise it is written anew.
 */
export function readRow(raw: unknown, reader: RowReader, text?: string): Reading {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return refuse('UNREADABLE', '', {}, undefined);
  let table: KnownTable | undefined;
  let fields = raw as RawRow;
  try {
    const name = plain(fields, 'table', 64);
    table = reader.catalogue.table(name);
    if (table === undefined || table.isFollowed !== reader.isMilestone)
      throw new ColumnFault('UNKNOWN_TABLE', short(name));
    fields = snakeKeys(fields, table);
    return { ok: true, row: read(fields, table, reader, text) };
  } catch (fault) {
    if (fault instanceof ColumnFault) return refuse(fault.code, fault.detail, fields, table);
    throw fault;
  }
}

function read(fields: RawRow, table: KnownTable, reader: RowReader, text: string | undefined): ReadRow {
  const operation = plain(fields, 'cd_operation', 8).toUpperCase();
  if (operation !== 'I' && operation !== 'U' && operation !== 'D')
    throw new ColumnFault('UNKNOWN_OPERATION', short(operation));
  const guid = plain(fields, 'row_guid', 128);
  if (guid === '') throw new ColumnFault('NO_ROW_GUID', '');
  const source = sourceOf(fields, reader);
  const codeSystem = plain(fields, 'code_system', 64) || reader.codes.defaultSystem;
  if (!reader.codes.has(codeSystem)) throw new ColumnFault('UNKNOWN_CODE_SYSTEM', short(codeSystem));
  const made = plain(fields, 'cd_time', 40);
  // JSON text without an escape cannot hold a control character or half a surrogate pair.
  const isClean = text !== undefined && !text.includes('\\');
  const texts = table.columns.map((column) => plain(fields, column.name, column.width, isClean));
  const columns = readColumns(table, operation, texts, codeSystem, reader);
  const at = (name: string): string => texts[table.columns.findIndex((column) => column.name === name)]!;
  const places = placesOf(table, source, at);
  if (operation !== 'D')
    for (const name of table.required ?? []) if (at(name) === '') throw new ColumnFault('MISSING_VALUE', name);
  return {
    table,
    op: operation,
    guid,
    source,
    batch: plain(fields, 'cd_batch', 64),
    codeSystem,
    madeAt: made === '' ? reader.receivedAt : time('cd_time', made),
    receivedAt: reader.receivedAt,
    hash: contentHash(table.name, texts, codeSystem),
    kept: columns.kept,
    eventAt: eventOf(table, columns.kept),
    missing: columns.missing,
    badCodes: columns.badCodes,
    places,
    listKey: table.listKey === null ? null : (keyOf(table, table.listKey, at) ?? noKey(table.listKey, at)),
    isMilestone: reader.isMilestone,
    payload: text ?? JSON.stringify(fields),
  };
}

function sourceOf(fields: RawRow, reader: RowReader): string {
  const named = plain(fields, 'data_source', 32);
  const source = named === '' ? (reader.source ?? '') : named;
  if (source === '' || source.includes(':')) throw new ColumnFault('UNKNOWN_SOURCE', short(source));
  if (reader.source !== null && source !== reader.source) throw new ColumnFault('FOREIGN_SOURCE', short(source));
  return source;
}

function placesOf(table: KnownTable, source: string, at: (name: string) => string): readonly RowPlace[] {
  const places: RowPlace[] = [];
  for (const { record, part, key, bySource, optional } of table.placements) {
    const number = keyOf(table, key, at);
    if (number === null) {
      if (optional === true) continue;
      return noKey(key, at);
    }
    places.push({ record, part, id: bySource ? `${source}:${number}` : number });
  }
  return places;
}

/** The values of key columns, joined by `:`; `null` when one is empty. */
function keyOf(_table: KnownTable, key: readonly string[], at: (name: string) => string): string | null {
  let joined = '';
  for (const name of key) {
    const value = at(name);
    if (value === '') return null;
    joined += joined === '' ? value : `:${value}`;
  }
  return joined;
}

function noKey(key: readonly string[], at: (name: string) => string): never {
  throw new ColumnFault('NO_KEY', key.find((name) => at(name) === '') ?? '');
}

interface ReadColumns {
  readonly kept: Record<string, KeptValue>;
  missing: number;
  badCodes: number;
}

function readColumns(
  table: KnownTable,
  op: string,
  texts: readonly string[],
  system: string,
  reader: RowReader,
): ReadColumns {
  const found: ReadColumns = { kept: {}, missing: 0, badCodes: 0 };
  const coded: number[] = [];
  for (let i = 0; i < table.columns.length; i += 1) {
    const column = table.columns[i]!;
    const value = texts[i]!;
    if (value === '') {
      if (column.mandatory && op !== 'D') found.missing += 1;
    } else if (column.kind === 'code' && !reader.isMilestone) coded.push(i);
    else {
      const read = typedValue(column, value);
      if (column.hashed === true) found.kept[keptName(column)] = reader.hash(value);
      else if (isKept(column)) found.kept[column.name] = read;
    }
  }
  // A code is valid on the day of the event, so the times are read first.
  const at = eventOf(table, found.kept) ?? reader.receivedAt;
  for (const i of coded) {
    const column = table.columns[i]!;
    const means = reader.codes.find(system, column.list ?? column.name, texts[i]!, at);
    if (means === null) found.badCodes += 1;
    else found.kept[column.name] = means;
  }
  return found;
}

function typedValue(column: Column, value: string): KeptValue {
  if (column.kind === 'time') return time(column.name, value);
  if (column.kind === 'flag') return TRUE.has(value);
  if (column.kind !== 'number') return value;
  if (!NUMBER.test(value)) throw new ColumnFault('BAD_NUMBER', column.name);
  return Number(value);
}

function time(name: string, value: string): number {
  const instant = readTime(value);
  if (instant === null) throw new ColumnFault('BAD_TIME', name);
  return instant;
}

function eventOf(table: KnownTable, kept: Readonly<Record<string, KeptValue>>): number | null {
  for (const name of table.events) {
    const value = kept[name];
    if (typeof value === 'number') return value;
  }
  return null;
}

/** The trimmed text of a field; numbers and booleans as JSON writes them; missing and null are empty. `isClean`: known to hold nothing forbidden. */
function plain(fields: RawRow, name: string, width: number, isClean = false): string {
  const value = fields[name];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') {
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new ColumnFault('BAD_VALUE', name);
  }
  const trimmed = value.trim();
  if (trimmed.length > width) throw new ColumnFault('VALUE_TOO_LONG', name);
  if (isClean) return trimmed;
  if (FORBIDDEN.test(trimmed) || !trimmed.isWellFormed()) throw new ColumnFault('BAD_VALUE', name);
  return trimmed;
}

/**
 * SHA-256 (first 32 hex digits) over the columns in dictionary order; batch and cd_time do not count: a re-send is the same
 * content. Empty columns at the end add nothing, so that a row sent before a column was appended is known again.
 */
function contentHash(table: string, texts: readonly string[], system: string): string {
  let last = texts.length;
  while (last > 0 && texts[last - 1] === '') last -= 1;
  return digest('sha256', `${table}\u001f${system}\u001f${texts.slice(0, last).join('\u001f')}`, 'hex').slice(0, 32);
}

/** Names in camel case are taken too, unless the table has a column of just that name. */
function snakeKeys(raw: RawRow, table: KnownTable): RawRow {
  let renamed: Record<string, unknown> | null = null;
  for (const key in raw) {
    if (table.columnNames.has(key) || ENVELOPE.has(key) || !/[A-Z]/.test(key)) continue;
    renamed ??= { ...raw };
    delete renamed[key];
    renamed[key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = raw[key];
  }
  return renamed ?? raw;
}

function refuse(code: RefusalCode, detail: string, fields: RawRow, table: KnownTable | undefined): Reading {
  const key = table?.placements[0]?.key ?? table?.listKey ?? [];
  return {
    ok: false,
    refusal: {
      code,
      detail,
      table: label(fields.table),
      guid: label(fields.row_guid),
      no: short(key.map((name) => label(fields[name])).join(':')),
    },
  };
}

function label(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? short(String(value)) : '';
}

/** At most 64 characters, without anything a database or a log could choke on. */
function short(text: string): string {
  return text
    .slice(0, 64)
    .toWellFormed()
    .replace(/[\p{Cc}]/gu, '?');
}
