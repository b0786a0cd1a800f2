import {
  type Axis,
  CalendarRangeError,
  type Clock,
  dayOf,
  HOUR_MS,
  type Instant,
  LimitError,
  type LimitUnit,
  openClock,
  parseInstant,
  type Suspension,
  startOfDay,
  TimeTextError,
  type WorkCalendar,
} from '@gnomon/working-time';
import type { Bilingual, FactValue, JsonValue } from './types.ts';
import { nameOfType, type ValueType } from './value-type.ts';

/** Why a claimed value cannot take a fact's place: what was expected, in both languages. */
export class ClaimRefused extends Error {
  readonly expected: Bilingual;

  constructor(zh: string, en: string) {
    super(`应为${zh} / expected ${en}`);
    this.name = 'ClaimRefused';
    this.expected = { zh, en };
  }
}

const LONGEST_TEXT = 500;
const MOST_SUSPENSIONS = 50;
const CLOCK_PARTS: ReadonlySet<string> = new Set(['start', 'suspensions', 'stopped']);

/**
 * Reads a claimed value as one of a fact's type.
 *
 * A clock is contested by its parts: `{start?, suspensions?: [{from, to}], stopped?}`, instants as ISO text, `null` for what has not ended.
 * Its limit stays as it was judged. Without `start`, suspensions are added to those that were counted already; with it, the clock is opened
 * anew and has these suspensions alone.
 * @param judged the fact as it was judged; a clock that was not known cannot be contested by parts
 * @throws {ClaimRefused} naming what was expected.
 */
export function readClaim(
  type: ValueType,
  value: JsonValue,
  judged: FactValue | undefined,
  calendar: WorkCalendar,
): FactValue {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? value : refuse('true 或 false', 'true or false');
    case 'int':
      return Number.isSafeInteger(value) ? (value as number) : refuse('整数', 'a whole number');
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? value : refuse('数值', 'a number');
    case 'code':
      if (typeof value === 'string' && type.values.includes(value)) return value;
      return refuse(`${type.values.join('、')} 之一`, `one of ${type.values.join(', ')}`);
    case 'string':
      return readText(value);
    case 'instant':
      return readInstant(value, calendar);
    case 'clock':
      return readClock(type.axis, value, judged, calendar);
    case 'list':
    case 'strings':
    case 'record':
      return refuse(
        '列表中某一要素的一个字段，路径为 [列表, 要素编号, 字段]',
        'one field of one element of the list, by the path [list, element id, field]',
      );
  }
}

/** How a claim on a fact of this type is written, for whoever contests it. */
export function claimType(type: ValueType): string {
  return type.kind === 'clock' ? 'clock {start, suspensions [{from, to}], stopped}' : nameOfType(type);
}

function readText(value: JsonValue): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const fits = typeof value === 'string' && value.length <= LONGEST_TEXT && !/[\u0000-\u001f]/.test(value);
  if (fits && value.isWellFormed()) return value;
  return refuse(`不超过 ${LONGEST_TEXT} 个字符的文本`, `a text of at most ${LONGEST_TEXT} characters`);
}

function readInstant(value: JsonValue, calendar: WorkCalendar): Instant {
  if (typeof value === 'string' && value.length <= 40)
    try {
      const instant = parseInstant(value);
      if (dayOf(instant) >= calendar.firstDay && dayOf(instant) <= calendar.lastDay) return instant;
    } catch (error) {
      if (!(error instanceof TimeTextError)) throw error;
    }
  return refuse(
    '工作日历范围内的 ISO 8601 时刻，如 2024-09-23T09:00:00+08:00',
    'an ISO 8601 instant within the working calendar, for example 2024-09-23T09:00:00+08:00',
  );
}

const UNIT_OF: Readonly<Record<Axis, LimitUnit>> = {
  WORKDAY: 'WORKDAY',
  WORK_TIME: 'WORK_HOUR',
  DAY: 'DAY',
  TIME: 'HOUR',
};

function readClock(axis: Axis, value: JsonValue, judged: FactValue | undefined, calendar: WorkCalendar): Clock {
  const parts = readParts(value);
  const clock = judged as Clock | undefined;
  if (clock === undefined || clock.axis !== axis)
    return refuse('原判定中已有的计时；该计时当时未知', 'a clock that was known when it was judged; this one was not');
  const stoppedAt = parts.stopped === undefined ? clock.stoppedAt : readEnd(parts.stopped, calendar);
  if (parts.start === undefined && parts.suspensions === undefined) return { ...clock, stoppedAt };
  const amount = axis === 'WORKDAY' || axis === 'DAY' ? clock.limit : clock.limit / HOUR_MS;
  const suspensions = parts.suspensions === undefined ? [] : readSuspensions(parts.suspensions, calendar);
  try {
    const start = parts.start === undefined ? effectiveStart(clock, calendar) : readInstant(parts.start, calendar);
    return openClock({ calendar, limit: { amount, unit: UNIT_OF[axis] }, start, suspensions, stoppedAt });
  } catch (error) {
    if (error instanceof CalendarRangeError || error instanceof LimitError)
      return refuse(
        '工作日历范围内的计时',
        `a clock that stays within the working calendar: ${error.message.slice(0, 200)}`,
      );
    throw error;
  }
}

/** The start from which the limit alone, without any suspension, leads to the same end. */
function effectiveStart({ axis, due, limit }: Clock, calendar: WorkCalendar): Instant {
  switch (axis) {
    case 'WORKDAY':
      return startOfDay(calendar.dayOfWorkday(due - limit));
    case 'DAY':
      return startOfDay(due - limit);
    case 'WORK_TIME':
      return calendar.instantOfWorkTime(due - limit);
    case 'TIME':
      return due - limit;
  }
}

interface ClockParts {
  readonly start?: JsonValue;
  readonly suspensions?: JsonValue;
  readonly stopped?: JsonValue;
}

function readParts(value: JsonValue): ClockParts {
  const isParts = isRecord(value) && Object.keys(value).length > 0;
  if (isParts && Object.keys(value).every((name) => CLOCK_PARTS.has(name))) return value;
  return refuse(
    '计时的组成部分 {start、suspensions、stopped}，至少一项',
    'parts of a clock {start, suspensions, stopped}, at least one',
  );
}

function readSuspensions(value: JsonValue, calendar: WorkCalendar): readonly Suspension[] {
  if (!Array.isArray(value) || value.length > MOST_SUSPENSIONS) return refuseStretch();
  return (value as readonly JsonValue[]).map((stretch) => {
    if (!isRecord(stretch) || !Object.keys(stretch).every((name) => name === 'from' || name === 'to'))
      return refuseStretch();
    const from = readInstant(stretch.from ?? null, calendar);
    const to = readEnd(stretch.to ?? null, calendar);
    return to !== null && to <= from ? refuseStretch() : { from, to };
  });
}

const readEnd = (value: JsonValue, calendar: WorkCalendar): Instant | null =>
  value === null ? null : readInstant(value, calendar);

function isRecord(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseStretch(): never {
  return refuse(
    `至多 ${MOST_SUSPENSIONS} 段停钟 [{from, to}]，to 晚于 from 或为 null`,
    `at most ${MOST_SUSPENSIONS} suspensions [{from, to}], each ending after it begins or null`,
  );
}

function refuse(zh: string, en: string): never {
  throw new ClaimRefused(zh, en);
}
