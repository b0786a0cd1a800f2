import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { TransactionSql } from 'postgres';
import { type CopyColumn, CopyText } from './copy-text.ts';

const CHUNK_BYTES = 131_072;
/** A chunk is sent when it is full, with the line that filled it. */
const CHUNK_CAPACITY = CHUNK_BYTES + 16_384;

/** Column names, or columns with what they hold. */
export type CopyColumns = readonly (string | CopyColumn)[];
/** Rows in the order of the columns. */
export type CopyRows = Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;

/**
 * Streams rows into a table by COPY, in constant memory: the rows may come from a generator.
 * @param table may carry a schema: `hub.outbox`.
 * @returns how many rows were sent.
 * @throws what PostgreSQL says of the rows, or what the generator throws; the transaction is then to be rolled back.
 */
export async function copyRows(
  tx: TransactionSql,
  table: string,
  columns: CopyColumns,
  rows: CopyRows,
): Promise<number> {
  const names = columns.map(columnName);
  const statement = `copy ${quoteTable(table)} (${names.map(quoteName).join(', ')}) from stdin`;
  const stream = await tx.unsafe(statement).writable();
  // `finished` hears an error whenever it comes; without a listener from the start it would end the process.
  const done = finished(stream);
  done.catch(() => {});
  let count = 0;
  // Two in turn: one is filled while the other is on its way.
  let filling = new CopyText(columns, CHUNK_CAPACITY);
  let onItsWay = new CopyText(columns, CHUNK_CAPACITY);
  try {
    let written: Promise<void> = Promise.resolve();
    const add = (row: readonly unknown[]): boolean => {
      filling.add(row);
      count += 1;
      return filling.length >= CHUNK_BYTES;
    };
    const send = async (): Promise<void> => {
      await written;
      const { bytes } = filling;
      [filling, onItsWay] = [onItsWay, filling];
      filling.reset();
      written = write(stream, bytes);
      written.catch(() => {});
    };
    if (Symbol.asyncIterator in rows) {
      for await (const row of rows) if (add(row)) await send();
    } else {
      // A loop of its own: `for await` over a plain list would cost a turn of the queue for each row.
      for (const row of rows) if (add(row)) await send();
    }
    if (filling.length > 0) await send();
    await written;
    stream.end();
  } catch (error) {
    stream.destroy(error as Error);
    throw error;
  }
  await done;
  return count;
}

/** `work_items.row_log` → `"work_items"."row_log"`. */
export function quoteTable(table: string): string {
  return table.split('.').map(quoteName).join('.');
}

/** A name as SQL takes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The name of a column given either way. */
export function columnName(column: string | CopyColumn): string {
  return typeof column === 'string' ? column : column.name;
}

function write(stream: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
