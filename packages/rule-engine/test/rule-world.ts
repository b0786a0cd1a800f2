import { join } from 'node:path';
import { type CalendarData, compileCalendar, parseInstant, type WorkCalendar } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { formatProblem, loadPack, type Pack, type RuleFile, type SubjectScope } from '../src/index.ts';

const RULES_FOLDER = join(import.meta.dirname, '../../../rules');

export const calendarData: CalendarData = readCalendarFolder(join(RULES_FOLDER, 'calendar'));
export const calendar: WorkCalendar = compileCalendar(calendarData);
export const SCOPE: SubjectScope = { division: '150105', agency: 'A', department: 'tax', item: '' };

/** An instant in China's time: `at('2024-09-23 09:00')`. */
export const at = (text: string): number =>
  parseInstant(`${text.replace(' ', 'T')}${text.length === 10 ? 'T00:00:00' : text.length === 16 ? ':00' : ''}+08:00`);

export const DICTIONARY: RuleFile = {
  path: 'facts/thing.yaml',
  text: `subject: thing
title: { zh: 事物, en: Thing }
facts:
  b1: { type: bool, zh: 甲, en: first flag }
  b2: { type: bool, zh: 乙, en: second flag }
  b3: { type: bool, zh: 丙, en: third flag }
  i1: { type: int, zh: 整数一, en: first count }
  i2: { type: int, zh: 整数二, en: second count }
  d1: { type: double, zh: 小数一, en: first rate }
  d2: { type: double, zh: 小数二, en: second rate }
  s1: { type: string, zh: 文字, en: text }
  c1: { type: code, values: [A, B, C], zh: 代码一, en: first code }
  c2: { type: code, values: [B, C, D], zh: 代码二, en: second code }
  t1: { type: instant, zh: 时间一, en: first time }
  t2: { type: instant, zh: 时间二, en: second time }
  w1: { type: clock, axis: WORKDAY, zh: 工作日计时, en: the working-day clock }
  w2: { type: clock, axis: WORKDAY, zh: 另一计时, en: the other clock }
  h1: { type: clock, axis: WORK_TIME, zh: 工时计时, en: the office-hour clock }
  n1: { type: clock, axis: DAY, zh: 自然日计时, en: the day clock }
  m1: { type: clock, axis: TIME, zh: 时刻计时, en: the time clock }
  xs:
    type: list
    max: 4
    zh: 明细
    en: entries
    of:
      id: { type: string, zh: 编号, en: id }
      n: { type: int, zh: 数量, en: amount }
      ok: { type: bool, zh: 合格, en: fine }
      k: { type: code, values: [A, B], zh: 类别, en: kind }
      w: { type: clock, axis: WORKDAY, zh: 明细计时, en: the entry's clock }
`,
};

export interface RuleText {
  readonly id?: string;
  readonly when?: string;
  readonly each?: string;
  readonly warning?: string;
  readonly yellow?: string;
  readonly red?: string;
  readonly parameters?: string;
  readonly yieldsTo?: string;
  readonly message?: string;
  readonly more?: string;
}

/** A rule file about a `thing` with the given conditions. */
export function ruleFile({
  id = 'WI-90',
  when,
  each,
  warning,
  yellow,
  red,
  parameters,
  yieldsTo,
  message = '{ zh: 消息, en: message }',
  more = '',
}: RuleText): RuleFile {
  const line = (key: string, value: string | undefined): string =>
    value === undefined ? '' : `    ${key}: ${JSON.stringify(value)}\n`;
  return {
    path: `base/${id}.yaml`,
    text: `id: ${id}
version: "2026.1"
domain: WORK_ITEM
article: "7(2)"
title: { zh: 试验规则, en: Trial rule }
description: { zh: 试验, en: trial }
basis:
  - { kind: DEFAULT, zh: 默认, en: default }
issue: { warning: AUTO, yellow: AUTO, red: CONFIRM }
${yieldsTo === undefined ? '' : `yieldsTo: ${yieldsTo}\n`}${parameters === undefined ? '' : `parameters:\n${parameters}`}parts:
  - subject: thing
${each === undefined ? '' : `    each: ${each}\n`}${line('when', when)}${line('warning', warning)}${line('yellow', yellow)}${line('red', red)}    message: ${message}
${more}`,
  };
}

/** Loads a pack that must have no problem. */
export function packOf(...files: readonly RuleFile[]): Pack {
  const loaded = loadPack([DICTIONARY, ...files], { calendar });
  if ('problems' in loaded) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.pack;
}

/** Codes of the problems that loading gives. */
export function problemCodes(...files: readonly RuleFile[]): readonly string[] {
  const loaded = loadPack([DICTIONARY, ...files], { calendar });
  return 'problems' in loaded ? loaded.problems.map(({ code }) => code) : [];
}
