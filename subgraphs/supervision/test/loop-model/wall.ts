import { readdirSync, readFileSync } from 'node:fs';

/*
 * The calendar on an office's wall: the published notices, a day torn off at a time, and the office hours on the door. Nothing of the hub's
 * own calendar is used, no numbers of working days, no sums, no inverses.
 */

/** A stretch that does not count. */
export interface Pause {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const CHINA_MS = 8 * 3_600_000;
const NOTICES = new URL('../../../../rules/calendar/notices/', import.meta.url);
/** Office hours (办公时间) as rules/calendar/office-hours.yaml has them, in minutes of the day. */
const SESSIONS = [
  [510, 720],
  [870, 1050],
] as const;

const published = new Map<string, boolean>();
for (const name of readdirSync(NOTICES)) {
  const { days } = JSON.parse(readFileSync(new URL(name, NOTICES), 'utf8')) as {
    readonly days: readonly { readonly date: string; readonly off: boolean }[];
  };
  for (const { date, off } of days) published.set(date, off);
}

/** The civil day of China in which an instant lies, as a number; and its first instant. */
export const dayAt = (instant: number): number => Math.floor((instant + CHINA_MS) / DAY_MS);
export const startOf = (day: number): number => day * DAY_MS - CHINA_MS;

const known = new Map<number, boolean>();

/** Whether people work on a day: the notice says so, or it is Monday to Friday. */
export function isWorkday(day: number): boolean {
  let works = known.get(day);
  if (works === undefined) {
    const date = new Date(day * DAY_MS);
    const off = published.get(date.toISOString().slice(0, 10));
    works = off === undefined ? date.getUTCDay() % 6 !== 0 : !off;
    known.set(day, works);
  }
  return works;
}

/** The n-th working day after the day of `start`, days of a pause left out. */
export function dueDay(start: number, days: number, pauses: readonly Pause[] = []): number {
  let day = dayAt(start);
  for (let left = days; left > 0; ) {
    day += 1;
    if (isWorkday(day) && !pauses.some(({ from, to }) => dayAt(from) <= day && day < dayAt(to))) left -= 1;
  }
  return day;
}

/** So many working days on. */
export function laterBy(day: number, days: number): number {
  return dueDay(startOf(day), days);
}

/** When a day is over. */
export const over = (day: number): number => startOf(day + 1);

/** When at most so many working days are left, in halves: the due day begins with one, its afternoon session with a half. */
export function whenLeft(due: number, amount: number): number {
  const halves = Math.floor(2 * amount);
  let day = due;
  for (let back = Math.floor((halves - 1) / 2); back > 0; ) {
    day -= 1;
    if (isWorkday(day)) back -= 1;
  }
  return halves % 2 === 0 ? startOf(day) : startOf(day) + SESSIONS[1][0] * MINUTE_MS;
}

/** The first instant by which so much office time has passed since `start`. */
export function afterOffice(start: number, time: number): number {
  let left = time;
  for (let day = dayAt(start); ; day += 1) {
    if (!isWorkday(day)) continue;
    for (const [open, shut] of SESSIONS) {
      const from = Math.max(start, startOf(day) + open * MINUTE_MS);
      const length = Math.max(0, startOf(day) + shut * MINUTE_MS - from);
      if (left <= length) return from + left;
      left -= length;
    }
  }
}

/** Office time between two instants. */
export function officeTime(from: number, to: number): number {
  let time = 0;
  for (let day = dayAt(from); day <= dayAt(to); day += 1) {
    if (!isWorkday(day)) continue;
    for (const [open, shut] of SESSIONS) {
      const begin = Math.max(from, startOf(day) + open * MINUTE_MS);
      time += Math.max(0, Math.min(to, startOf(day) + shut * MINUTE_MS) - begin);
    }
  }
  return time;
}
