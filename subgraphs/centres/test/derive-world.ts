import { readdirSync, readFileSync } from 'node:fs';
import type { DerivedRecord, DeriveWorld, KeptRow, KeptValue, RecordDocument, RecordKind } from '@gnomon/records';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { compileCalendar } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { parse } from 'yaml';

const rules = new URL('../../../rules/', import.meta.url).pathname;
export const calendar = compileCalendar(readCalendarFolder(`${rules}calendar`));
const constants = new Map(
  readdirSync(`${rules}facts`).map((file) => {
    const read = parse(readFileSync(`${rules}facts/${file}`, 'utf8')) as {
      subject: string;
      constants?: Record<string, { value: number }>;
    };
    return [
      read.subject,
      Object.fromEntries(Object.entries(read.constants ?? {}).map(([name, { value }]) => [name, value])),
    ];
  }),
);

type Listed = Readonly<Record<string, KeptValue>>;

/** Milliseconds of `2026-04-15 10:00`, in China. */
export function at(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}${text.length === 16 ? ':00' : ''}+08:00`);
}

/** A kept row; every one has an id of its own unless one is given. */
export function row(columns: Readonly<Record<string, KeptValue>>, more: Partial<KeptRow> = {}): KeptRow {
  rows += 1;
  return {
    g: `r${String(rows).padStart(6, '0')}`,
    s: '115-centres',
    v: 1,
    t: rows,
    r: rows,
    h: '',
    c: columns,
    ...more,
  };
}
let rows = 0;

/** A world of the given lists; agencies are those of which a list speaks. */
export function worldOf(
  lists: Readonly<Record<string, Readonly<Record<string, Listed>>>>,
  items: readonly { code: string; kind: string }[] = [],
): DeriveWorld {
  return {
    rules: { calendar } as unknown as RulesInForce,
    calendarFor: () => calendar,
    constants: (subject) => constants.get(subject) ?? {},
    agency: (uscc) => ({ uscc, department: 'd', division: '150102' }) as ReturnType<DeriveWorld['agency']>,
    item: (code) => items.find((item) => item.code === code) as ReturnType<DeriveWorld['item']>,
    source: () => undefined,
    listed: (table, key) => lists[table]?.[key],
    listedAll: (table) => Object.values(lists[table] ?? {}),
  };
}

/** What a record's rows come to. */
export function derived(kind: RecordKind, document: RecordDocument, world: DeriveWorld, id = 'x'): DerivedRecord {
  const record = kind.derive(document, id, world);
  if (record === null)
    throw new Error(`a ${kind.kind} was expected, nothing was derived; give it the row that opens it`);
  return record;
}
