import { hashCalendar } from './calendar-hash.ts';
import { dayOf, formatDay, HOUR_MS, startOfDay } from './civil-date.ts';
import { FIRST_DAY, LAST_DAY, layDays } from './day-table.ts';
import { CalendarRangeError } from './errors.ts';
import { formatInstant } from './instant-text.ts';
import { layOfficeHours, type OfficePattern } from './office-table.ts';
import { type CalendarScope, overlaysInScope } from './overlay-scope.ts';
import type { CalendarData, DayNumber, Instant, WorkCalendar } from './types.ts';

const DAYS = LAST_DAY - FIRST_DAY + 1;
const START = startOfDay(FIRST_DAY);

/**
 * Compiles published data into prefix sums (about 1 MB, 10 ms); every question after that is O(1).
 *
 * Only the overlays that hold in `scope` are applied, and the compiled calendar's `data` and `hash` name exactly those:
 * places without an overlay share one calendar and one hash.
 * @throws {CalendarDataError} when the data contradict themselves
 */
export function compileCalendar(data: CalendarData, scope: CalendarScope = {}): WorkCalendar {
  const overlays = overlaysInScope(data, scope);
  const effective: CalendarData = { ...data, overlays };
  const { working, firstCertainDay, lastCertainDay } = layDays(effective, overlays);
  const { patterns, patternOf } = layOfficeHours(effective, overlays);

  const numbers = new Int32Array(DAYS);
  const timeBefore = new Float64Array(DAYS + 1);
  const daysOfWork = new Int32Array(working.reduce((sum, one) => sum + one, 0) + 1);
  for (let index = 0, n = 0, time = 0; index < DAYS; index++) {
    if (working[index] === 1) {
      n += 1;
      daysOfWork[n] = index;
      time += (patterns[patternOf[index] as number] as OfficePattern).totalMs;
    }
    numbers[index] = n;
    timeBefore[index + 1] = time;
  }
  const workdays = daysOfWork.length - 1;
  const totalTime = timeBefore[DAYS] as number;
  const findWorkday = indexWorkTime(daysOfWork, timeBefore, patterns);

  const indexOfDay = (day: DayNumber): number => {
    const index = day - FIRST_DAY;
    if (!(index >= 0 && index < DAYS)) throw outOfRange('日期 (day)', day, shownDay(day));
    return index;
  };
  const indexOfInstant = (instant: Instant): number => {
    const index = dayOf(instant) - FIRST_DAY;
    if (!(index >= 0 && index < DAYS)) throw outOfRange('时间 (instant)', instant, shownInstant(instant));
    return index;
  };
  const dayIndexOfWorkday = (n: number): number => {
    if (!(n >= 1 && n <= workdays)) throw outOfRange('工作日序号 (working-day number)', n, String(n));
    return daysOfWork[n] as number;
  };

  return {
    id: effective.id,
    hash: hashCalendar(effective),
    data: effective,
    firstDay: FIRST_DAY,
    lastDay: LAST_DAY,
    lastCertainDay,
    isWorkday: (day) => working[indexOfDay(day)] === 1,
    workdayNumber: (day) => numbers[indexOfDay(day)] as number,
    dayOfWorkday: (n) => dayIndexOfWorkday(n) + FIRST_DAY,
    workTime(instant) {
      const index = indexOfInstant(instant);
      const before = timeBefore[index] as number;
      if (working[index] === 0) return before;
      const pattern = patterns[patternOf[index] as number] as OfficePattern;
      return before + timeWithin(pattern, instant - startOfDay(index + FIRST_DAY));
    },
    instantOfWorkTime(position) {
      if (!(position <= totalTime)) throw outOfRange('工作时间 (office time, ms)', position, String(position));
      if (position <= 0) return START;
      const index = findWorkday(position);
      const pattern = patterns[patternOf[index] as number] as OfficePattern;
      return startOfDay(index + FIRST_DAY) + offsetWithin(pattern, position - (timeBefore[index] as number));
    },
    halfDaysBegun(instant) {
      const index = indexOfInstant(instant);
      const n = numbers[index] as number;
      if (working[index] === 0) return 2 * n;
      const pattern = patterns[patternOf[index] as number] as OfficePattern;
      return 2 * n - (instant - startOfDay(index + FIRST_DAY) < pattern.secondHalfMs ? 1 : 0);
    },
    instantOfHalfDay(n) {
      if (n <= 0) return START;
      const index = dayIndexOfWorkday(Math.ceil(n / 2));
      const start = startOfDay(index + FIRST_DAY);
      return n % 2 === 1 ? start : start + (patterns[patternOf[index] as number] as OfficePattern).secondHalfMs;
    },
    isProvisional: (day) => day < firstCertainDay || day > lastCertainDay,
  };
}

/** Office milliseconds of a working day that lie before `offset`. */
function timeWithin({ edges }: OfficePattern, offset: number): number {
  let time = 0;
  for (let i = 0; i < edges.length; i += 2) {
    const from = edges[i] as number;
    if (offset <= from) break;
    time += Math.min(offset, edges[i + 1] as number) - from;
  }
  return time;
}

/** The earliest offset of a day by which `time` office milliseconds (at least 1, at most the day's) have passed. */
function offsetWithin({ edges }: OfficePattern, time: number): number {
  let rest = time;
  for (let i = 0; i < edges.length; i += 2) {
    const length = (edges[i + 1] as number) - (edges[i] as number);
    if (rest <= length) return (edges[i] as number) + rest;
    rest -= length;
  }
  return edges.at(-1) as number;
}

/**
 * Finds the working day in which an office-time position (at least 1) is reached.
 * Office days differ in length by season, so the position is looked up in buckets as long as the shortest day
 * (at least an hour): from a bucket's first day it is at most a step or two.
 */
function indexWorkTime(
  daysOfWork: Int32Array,
  timeBefore: Float64Array,
  patterns: readonly OfficePattern[],
): (position: number) => number {
  const bucketMs = Math.max(HOUR_MS, Math.min(...patterns.map((pattern) => pattern.totalMs)));
  const firsts = new Int32Array(Math.floor((timeBefore[DAYS] as number) / bucketMs) + 1);
  for (let bucket = 0, n = 1; bucket < firsts.length; bucket++) {
    while ((timeBefore[(daysOfWork[n] as number) + 1] as number) <= bucket * bucketMs && n < daysOfWork.length - 1) n++;
    firsts[bucket] = n;
  }
  return (position) => {
    let n = firsts[Math.floor((position - 1) / bucketMs)] as number;
    while ((timeBefore[(daysOfWork[n] as number) + 1] as number) < position) n++;
    return daysOfWork[n] as number;
  };
}

function outOfRange(what: string, value: number, shown: string): CalendarRangeError {
  return new CalendarRangeError(what, value, shown, formatDay(FIRST_DAY), formatDay(LAST_DAY));
}

function shownDay(day: number): string {
  return Math.abs(day) < 1e8 ? formatDay(Math.floor(day)) : String(day);
}

function shownInstant(instant: number): string {
  return Math.abs(instant) < 8e15 ? formatInstant(instant) : String(instant);
}
