import type { Column, Placement, RecordDomain, RecordKind, Table } from './types.ts';

/** A table with what reading its rows needs beside. */
export interface KnownTable extends Table {
  readonly name: string;
  /** Filled by milestones of another domain; nobody may push into it. */
  readonly isFollowed: boolean;
  /** Key columns when its rows are published objects. */
  readonly listKey: readonly string[] | null;
  readonly columnNames: ReadonlySet<string>;
}

/** A domain's dictionary, checked once when it opens. */
export interface Catalogue {
  readonly domain: RecordDomain;
  table(name: string): KnownTable | undefined;
  kind(kind: string): RecordKind;
  /** The table whose rows stand in a part of a kind's document. */
  tableOf(kind: string, part: string): KnownTable;
  /** Whether the part's rows open records of the kind; a kind that nothing opens is opened by any row. */
  opens(kind: string, part: string): boolean;
}

/**
 * Reads the dictionary of a domain.
 * @throws {Error} when a placement names a column or a kind that is not there, or two tables share a part of a document, or a later placement
 *   is keyed by something else than kept texts.
 */
export function readCatalogue(domain: RecordDomain): Catalogue {
  const followed = new Set((domain.follows ?? []).map(({ table }) => table));
  const tables = new Map<string, KnownTable>();
  for (const [name, table] of Object.entries(domain.tables)) {
    const columnNames = new Set(table.columns.map((column) => column.name));
    const listKey = domain.lists?.[name]?.key ?? null;
    tables.set(name, { ...table, name, isFollowed: followed.has(name), listKey, columnNames });
  }
  const kinds = new Map(domain.records.map((kind) => [kind.kind, kind]));
  const parts = new Map<string, KnownTable>();
  const opening = new Set<string>();
  const opened = new Set<string>();
  for (const table of tables.values()) {
    checkTable(table);
    for (const placement of table.placements) {
      if (!kinds.has(placement.record))
        throw wrong(table, `places rows in ${placement.record}, which is no record kind`);
      const key = `${placement.record} ${placement.part}`;
      if ((parts.get(key) ?? table) !== table)
        throw wrong(table, `shares the part ${placement.part} of ${placement.record} with ${parts.get(key)!.name}`);
      parts.set(key, table);
      if (placement.opens) {
        opening.add(key);
        opened.add(placement.record);
      }
    }
  }
  return {
    domain,
    table: (name) => tables.get(name),
    kind: (kind) => found(kinds.get(kind), `the record kind ${kind}`),
    tableOf: (kind, part) => found(parts.get(`${kind} ${part}`), `the part ${part} of ${kind}`),
    opens: (kind, part) => opening.has(`${kind} ${part}`) || !opened.has(kind),
  };
}

/** The key of a column's kept value: keyed hashes stand under a name of their own. */
export function keptName(column: Column): string {
  return column.hashed === true ? `${column.name}_key` : column.name;
}

/** Whether a value of the column goes into documents as it is. */
export function isKept(column: Column): boolean {
  return column.hashed !== true && column.personal !== true && (column.kept === true || column.kind !== 'text');
}

function checkTable(table: KnownTable): void {
  const named = [
    ...table.placements.flatMap((placement: Placement) => placement.key),
    ...(table.listKey ?? []),
    ...table.events,
    ...(table.required ?? []),
  ];
  const unknown = named.find((name) => !table.columnNames.has(name));
  if (unknown !== undefined) throw wrong(table, `names the column ${unknown}, which it does not have`);
  // A row's former places are told from its kept version.
  for (const name of table.placements.slice(1).flatMap(({ key }) => key)) {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column?.kind !== 'text' || !isKept(column))
      throw wrong(table, `is placed a second time by ${name}, which is no kept text`);
  }
  if (table.placements.length === 0 && table.listKey === null) throw wrong(table, 'is neither placed nor a list');
  if (table.placements[0]?.optional === true) throw wrong(table, 'has a first placement that is optional');
}

function wrong(table: KnownTable, what: string): Error {
  return new Error(`records: the table ${table.name} ${what}; correct the domain's dictionary.`);
}

function found<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new Error(`records: ${name} is not in the domain's dictionary; correct it, or what asks for it.`);
}
