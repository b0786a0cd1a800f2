/**
 * Working time counted the slow way: day by day, session by session. It is the oracle beside which the product's own
 * calendar is held, so it shares no line with it.
 */

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;
const MINUTE_MS = 60_000;

/** Office sessions in minutes of the day: 08:30–12:00 and 14:30–17:30. */
export const SESSIONS: readonly (readonly [number, number])[] = [
  [510, 720],
  [870, 1050],
];
export const WORKDAY_MS = 390 * MINUTE_MS;

export interface NaiveNotice {
  readonly days: readonly { readonly date: string; readonly off: boolean }[];
}

export interface NaiveCalendar {
  isWorkday(day: number): boolean;
  /** The `n`-th working day after `day` (n ≥ 1), or the first working day at or after it (n = 0). */
  workdayAfter(day: number, n: number): number;
  /** Working days in (from, to]. */
  workdaysBetween(from: number, to: number): number;
  /** Office milliseconds in [from, to). */
  officeMsBetween(from: number, to: number): number;
  /** The earliest instant at which `ms` of office time have passed since `from`. */
  afterOfficeMs(from: number, ms: number): number;
  /** The earliest instant at which more than `ms` of office time have passed since `from`. */
  beyondOfficeMs(from: number, ms: number): number;
}

/** Civil day (UTC+8) of an instant, counted from 1970-01-01. */
export function dayOf(instant: number): number {
  return Math.floor((instant + OFFSET_MS) / DAY_MS);
}

/** 00:00 (UTC+8) of a day, plus minutes. */
export function at(day: number, minute = 0): number {
  return day * DAY_MS - OFFSET_MS + minute * MINUTE_MS;
}

/** `YYYY-MM-DD` of a day. */
export function dateText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Day number of `YYYY-MM-DD`. */
export function dayFromText(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

/** `YYYY-MM-DDTHH:mm:ss.SSS+08:00` of an instant. */
export function instantText(instant: number): string {
  return `${new Date(instant + OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

/** A calendar from published notices; days that none names are working days from Monday to Friday. */
export function naiveCalendar(notices: readonly NaiveNotice[]): NaiveCalendar {
  const named = new Map(notices.flatMap((notice) => notice.days.map((entry) => [entry.date, entry.off] as const)));
  const isWorkday = (day: number): boolean => {
    const off = named.get(dateText(day));
    return off === undefined ? ![0, 6].includes(new Date(day * DAY_MS).getUTCDay()) : !off;
  };
  const workdayAfter = (day: number, n: number): number => {
    let found = day;
    if (n === 0) while (!isWorkday(found)) found += 1;
    for (let left = n; left > 0; left -= isWorkday(found) ? 1 : 0) found += 1;
    return found;
  };
  const workdaysBetween = (from: number, to: number): number => {
    let count = 0;
    for (let day = from + 1; day <= to; day += 1) if (isWorkday(day)) count += 1;
    return count;
  };
  const officeMsBetween = (from: number, to: number): number => {
    let sum = 0;
    for (let day = dayOf(from); day <= dayOf(to); day += 1) {
      if (!isWorkday(day)) continue;
      for (const [start, end] of SESSIONS)
        sum += Math.max(0, Math.min(to, at(day, end)) - Math.max(from, at(day, start)));
    }
    return sum;
  };
  const afterOfficeMs = (from: number, ms: number): number => {
    if (ms <= 0) return from;
    let left = ms;
    for (let day = dayOf(from); ; day += 1) {
      if (!isWorkday(day)) continue;
      for (const [start, end] of SESSIONS) {
        const begin = Math.max(from, at(day, start));
        const length = at(day, end) - begin;
        if (length <= 0) continue;
        if (left <= length) return begin + left;
        left -= length;
      }
    }
  };
  return {
    isWorkday,
    workdayAfter,
    workdaysBetween,
    officeMsBetween,
    afterOfficeMs,
    beyondOfficeMs: (from, ms) => afterOfficeMs(from, ms + 1),
  };
}
