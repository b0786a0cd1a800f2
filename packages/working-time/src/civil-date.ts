import { TimeTextError } from './errors.ts';
import type { DayNumber, Instant } from './types.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;
/** China keeps one time zone, UTC+8, without daylight saving since 1991-09-15. */
export const CHINA_OFFSET_MS = 8 * HOUR_MS;

/** The civil date in China at an instant. Pure arithmetic: no range is checked here. */
export function dayOf(instant: Instant): DayNumber {
  return Math.floor((instant + CHINA_OFFSET_MS) / DAY_MS);
}

/** 00:00 (UTC+8) of a day. */
export function startOfDay(day: DayNumber): Instant {
  return day * DAY_MS - CHINA_OFFSET_MS;
}

/** 0 is Sunday, 6 is Saturday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: DayNumber): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Number of a day of the Gregorian calendar; month 1–12. The date is not checked: 31 April gives 1 May. */
export function dayNumber(year: number, month: number, dayOfMonth: number): DayNumber {
  // Years counted from March, so that the leap day is a year's last: 153 days lie in each five months from there.
  const y = month > 2 ? year : year - 1;
  const sinceMarch = (month + 9) % 12;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leapDays + Math.floor((153 * sinceMarch + 2) / 5) + dayOfMonth - 719_469;
}

/** The parts of a civil date; month 1–12. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;
}

/** Year, month and day of month of a day number. */
export function civilDate(day: DayNumber): CivilDate {
  // The inverse of `dayNumber`: days since 1 March of the year 0 fall into cycles of 400 years of 146,097 days.
  const shifted = day + 719_468;
  const cycle = Math.floor(shifted / 146_097);
  const dayOfCycle = shifted - cycle * 146_097;
  const yearOfCycle = Math.floor(
    (dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096)) /
      365,
  );
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const sinceMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = sinceMarch < 10 ? sinceMarch + 3 : sinceMarch - 9;
  return {
    year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * sinceMarch + 2) / 5) + 1,
  };
}

/** Number of days of a month, 1–12. */
export function daysInMonth(year: number, month: number): number {
  return dayNumber(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - dayNumber(year, month, 1);
}

/**
 * Reads `YYYY-MM-DD`.
 * @throws {TimeTextError} for any other form and for dates that do not exist
 */
export function parseDay(text: string): DayNumber {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match !== null) {
    const year = Number(match[1]);
    const month = Number(match[2]);
    const dayOfMonth = Number(match[3]);
    if (isCivilDate(year, month, dayOfMonth)) return dayNumber(year, month, dayOfMonth);
  }
  throw new TimeTextError(text, '存在的日期 YYYY-MM-DD', 'an existing date YYYY-MM-DD');
}

/** Whether the date exists; month 1–12. */
export function isCivilDate(year: number, month: number, dayOfMonth: number): boolean {
  return month >= 1 && month <= 12 && dayOfMonth >= 1 && (dayOfMonth <= 28 || dayOfMonth <= daysInMonth(year, month));
}

/** `YYYY-MM-DD`, for days of the years 0 to 9999. */
export function formatDay(day: DayNumber): string {
  const { year, month, dayOfMonth } = civilDate(day);
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${dayOfMonth < 10 ? '0' : ''}${dayOfMonth}`;
}
