import type { KeptValue } from './types.ts';

type Body = Readonly<Record<string, KeptValue>>;

/** The newest version of a published object. */
export interface ListedRow {
  readonly table: string;
  readonly key: string;
  readonly source: string;
  readonly guid: string;
  readonly hash: string;
  readonly deleted: boolean;
  readonly body: Body;
  readonly madeAt: number;
  readonly receivedAt: number;
}

/** Published objects of a domain's own, by table and key; those that were deleted are not there. */
export interface ListBook {
  get(table: string, key: string): Body | undefined;
  /** All of a table, by key; the same array until something of the table changes. */
  all(table: string): readonly Body[];
  /** The version that is known, deleted ones included. */
  version(table: string, key: string): ListedRow | undefined;
}

/** A book that changes; `child` is a page of its own over it, for what a transaction may still take back. */
export interface WritableListBook extends ListBook {
  put(row: ListedRow): void;
  /** Rows put since it was made. */
  changes(): Iterable<ListedRow>;
}

export function createListBook(
  under: ListBook & { keys?(table: string): Iterable<string> } = NOTHING,
): WritableListBook & {
  keys(table: string): Iterable<string>;
} {
  const tables = new Map<string, Map<string, ListedRow>>();
  const lists = new Map<string, readonly Body[]>();
  const version = (table: string, key: string): ListedRow | undefined =>
    tables.get(table)?.get(key) ?? under.version(table, key);
  const book = {
    version,
    get(table: string, key: string) {
      const row = version(table, key);
      return row === undefined || row.deleted ? undefined : row.body;
    },
    all(table: string) {
      if (!tables.has(table)) return under.all(table);
      let list = lists.get(table);
      if (list === undefined) {
        const keys = [...new Set(book.keys(table))].sort();
        list = keys.map((key) => book.get(table, key)).filter((body) => body !== undefined);
        lists.set(table, list);
      }
      return list;
    },
    put(row: ListedRow) {
      let rows = tables.get(row.table);
      if (rows === undefined) tables.set(row.table, (rows = new Map()));
      rows.set(row.key, row);
      lists.delete(row.table);
    },
    *changes() {
      for (const rows of tables.values()) yield* rows.values();
    },
    *keys(table: string) {
      yield* under.keys?.(table) ?? [];
      yield* tables.get(table)?.keys() ?? [];
    },
  };
  return book;
}

const NONE: readonly Body[] = [];
const NOTHING: ListBook = { get: () => undefined, all: () => NONE, version: () => undefined };
