import { readFile } from 'node:fs/promises';
import { copyRows, type Database } from '@gnomon/store';
import type { PageRequest, Transaction } from '@gnomon/subgraph-kit';

/** A division as the table keeps it. */
export interface DivisionRow {
  readonly code: string;
  readonly level: number;
  readonly name: string;
  readonly parent: string | null;
  readonly reports_to: string | null;
}

/** What a list of divisions is narrowed by; `null` = by nothing. */
export interface DivisionFilter {
  readonly level: number | null;
  readonly within: string | null;
  readonly parent: string | null;
  readonly name: string | null;
}

const DATA = new URL('../../data/', import.meta.url);

/** Fills the table at the first start, by COPY; later starts find it filled. The number of rows loaded. */
export async function loadDivisions(database: Database): Promise<number> {
  const [divisions, lines] = await Promise.all([readCsv('divisions.csv'), readCsv('reporting-lines.csv')]);
  const reportsTo = new Map(lines.map(([code = '', to = '']) => [code, to]));
  return database.transaction(async (tx) => {
    // Two processes may start at once; the second waits here and finds the table filled.
    await tx`lock table division in share row exclusive mode`;
    const found = await tx`/* loadDivisions */ select 1 from division limit 1`;
    if (found.length > 0) return 0;
    const rows = divisions.map(([code = '', level, name, parent]) => [
      code,
      Number(level),
      name,
      parent || null,
      reportsTo.get(code) ?? null,
    ]);
    return copyRows(tx, 'division', ['code', 'level', 'name', 'parent', 'reports_to'], rows);
  });
}

/** The divisions with these codes. */
export function divisionsByCode(database: Database, codes: readonly string[]): Promise<readonly DivisionRow[]> {
  return database.sql<DivisionRow[]>`
    /* divisionsByCode */
    select code, level, name, parent, reports_to from division where code = any (${[...codes]}::text[])`;
}

/** Which of these codes are divisions. */
export async function knownDivisions(tx: Transaction, codes: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx<
    { code: string }[]
  >`/* knownDivisions */ select code from division where code = any (${[...codes]}::text[])`;
  return new Set(rows.map((row) => row.code));
}

/** A page of divisions by code. */
export function divisionPage(
  database: Database,
  filter: DivisionFilter,
  page: PageRequest<readonly [string]>,
): Promise<readonly DivisionRow[]> {
  const { level, within, parent, name } = filter;
  const { sql } = database;
  return sql<DivisionRow[]>`
    /* divisionPage */
    select code, level, name, parent, reports_to from division
    where code > ${page.after?.[0] ?? ''} collate "C"
      ${level === null ? sql`` : sql`and level = ${level}`}
      ${within === null ? sql`` : sql`and code >= ${within} collate "C" and code < ${`${within}:`} collate "C"`}
      ${parent === null ? sql`` : sql`and parent = ${parent}`}
      ${name === null ? sql`` : sql`and strpos(name, ${name}) > 0`}
    order by code
    limit ${page.limit}`;
}

/** Rows of a data file without its heading. The files hold no quotes; a row of another width is refused. */
async function readCsv(file: string): Promise<readonly (readonly string[])[]> {
  const [heading = '', ...lines] = (await readFile(new URL(file, DATA), 'utf8')).trimEnd().split(/\r?\n/);
  const width = heading.split(',').length;
  return lines.map((line, index) => {
    const cells = line.split(',');
    if (cells.length !== width)
      throw new Error(`${file}, line ${index + 2}: ${width} cells were expected, ${cells.length} came`);
    return cells;
  });
}
