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
const CLOCK_PARTS: ReadonlySet<string> = new Set(['start', 'limit', 'suspensions', 'stopped']);
/** The longest limit that can be claimed, in days; ten years. */
const LONGEST_LIMIT = 3_650;

/**
 * Reads a claimed value as one of a fact's type.
 *
 * A clock is contested by its parts: `{start?, limit?, suspensions?: [{from, to}], stopped?}`, instants as ISO text, `null` for what has not
 * ended, the limit in days of its axis (working days, days) or in hours. With `start` the clock is opened anew, with this limit (or that which was
 * judged) and these suspensions alone. Limit and suspensions need it: a receipt does not say which suspensions were counted, so what is added to
 * them could count twice, and one that began behind the old end would count or not by chance.
 * @param judged the fact as it was judged; a clock that was not known can be claimed with start and limit
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
  return type.kind === 'clock' ? 'clock {start, limit, suspensions [{from, to}], stopped}' : nameOfType(type);
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
  if (parts.start === undefined) return stoppedElsewhere(parts, clock, calendar);
  const amount = parts.limit === undefined ? amountOf(axis, clock) : readLimit(parts.limit, axis);
  const suspensions = parts.suspensions === undefined ? [] : readSuspensions(parts.suspensions, calendar);
  const stoppedAt = parts.stopped === undefined ? (clock?.stoppedAt ?? null) : readEnd(parts.stopped, calendar);
  try {
    const start = readInstant(parts.start, calendar);
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

/** The clock as it was judged, but for where it stopped: all that can be claimed without saying when it began. */
function stoppedElsewhere(parts: ClockParts, clock: Clock | undefined, calendar: WorkCalendar): Clock {
  if (parts.limit !== undefined || parts.suspensions !== undefined)
    return refuse(
      '主张时限（limit）或停钟（suspensions）时一并写明起点 start 和全部停钟',
      'start, and all suspensions, together with limit or suspensions',
    );
  if (clock === undefined)
    return refuse(
      '原判定中未知的计时须写明 start 和 limit',
      'start and limit of a clock that was not known when it was judged',
    );
  return { ...clock, stoppedAt: readEnd(parts.stopped ?? null, calendar) };
}

const COUNTS_DAYS: ReadonlySet<Axis> = new Set(['WORKDAY', 'DAY']);

function amountOf(axis: Axis, clock: Clock | undefined): number {
  if (clock === undefined || clock.axis !== axis)
    return refuse(
      '原判定中未知的计时须写明 start 和 limit',
      'start and limit of a clock that was not known when it was judged',
    );
  return COUNTS_DAYS.has(axis) ? clock.limit : clock.limit / HOUR_MS;
}

function readLimit(value: JsonValue, axis: Axis): number {
  const most = COUNTS_DAYS.has(axis) ? LONGEST_LIMIT : LONGEST_LIMIT * 24;
  const fits =
    typeof value === 'number' && value >= 0 && value <= most && (!COUNTS_DAYS.has(axis) || Number.isInteger(value));
  if (fits) return value;
  return COUNTS_DAYS.has(axis)
    ? refuse(`0 至 ${most} 的整数天数`, `a whole number of days from 0 to ${most}`)
    : refuse(`0 至 ${most} 的小时数`, `a number of hours from 0 to ${most}`);
}

interface ClockParts {
  readonly start?: JsonValue;
  readonly limit?: JsonValue;
  readonly suspensions?: JsonValue;
  readonly stopped?: JsonValue;
}

function readParts(value: JsonValue): ClockParts {
  const isParts = isRecord(value) && Object.keys(value).length > 0;
  if (isParts && Object.keys(value).every((name) => CLOCK_PARTS.has(name))) return value;
  return refuse(
    '计时的组成部分 {start、limit、suspensions、stopped}，至少一项',
    'parts of a clock {start, limit, suspensions, stopped}, at least one',
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
