import { fileURLToPath } from 'node:url';
import type { DeriveWorld, KeptRow, KeptValue, RecordDocument, RecordKind } from '@gnomon/records';
import { readTime } from '@gnomon/records';
import { loadPack, type Pack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { compileCalendar } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { parse } from 'yaml';
import { APPROVAL } from '../src/derive/approval.ts';
import { readPredecessors } from '../src/derive/predecessors.ts';
import { projectKind } from '../src/derive/project.ts';
import { TABLES } from '../src/tables.ts';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));
export const calendar = compileCalendar(readCalendarFolder(`${RULES}/calendar`));
export const LEAD = '11150105011597010A';
export const OTHER = '11150121011598020B';
export const CODE = '2603-150105-48-01-123456';
const SOURCE = '115-engineering';
export const APPROVAL_ID = `${SOURCE}:A1`;
export const PROJECT_KIND = projectKind(readPredecessors(new URL('../data/predecessors.yaml', import.meta.url)));

/** An instant from a text in China: `2026-04-01 09:00:00`. */
export const at = (text: string): number => {
  const instant = readTime(text);
  if (instant === null) throw new RangeError(`${text} is no time`);
  return instant;
};

export type Row = Readonly<Record<string, string | number | boolean>> & { readonly table: string };

/** Rows as a source pushes them, but with the hub's own words for coded values; empty columns are left out. */
export const project = (more: Record<string, string> = {}): Row => ({
  table: 'eng_project',
  project_code: CODE,
  project_type: 'SMALL_PRIVATE',
  lead_body: LEAD,
  division: '150105',
  registered_at: '2026-03-01',
  ...more,
});
export const approval = (more: Record<string, string | number> = {}): Row => ({
  table: 'eng_approval',
  approval_no: 'A1',
  project_code: CODE,
  approval_kind: 'CONSTRUCTION_PERMIT',
  stage: 'CONSTRUCTION_PERMIT',
  item_code: '000115001000',
  org_code: LEAD,
  accepted_at: '2026-03-02 09:00:00',
  entered_at: '2026-03-02 09:00:00',
  plan_limit: 5,
  ...more,
});

/** The document of a record of one kind, from rows placed as the tables say. */
export function documentOf(record: string, rows: readonly Row[]): RecordDocument {
  const document: Record<string, KeptRow[]> = {};
  for (const [index, row] of rows.entries()) {
    const table = TABLES[row.table];
    if (table === undefined) throw new RangeError(`no table ${row.table}`);
    for (const placement of table.placements) {
      if (placement.record !== record || placement.key.some((name) => !row[name])) continue;
      (document[placement.part] ??= []).push(keptRow(row, index));
    }
  }
  return document;
}

function keptRow(row: Row, index: number): KeptRow {
  const c: Record<string, KeptValue> = {};
  for (const column of TABLES[row.table]?.columns ?? []) {
    const value = row[column.name];
    if (value === undefined || value === '') continue;
    if (column.kind === 'time') c[column.name] = at(String(value));
    else if (column.hashed === true) c[`${column.name}_key`] = 'ab'.repeat(8);
    else if (column.kind !== 'text' || column.kept === true) c[column.name] = value;
  }
  const t = at('2026-03-02 09:00:00') + index;
  return {
    g: `r${index}`,
    s: SOURCE,
    v: 1,
    t,
    r: t,
    h: '0'.repeat(32),
    c,
    ...(row.deleted === true ? { d: true } : {}),
  };
}

const constants = new Map<string, Readonly<Record<string, number>>>();
/** Constants of a dictionary, from its file. */
function constantsOf(subject: string): Readonly<Record<string, number>> {
  const known = constants.get(subject);
  if (known !== undefined) return known;
  const file = readRulesFolder(RULES).find(({ path }) => path.endsWith(`facts/${subject}.yaml`));
  const read = parse(file?.text ?? '') as { constants?: Record<string, { value: number }> };
  const values = Object.fromEntries(Object.entries(read.constants ?? {}).map(([name, { value }]) => [name, value]));
  constants.set(subject, values);
  return values;
}

export const world: DeriveWorld = {
  get rules(): never {
    throw new Error('derivation does not ask for rules');
  },
  calendarFor: () => calendar,
  constants: constantsOf,
  agency: (uscc) => ({
    uscc,
    name: '示例局',
    nameEn: null,
    division: uscc === LEAD ? '150105' : '150121',
    department: 'housing',
    level: 3,
    duty: 'IMPLEMENTING',
    reportsTo: null,
    from: null,
    to: null,
  }),
  item: () => undefined,
  source: () => undefined,
  listed: () => undefined,
  listedAll: () => [],
};

export const APPROVAL_KIND = APPROVAL;
export const deriveAt = (kind: RecordKind, rows: readonly Row[], id: string) =>
  kind.derive(documentOf(kind.kind, rows), id, world);
export const deriveApproval = (rows: readonly Row[]) => deriveAt(APPROVAL, rows, APPROVAL_ID);
export const deriveProject = (rows: readonly Row[], code = CODE) => deriveAt(PROJECT_KIND, rows, code);

let loaded: Pack | undefined;
function pack(): Pack {
  if (loaded !== undefined) return loaded;
  const result = loadPack(readRulesFolder(RULES), { calendar, runTests: false });
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message.en).join('\n'));
  loaded = result.pack;
  return loaded;
}

type Derived = NonNullable<ReturnType<typeof deriveProject>>;
function subjectOf(record: Derived) {
  const [subject] = record.subjects;
  if (subject === undefined) throw new Error('there is no subject to judge');
  const { agency, division, department, item } = record.place;
  return { subject, scope: { agency, division, department, item: item ?? '' } };
}

/** What a rule says of a derived record's subject, as `occurrence level` of everything above NONE. */
export function judged(record: Derived | null, rule: string, instant: string): readonly string[] {
  if (record === null) throw new Error('there is no record to judge');
  const { subject, scope } = subjectOf(record);
  return pack()
    .judgeRule(rule, subject.kind, subject.facts, scope, calendar, at(instant))
    .filter(({ level }) => level !== 'NONE')
    .map(({ occurrence, level }) => `${occurrence} ${level}`.trim());
}

/** What all rules say of it, as `rule occurrence level`. */
export function judgedRules(record: Derived, instant: number): readonly string[] {
  const { subject, scope } = subjectOf(record);
  return pack()
    .judgeSubject(subject.kind, subject.facts, scope, calendar, instant)
    .verdicts.map(({ rule, occurrence, level }) => [rule, occurrence, level].filter((part) => part !== '').join(' '));
}
