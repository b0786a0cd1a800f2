import { fileURLToPath } from 'node:url';
import { naiveCalendar, plantEngineering, type SceneFinding, sceneWorldOf } from '@gnomon/province';
import { type RecordKind, readCodeLists } from '@gnomon/records';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import { TABLES } from '../src/tables.ts';
import { APPROVAL_KIND, deriveAt, judgedRules, PROJECT_KIND, type Row } from './derive-world.ts';

const codes = readCodeLists(new URL('../data/code-systems.yaml', import.meta.url));
const { notices } = readCalendarFolder(fileURLToPath(new URL('../../../rules/calendar', import.meta.url)));
const months = ['2026-04', '2026-05', '2026-06'];

/** The newest version of each row, with the hub's words for coded values. */
function newest(
  rows: readonly { readonly row: Readonly<Record<string, string | number | boolean>> }[],
): readonly Row[] {
  const versions = new Map<string, Row>();
  for (const { row } of rows) {
    const known = versions.get(`${row.table} ${row.row_guid}`);
    if (known === undefined || String(row.cd_time) >= String(known.cd_time))
      versions.set(`${row.table} ${row.row_guid}`, decoded(row as Row));
  }
  return [...versions.values()];
}

function decoded(row: Row): Row {
  const columns: Record<string, string | number | boolean> = { ...row };
  for (const { name, kind, list } of TABLES[row.table]?.columns ?? [])
    if (kind === 'code' && columns[name] !== undefined && columns[name] !== '')
      columns[name] = codes.find(codes.defaultSystem, list ?? '', String(columns[name]), Date.now()) ?? '';
  return { ...columns, table: row.table };
}

function found(
  kind: RecordKind,
  ids: ReadonlySet<string>,
  rows: readonly Row[],
  key: (row: Row) => string,
  readAt: number,
) {
  const byRecord = Map.groupBy(rows, key);
  return [...ids].flatMap((id) => {
    const record = deriveAt(kind, byRecord.get(id) ?? [], id);
    return record === null ? [] : judgedRules(record, readAt).map((text) => `${id} ${text}`);
  });
}

const text = ({ subject, indicator, occurrence, level }: SceneFinding): string =>
  [subject, indicator, occurrence, level].filter((part) => part !== '').join(' ');

test.each([1, 2, 7, 42, 2026, 31_337, 20_260_630, 2_147_483_647])(
  'seed %i: what is derived and judged of single subjects is the planted truth, and nothing else',
  (seed) => {
    const world = sceneWorldOf({ seed, calendar: naiveCalendar(notices), months, clean: 300 }, 'engineering');
    const scene = plantEngineering(world);
    const rows = newest(scene.rows.engineering ?? []);
    const projects = new Set(rows.map((row) => String(row.project_code)).filter((code) => code !== ''));
    const approvals = new Set(
      rows.flatMap((row) => (row.approval_no === undefined ? [] : [`115-engineering:${row.approval_no}`])),
    );
    const all = [
      ...found(PROJECT_KIND, projects, rows, (row) => String(row.project_code), world.readAt),
      ...found(APPROVAL_KIND, approvals, rows, (row) => `115-engineering:${row.approval_no}`, world.readAt),
    ];
    const unknown = all.filter((one) => one.endsWith('UNKNOWN'));
    // The project of the malformed code has no row of its own: its type, and so its caps, are not known.
    expect(unknown.map((one) => one.split(' ').slice(1).join(' '))).toEqual(['EP-01 UNKNOWN', 'EP-02 2 UNKNOWN']);
    const planted = scene.truth.filter(({ subjectKind }) => subjectKind.startsWith('project')).map(text);
    expect(all.filter((one) => !one.endsWith('UNKNOWN')).sort()).toEqual(planted.sort());
  },
);
