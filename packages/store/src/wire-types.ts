/**
 * How values travel between PostgreSQL and JavaScript. Given as the driver's `types`; each has the type numbers of pg_type.
 *
 * | SQL | read as | written from |
 * |---|---|---|
 * | `timestamptz` | integer of milliseconds | milliseconds, `Date`, ISO text |
 * | `date` | text `YYYY-MM-DD` | the same |
 * | `bigint` | number; beyond 2^53 it throws | number, bigint |
 * | `json`, `jsonb` | the parsed value | any value; a string is taken as JSON text already |
 * | arrays of the above, of text, numbers, booleans | arrays | arrays |
 * | `numeric` | text | number or text |
 */
export const WIRE_TYPES = {
  instant: { to: 1184, from: [1184], serialize: writeInstant, parse: readInstant },
  civilDate: { to: 1082, from: [1082], serialize: String, parse: (text: string) => text },
  bigint: { to: 20, from: [20], serialize: String, parse: readBigint },
  json: { to: 114, from: [114, 3802], serialize: writeJson, parse: (text: string): unknown => JSON.parse(text) },
  textArray: arrayType([1009, 1015, 1002, 2951, 1231, 1182], String, (text) => text),
  numberArray: arrayType([1005, 1007, 1021, 1022], String, Number),
  bigintArray: arrayType([1016], String, readBigint),
  booleanArray: arrayType([1000], String, (text) => text === 't'),
  instantArray: arrayType([1185], writeInstant, readInstant),
  jsonArray: arrayType([199, 3807], writeJson, (text) => JSON.parse(text) as unknown),
};

/** ISO 8601 text of an instant, with milliseconds, as PostgreSQL reads it. */
export function writeInstant(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === Number.POSITIVE_INFINITY) return 'infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-infinity';
  return (value instanceof Date ? value : new Date(value as number)).toISOString();
}

/** Milliseconds of `2026-11-23 14:17:44.123+00`; the session's time zone is UTC, so the offset is always +00. */
export function readInstant(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11).replace('+00', 'Z')}`);
}

/** The text of a PostgreSQL array of the values; `null` stands for itself. */
export function writeArray(values: readonly unknown[], write: (value: unknown) => string = String): string {
  const items = values.map((value) => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value)) return writeArray(value, write);
    return `"${write(value).replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${items.join(',')}}`;
}

/** Reads the text of an array; nested arrays become nested arrays. */
export function readArray<T>(text: string, parse: (item: string) => T): unknown[] {
  let at = 1;
  const items = (): unknown[] => {
    const found: unknown[] = [];
    while (text[at] !== '}') {
      if (text[at] === ',') at += 1;
      else if (text[at] === '{') {
        at += 1;
        found.push(items());
      } else found.push(text[at] === '"' ? parse(quoted()) : plain());
    }
    at += 1;
    return found;
  };
  const quoted = (): string => {
    let item = '';
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === '\\') at += 1;
      item += text[at];
    }
    at += 1;
    return item;
  };
  const plain = (): T | null => {
    const from = at;
    while (text[at] !== ',' && text[at] !== '}') at += 1;
    const item = text.slice(from, at);
    return item === 'NULL' ? null : parse(item);
  };
  return items();
}

function arrayType<T>(
  numbers: readonly [number, ...number[]],
  write: (value: unknown) => string,
  parse: (text: string) => T,
) {
  return {
    to: numbers[0],
    from: [...numbers],
    serialize: (value: unknown): string => (Array.isArray(value) ? writeArray(value, write) : String(value)),
    parse: (text: string): unknown[] => readArray(text, parse),
  };
}

function writeJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(
      `bigint ${text}: expected a value within ±2^53; select it as text (column::text) to read it whole.`,
    );
  }
  return value;
}
