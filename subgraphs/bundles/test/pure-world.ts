import { fileURLToPath } from 'node:url';
import type { DeriveWorld, KeptRow, KeptValue, RecordDocument } from '@gnomon/records';
import type { ReferenceItem } from '@gnomon/reference';
import { type Facts, loadPack, type Pack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { bundleCase } from '../src/derive/bundle-case.ts';
import { TABLES } from '../src/tables.ts';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));
export const calendars = createCalendarSet(readCalendarFolder(`${RULES}/calendar`));
const calendar = calendars.base;

/** The published rules of this domain alone. */
export const pack: Pack = (() => {
  const files = readRulesFolder(RULES).filter(({ path }) => /(^|\/)(bundle-|OT-)/.test(path));
  const loaded = loadPack(files, { calendar, runTests: false });
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message.en).join('\n'));
  return loaded.pack;
})();

export const LEAD = '11150121011597010A';
export const OTHER = '11150121011598020B';
export const CASE = '115-bundles:YJS-1';
export const BUNDLE = 'YJS-BIZ';

export const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`);

type Values = Readonly<Record<string, KeptValue | null>>;

/** A row as a record keeps it: the columns given; those that the dictionary calls a time are read from text. */
export function kept(table: string, guid: string, values: Values, more: Partial<KeptRow> = {}): KeptRow {
  const madeAt = more.t ?? at('2026-04-01 09:00:00');
  return { g: guid, s: '115-bundles', v: 1, t: madeAt, r: madeAt, h: guid, ...more, c: columnsOf(table, values) };
}

/** Kept columns from what a test writes. */
export function columnsOf(table: string, values: Values): Readonly<Record<string, KeptValue>> {
  const times = new Set(TABLES[table]?.columns.filter(({ kind }) => kind === 'time').map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, KeptValue][] => {
      if (value === null) return [];
      return [[name, times.has(name) && typeof value === 'string' ? at(value) : value]];
    }),
  );
}

export const listKey = (...parts: readonly string[]): string => ['15', BUNDLE, '2026', ...parts].join(':');

/** A list of three children: A and B in parallel, C after A; D only for answer X. Nine working days in all. */
export const LISTED: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, KeptValue>>>>>> = {
  bundle_list: {
    [listKey()]: {
      division_code: '15',
      bundle_code: BUNDLE,
      list_version: '2026',
      bundle_name: '企业信息变更一件事',
      child_codes: '000131001001,000131002001,000131003001,000131004001',
      promise_limit: 9,
    },
  },
  bundle_list_child: {
    [listKey('000131001001')]: child('000131001001', '*', '', 5),
    [listKey('000131002001')]: child('000131002001', '*', '', 5),
    [listKey('000131003001')]: child('000131003001', '*', '000131001001', 3),
    [listKey('000131004001')]: child('000131004001', 'X,Y+Z', '', 2),
  },
  bundle_list_material: {
    [listKey('M-SHARED')]: { material_id: 'M-SHARED', shared_since: at('2026-03-01 00:00:00') },
    [listKey('M-OWN')]: { material_id: 'M-OWN' },
  },
};
function child(code: string, when: string, depends: string, slot: number): Readonly<Record<string, KeptValue>> {
  return {
    division_code: '15',
    bundle_code: BUNDLE,
    list_version: '2026',
    child_code: code,
    mandatory_when: when,
    depends_on: depends,
    slot_workdays: slot,
  };
}

const ITEM: ReferenceItem = {
  code: '000131001001',
  name: '变更登记',
  nameEn: null,
  agency: null,
  itemType: '01',
  kind: 'PROMISE',
  versions: [
    {
      version: '1',
      from: '2024-01-01',
      to: null,
      promise: { amount: 5, unit: 'WORKDAY' },
      statutory: { amount: 20, unit: 'WORKDAY' },
      preReviewHours: null,
      deliveryWorkdays: null,
      specialKinds: [],
      specialWorkdays: {},
      steps: [],
      free: true,
      fees: [],
      joint: false,
      classified: false,
    },
  ],
};

export function deriveWorld(listed: typeof LISTED = LISTED): DeriveWorld {
  return {
    rules: { pack, calendar, calendarFor: (division) => calendars.in({ division }) },
    calendarFor: (division) => calendars.in({ division }),
    constants: (subject) => (subject === 'bundle-division-month' ? { listMonths: 36 } : {}),
    agency: () => undefined,
    item: (code) => (code.endsWith('000131999999') ? undefined : ITEM),
    source: () => undefined,
    listed: (table, key) => listed[table]?.[key],
    listedAll: (table) => Object.values(listed[table] ?? {}),
  };
}

/** An accepted case in progress with its three mandatory children, created, dispatched and signed for in time. */
export function caseDocument(changes: {
  readonly main?: Values;
  readonly mainMore?: Partial<KeptRow>;
  readonly children?: Readonly<Record<string, Values | null>>;
  readonly parts?: RecordDocument;
}): RecordDocument {
  const children = { '000131001001': {}, '000131002001': {}, '000131003001': {}, ...changes.children };
  return {
    case: [
      kept(
        'bundle_case',
        'case',
        {
          case_no: 'YJS-1',
          bundle_code: BUNDLE,
          list_version: '2026',
          division_code: '150121',
          lead_agency: LEAD,
          scenario: '',
          state: 'IN_PROGRESS',
          state_time: '2026-04-01 10:00:00',
          apply_time: '2026-04-01 08:40:00',
          accept_time: '2026-04-01 09:00:00',
          ...changes.main,
        },
        changes.mainMore,
      ),
    ],
    children: Object.entries(children).flatMap(([code, values]) =>
      values === null
        ? []
        : [
            kept('bundle_child', code, {
              child_code: code,
              agency: LEAD,
              created_time: '2026-04-01 09:00:00',
              dispatched_time: code === '000131003001' ? null : '2026-04-01 09:10:00',
              signed_time: code === '000131003001' ? null : '2026-04-01 09:40:00',
              started_time: code === '000131003001' ? null : '2026-04-01 10:00:00',
              ...values,
            }),
          ],
    ),
    ...changes.parts,
  };
}

/** Facts of a case, and what the published rules say of it at an instant: `OT-02/000131001001 YELLOW`. */
export function factsOf(document: RecordDocument, world = deriveWorld()): Facts {
  return bundleCase.derive(document, CASE, world)?.subjects[0]?.facts ?? {};
}

export function findings(document: RecordDocument, now: string, world = deriveWorld()): readonly string[] {
  const scope = { division: '150121', agency: LEAD, department: '', item: '' };
  return pack
    .judgeSubject('bundle-case', factsOf(document, world), scope, calendar, at(now))
    .verdicts.map(({ rule, occurrence, level }) => `${rule}${occurrence === '' ? '' : `/${occurrence}`} ${level}`);
}
