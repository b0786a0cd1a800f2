import { fileURLToPath } from 'node:url';
import type { DeriveWorld, KeptRow, KeptValue } from '@gnomon/records';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import type { RulesPort } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { parse } from 'yaml';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));
export const AGENCY = '11150105011597010A';
export const at = (text: string): number => Date.parse(`${text}+08:00`);

let loaded: RulesPort | undefined;
/** The published rules and calendar, loaded once a process. */
export function publishedRules(): RulesPort {
  if (loaded !== undefined) return loaded;
  const calendars = createCalendarSet(readCalendarFolder(`${RULES}/calendar`));
  const result = loadPack(readRulesFolder(RULES), { calendar: calendars.base, runTests: false });
  if ('problems' in result)
    throw new Error(result.problems.map((problem) => `${problem.file} ${problem.message.en}`).join('\n'));
  const rules = {
    pack: result.pack,
    calendar: calendars.base,
    calendarFor: (scope: string) => calendars.in({ division: scope }),
  };
  loaded = { current: () => rules, onChange: () => () => {} };
  return loaded;
}

/** A world of one agency in which the given items are open to review. */
export function deriveWorld(openItems: readonly string[] = []): DeriveWorld {
  const rules = publishedRules().current();
  const listed = new Map(openItems.map((code) => [code, { task_code: code, is_open: true }]));
  return {
    rules,
    calendarFor: () => rules.calendar,
    constants: (subject) => constantsOf(subject),
    agency: (uscc) =>
      uscc === AGENCY
        ? {
            uscc,
            name: '测试机构',
            nameEn: null,
            division: '150105',
            department: 'health',
            level: 3,
            duty: 'IMPLEMENTING',
            reportsTo: null,
            from: null,
            to: null,
          }
        : undefined,
    item: () => undefined,
    source: () => undefined,
    listed: (_, key) => listed.get(key),
    listedAll: () => [...listed.values()],
  };
}

function constantsOf(subject: string): Readonly<Record<string, number>> {
  const file = publishedRules()
    .current()
    .pack.files.find(({ path }) => path.endsWith(`facts/${subject}.yaml`));
  const constants = (parse(file?.text ?? '') as { constants?: Record<string, { value: number }> } | null)?.constants;
  return Object.fromEntries(Object.entries(constants ?? {}).map(([name, { value }]) => [name, value]));
}

/** A kept row; it arrived when it was made unless told otherwise. */
export function kept(
  guid: string,
  madeAt: string,
  columns: Readonly<Record<string, KeptValue>>,
  more: Partial<KeptRow> = {},
): KeptRow {
  return {
    g: guid,
    s: '115-reviews',
    v: 1,
    t: at(madeAt),
    r: at(madeAt),
    h: guid.padEnd(32, '0'),
    c: columns,
    ...more,
  };
}

/** A bad review, named, the first of its matter. */
export function badReview(columns: Readonly<Record<string, KeptValue>> = {}, more: Partial<KeptRow> = {}): KeptRow {
  return kept(
    'R1',
    '2026-04-01T10:00:00',
    {
      review_id: 'R1',
      work_source: '115',
      project_no: 'P1',
      area_code: '150105000000',
      org_code: AGENCY,
      task_code: 'T1',
      window_no: 'W1',
      staff_id_key: 'aaaaaaaaaaaaaaaa',
      channel: 'QR_CODE',
      satisfaction: 'DISSATISFIED',
      assess_time: at('2026-04-01T10:00:00'),
      review_no: 1,
      is_named: true,
      is_default: false,
      reviewer_phone_key: 'bbbbbbbbbbbbbbbb',
      content_key: 'cccccccccccccccc',
      ...columns,
    },
    more,
  );
}
