import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse as csvParser } from 'csv-parse';
import type { RawInput } from './raw-input.ts';

const MAX_LINE = 65_536;

/**
 * Raw rows of a body, in order, in constant memory; those that came together together, because a turn of the queue for each
 * row costs as much as reading it. `NDJSON`: one object a line; `CSV`: a header line of column names.
 */
export async function* rowsOf(
  body: Readable,
  format: 'NDJSON' | 'CSV',
  gzipped: boolean,
): AsyncGenerator<readonly RawInput[]> {
  const plain = gzipped ? body.pipe(createGunzip()) : body;
  // An error of the source must reach the reader of the unpacked stream.
  if (gzipped) body.once('error', (error) => plain.destroy(error));
  if (format === 'CSV') yield* csvRows(plain);
  else yield* lineRows(plain);
}

async function* lineRows(stream: AsyncIterable<Buffer | string>): AsyncGenerator<readonly RawInput[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let skipping = false;
  for await (const part of stream) {
    rest += typeof part === 'string' ? part : decoder.decode(part, { stream: true });
    let from = 0;
    const rows: RawInput[] = [];
    for (let end = rest.indexOf('\n', from); end !== -1; end = rest.indexOf('\n', from)) {
      const line = rest.slice(from, end);
      from = end + 1;
      if (skipping) skipping = false;
      else if (line.length > MAX_LINE) rows.push(tooLong(line));
      else if (line.trim() !== '') rows.push(readLine(line));
    }
    rest = rest.slice(from);
    if (rest.length > MAX_LINE) {
      if (!skipping) rows.push(tooLong(rest));
      skipping = true;
      rest = '';
    }
    if (rows.length > 0) yield rows;
  }
  rest += decoder.decode();
  if (!skipping && rest.trim() !== '') yield [rest.length > MAX_LINE ? tooLong(rest) : readLine(rest)];
}

function readLine(line: string): RawInput {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  try {
    const value: unknown = JSON.parse(text);
    const receivedAt = arrivalOf(value);
    return receivedAt === undefined ? { value, text } : { value, text, receivedAt };
  } catch {
    // Not JSON: the row is refused by name, and its text is kept for the source.
    return { value: null, text, fault: 'UNREADABLE' };
  }
}

function tooLong(line: string): RawInput {
  return { value: null, text: line.slice(0, 2_000), fault: 'LINE_TOO_LONG' };
}

async function* csvRows(stream: NodeJS.ReadableStream): AsyncGenerator<readonly RawInput[]> {
  const parser = stream.pipe(
    csvParser({
      columns: true,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_LINE,
    }),
  );
  stream.once('error', (error: Error) => parser.destroy(error));
  for await (const record of parser as AsyncIterable<Record<string, string>>) {
    const receivedAt = arrivalOf(record);
    yield [receivedAt === undefined ? { value: record } : { value: record, receivedAt }];
  }
}

/** `received_at` of a history import: ISO text or milliseconds; ignored elsewhere. */
function arrivalOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = (value as Record<string, unknown>).received_at ?? (value as Record<string, unknown>).receivedAt;
  if (given === undefined) return undefined;
  const at = typeof given === 'number' ? given : Date.parse(String(given));
  return Number.isInteger(at) ? at : undefined;
}
