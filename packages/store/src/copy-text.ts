import { writeArray, writeInstant } from './wire-types.ts';

/**
 * What a column holds, where the value alone does not say it: `instant` takes milliseconds, `json` any value (a string is a JSON string),
 * `array` a list for an SQL array. Without it: strings, numbers, booleans and dates as they are, other objects as JSON.
 */
export type CopyKind = 'instant' | 'json' | 'array';
export interface CopyColumn {
  readonly name: string;
  readonly as?: CopyKind;
}

/** Turns a value that is not null into the text of COPY, not yet escaped. */
export type CopyEncoder = (value: unknown) => string;

/** The encoder of a column. */
export function copyEncoder(kind: CopyKind | undefined): CopyEncoder {
  if (kind === 'instant') return writeInstant;
  if (kind === 'json') return (value) => JSON.stringify(value);
  if (kind === 'array') return (value) => writeArray(value as readonly unknown[]);
  return plainText;
}

/**
 * One line of COPY's text format.
 * @throws {RangeError} when a text has a NUL or half a surrogate pair, which PostgreSQL cannot keep.
 */
export function copyLine(
  row: readonly unknown[],
  encoders: readonly CopyEncoder[],
  columns: readonly string[],
): string {
  let line = '';
  for (let index = 0; index < encoders.length; index += 1) {
    if (index > 0) line += '\t';
    const value = row[index];
    if (value === null || value === undefined) line += '\\N';
    else if (typeof value === 'number' && encoders[index] === plainText) line += value;
    else line += escapeCopyText(encoders[index]!(value), columns[index]!);
  }
  return `${line}\n`;
}

const SPECIAL = /[\\\t\n\r\0]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Escapes one text for COPY; most have nothing to escape, and one search says so. */
export function escapeCopyText(text: string, column: string): string {
  if (!text.isWellFormed() || text.includes('\0')) {
    throw new RangeError(
      `column ${column}: expected text that PostgreSQL can keep, got ${JSON.stringify(text.slice(0, 60))} with a NUL or half a surrogate pair; refuse the row.`,
    );
  }
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found]!) : text;
}

function plainText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 't' : 'f';
    case 'object':
      return value instanceof Date ? value.toISOString() : JSON.stringify(value);
    default:
      return String(value);
  }
}
