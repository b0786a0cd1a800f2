import { hash as digest } from 'node:crypto';
import { readTime } from '@gnomon/records';
import type { CodeSystems } from './code-systems.ts';
import type { ArrivingRow, KeptValue } from './document.ts';
import { checkIdentifier } from './identifier-checks.ts';
import type { Refusal, RefusalCode } from './refusals.ts';
import { COLUMNS, type Column, EVENT_COLUMNS, type Operation, TABLES, type TableName } from './tables.ts';

/** What the reader of rows must know about who sends them. */
export interface RowReader {
  readonly codes: CodeSystems;
  /** The source in whose name the rows come; `null` lets each row name its own (an operator's history import). */
  readonly source: string | null;
  readonly receivedAt: number;
}

/** A row that can be kept, with what it says about its own quality. */
export interface ReadRow extends Omit<ArrivingRow, 'table'> {
  readonly table: TableName;
  readonly source: string;
  readonly no: string;
  readonly batch: string;
  readonly codeSystem: string;
  /** When the thing happened that the row tells of; `null` when it tells of none. */
  readonly eventAt: number | null;
  /** Mandatory columns that are empty. */
  readonly missing: number;
  /** It has coded columns with a value; `badCodes` of them are in no list valid on the event day. */
  readonly coded: boolean;
  readonly badCodes: number;
  readonly identified: boolean;
  readonly badIdentifiers: number;
  readonly secret: boolean;
  /** Input of the keyed hash: document number of the applicant; never stored. */
  readonly applicant: string;
  readonly applicantName: string;
  /** Control totals only. */
  readonly totals: { readonly day: string; readonly accepted: number; readonly finished: number } | null;
  /** The row as JSON text, for the row log. */
  readonly payload: string;
}
export type Reading = { readonly ok: true; readonly row: ReadRow } | { readonly ok: false; readonly refusal: Refusal };

type RawRow = Readonly<Record<string, unknown>>;
const TABLE_SET: ReadonlySet<string> = new Set(TABLES);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,6})?$/;

/** What a payment record must tell (WI-23). */
const FEE_ELEMENTS = ['bill_no', 'collect_body', 'pay_time', 'payer', 'fee_basis'];

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
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return refuse('UNREADABLE', '', {});
  const fields = snakeKeys(raw as RawRow);
  try {
    return { ok: true, row: read(fields, reader, text) };
  } catch (fault) {
    if (fault instanceof ColumnFault) return refuse(fault.code, fault.detail, fields);
    throw fault;
  }
}

function read(fields: RawRow, reader: RowReader, text: string | undefined): ReadRow {
  const table = plain(fields, 'table', 64);
  if (!TABLE_SET.has(table)) throw new ColumnFault('UNKNOWN_TABLE', short(table));
  const operation = plain(fields, 'cd_operation', 8).toUpperCase();
  if (operation !== 'I' && operation !== 'U' && operation !== 'D')
    throw new ColumnFault('UNKNOWN_OPERATION', short(operation));
  const guid = plain(fields, 'row_guid', 64);
  if (guid === '') throw new ColumnFault('NO_ROW_GUID', '');
  const named = plain(fields, 'data_source', 32);
  const source = named === '' ? (reader.source ?? '') : named;
  if (source === '' || source.includes(':')) throw new ColumnFault('UNKNOWN_SOURCE', short(source));
  if (reader.source !== null && source !== reader.source) throw new ColumnFault('FOREIGN_SOURCE', short(source));
  const codeSystem = plain(fields, 'code_system', 64) || reader.codes.defaultSystem;
  if (!reader.codes.has(codeSystem)) throw new ColumnFault('UNKNOWN_CODE_SYSTEM', short(codeSystem));
  const name = table as TableName;
  const made = plain(fields, 'cd_time', 40);
  const madeAt = made === '' ? reader.receivedAt : time('cd_time', made);
  // JSON text without an escape cannot hold a control character or half a surrogate pair.
  const isClean = text !== undefined && !text.includes('\\');
  const texts = COLUMNS[name].map((column) => plain(fields, column.name, column.width, isClean));
  const columns = readColumns(name, operation, texts, fields, codeSystem, reader);
  if (named === '') columns.missing += 1;
  if (made === '') columns.missing += 1;
  const batch = plain(fields, 'cd_batch', 64);
  if (batch === '') columns.missing += 1;
  const no = name === 'up_control_total' ? '' : columns.no;
  if (name !== 'up_control_total' && no === '') throw new ColumnFault('NO_WORK_ITEM_NO', '');
  if (name === 'up_pro_accept' && operation !== 'D' && columns.kept.task_code === undefined)
    throw new ColumnFault('NO_ITEM_CODE', '');
  return {
    table: name,
    op: operation as Operation,
    guid,
    source,
    no,
    batch,
    codeSystem,
    madeAt,
    receivedAt: reader.receivedAt,
    hash: contentHash(name, texts, codeSystem),
    kept: columns.kept,
    eventAt: eventOf(name, columns.kept),
    missing: columns.missing,
    coded: columns.coded,
    badCodes: columns.badCodes,
    identified: columns.identified,
    badIdentifiers: columns.badIdentifiers,
    secret: reader.codes.isSecret(plain(fields, 'secret_level', 16)),
    applicant: columns.applicant,
    applicantName: columns.applicantName,
    totals: name === 'up_control_total' ? readTotals(fields) : null,
    payload: text ?? JSON.stringify(fields),
  };
}

interface ReadColumns {
  no: string;
  kept: Record<string, KeptValue>;
  missing: number;
  coded: boolean;
  badCodes: number;
  identified: boolean;
  badIdentifiers: number;
  applicant: string;
  applicantName: string;
}

function readColumns(
  table: TableName,
  op: string,
  texts: readonly string[],
  fields: RawRow,
  system: string,
  reader: RowReader,
): ReadColumns {
  const found: ReadColumns = {
    no: '',
    kept: {},
    missing: 0,
    coded: false,
    badCodes: 0,
    identified: false,
    badIdentifiers: 0,
    applicant: '',
    applicantName: '',
  };
  let codeColumns: number[] | null = null;
  const columns = COLUMNS[table];
  for (let i = 0; i < columns.length; i += 1) {
    const column = columns[i]!;
    const value = texts[i]!;
    if (value === '') {
      if (column.mandatory && op !== 'D') found.missing += 1;
      continue;
    }
    if (column.name === 'project_no') found.no = value;
    else if (column.kind === 'code') (codeColumns ??= []).push(i);
    else if (column.kept === true) found.kept[column.name] = keptValue(column, value);
    else if (column.kind === 'number') number(column.name, value);
  }
  if (codeColumns !== null) {
    const at = eventOf(table, found.kept) ?? reader.receivedAt;
    found.coded = true;
    for (const i of codeColumns) {
      const column = columns[i]!;
      const means = reader.codes.find(system, column.list!, texts[i]!, at);
      if (means === null) found.badCodes += 1;
      else found.kept[column.name] = means;
    }
  }
  if (table === 'up_pro_accept') readApplicant(found, fields);
  if (table === 'up_pro_payment' && FEE_ELEMENTS.some((name) => plain(fields, name, 500) === ''))
    found.kept.fee_defect = true;
  return found;
}

function readApplicant(found: ReadColumns, fields: RawRow): void {
  const code = plain(fields, 'applyer_page_code', 500);
  const type = String(found.kept.applyer_page_type ?? '');
  found.applicant = code;
  found.applicantName = plain(fields, 'applyer_name', 100);
  // Several holders stand in one field, separated by `^` or `,`.
  for (const [kind, value] of [
    [type, code],
    ['CREDIT_CODE', plain(fields, 'org_code', 18)],
    ['ITEM_CODE', String(found.kept.task_code ?? '')],
  ] as const) {
    for (const one of value.includes('^') || value.includes(',') ? value.split(/[,^]/) : [value]) {
      const verdict = checkIdentifier(kind, one);
      if (verdict === null) continue;
      found.identified = true;
      if (!verdict) found.badIdentifiers += 1;
    }
  }
}

function keptValue(column: Column, value: string): KeptValue {
  if (column.kind === 'time') return time(column.name, value);
  if (column.kind === 'number') return number(column.name, value);
  if (column.kind === 'flag') return value === '1' || value === 'true' || value === 'Y' || value === '是';
  return value;
}

function time(name: string, value: string): number {
  const instant = readTime(value);
  if (instant === null) throw new ColumnFault('BAD_TIME', name);
  return instant;
}

function number(name: string, value: string): number {
  if (!NUMBER.test(value)) throw new ColumnFault('BAD_NUMBER', name);
  return Number(value);
}

function readTotals(fields: RawRow): { day: string; accepted: number; finished: number } {
  const day = plain(fields, 'day', 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || readTime(day) === null) throw new ColumnFault('BAD_DAY', short(day));
  const accepted = number('accepted', plain(fields, 'accepted', 24));
  const finished = number('finished', plain(fields, 'finished', 24));
  if (accepted < 0 || finished < 0) throw new ColumnFault('BAD_NUMBER', 'accepted, finished');
  return { day, accepted, finished };
}

function eventOf(table: TableName, kept: Readonly<Record<string, KeptValue>>): number | null {
  for (const name of EVENT_COLUMNS[table]) {
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
 * SHA-256 (first 32 hex digits) over the columns in dictionary order; batch and cd_time do not count: a re-send is the same content. Of the
 * appended columns only those up to the last one with a value count.
 */
function contentHash(table: TableName, texts: readonly string[], system: string): string {
  let end = texts.length;
  while (end > FIRST_COLUMNS[table] && texts[end - 1] === '') end -= 1;
  const counted = end === texts.length ? texts : texts.slice(0, end);
  return digest('sha256', `${table}\u001f${system}\u001f${counted.join('\u001f')}`, 'hex').slice(0, 32);
}

/** How many columns each table had from the start. */
const FIRST_COLUMNS = Object.fromEntries(
  TABLES.map((table) => [table, COLUMNS[table].filter((column) => column.appended !== true).length]),
) as Readonly<Record<TableName, number>>;

const SNAKE_KEYS = new Set([
  ...Object.values(COLUMNS).flatMap((columns) => columns.map(({ name }) => name)),
  ...['table', 'cd_operation', 'row_guid', 'data_source', 'code_system', 'cd_time', 'cd_batch', 'secret_level'],
]);

function snakeKeys(raw: RawRow): RawRow {
  let renamed: Record<string, unknown> | null = null;
  for (const key in raw) {
    if (SNAKE_KEYS.has(key) || !/[A-Z]/.test(key)) continue;
    renamed ??= { ...raw };
    delete renamed[key];
    renamed[key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = raw[key];
  }
  return renamed ?? raw;
}

function refuse(code: RefusalCode, detail: string, fields: RawRow): Reading {
  return {
    ok: false,
    refusal: { code, detail, table: label(fields.table), guid: label(fields.row_guid), no: label(fields.project_no) },
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
