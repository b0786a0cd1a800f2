import { civilDate, formatDay, parseDay, weekdayOf } from './civil-date.ts';
import { CalendarDataError } from './errors.ts';
import type { CalendarData, CalendarOverlay, DayNumber } from './types.ts';

/** The first day of China's present time: daylight saving ended at 00:00 of this day. */
export const FIRST_DAY = parseDay('1991-09-15');
/** The table's end, chosen: 74 years beyond the last notice. */
export const LAST_DAY = parseDay('2100-12-31');

/** Which days are working days, by index from `FIRST_DAY`, and which stretch is ruled by published notices. */
export interface DayTable {
  readonly working: Uint8Array;
  readonly firstCertainDay: DayNumber;
  readonly lastCertainDay: DayNumber;
}

/**
 * Lays out every day of the table: weekends, then the fixed holidays of years without a notice,
 * then the notices, then the overlays from the widest scope to the narrowest.
 * @throws {CalendarDataError} when entries contradict each other, reach too far, or a year is missing in between
 */
export function layDays(data: CalendarData, overlays: readonly CalendarOverlay[]): DayTable {
  const { entries, years } = mergeNotices(data);
  const working = new Uint8Array(LAST_DAY - FIRST_DAY + 1);
  for (let day = FIRST_DAY; day <= LAST_DAY; day++) {
    working[day - FIRST_DAY] = isOrdinaryWorkday(day, years) ? 1 : 0;
  }
  for (const [day, off] of entries) working[day - FIRST_DAY] = off ? 0 : 1;
  for (const overlay of overlays) {
    for (const entry of overlay.days) working[indexOf(data, entry.date)] = entry.off ? 0 : 1;
  }
  return { working, ...certainStretch(entries, years) };
}

function isOrdinaryWorkday(day: DayNumber, years: ReadonlySet<number>): boolean {
  const weekday = weekdayOf(day);
  if (weekday === 0 || weekday === 6) return false;
  const { year, month, dayOfMonth } = civilDate(day);
  return years.has(year) || !isFixedHoliday(year, month, dayOfMonth);
}

/**
 * Holidays with a fixed date under the State Council's measures on holidays in the version of the year:
 * 1949, 1999 (from October), 2007 (from 2008), 2024 (from 2025). Those of the lunar calendar are not guessed.
 */
function isFixedHoliday(year: number, month: number, dayOfMonth: number): boolean {
  if (month === 1) return dayOfMonth === 1;
  if (month === 5) return dayOfMonth <= labourDays(year);
  return month === 10 && dayOfMonth <= (year >= 1999 ? 3 : 2);
}

function labourDays(year: number): number {
  if (year >= 2025) return 2;
  return year >= 2000 && year <= 2007 ? 3 : 1;
}

function mergeNotices(data: CalendarData): { entries: ReadonlyMap<DayNumber, boolean>; years: ReadonlySet<number> } {
  const entries = new Map<DayNumber, boolean>();
  const years = new Set<number>();
  for (const notice of data.notices) {
    years.add(notice.year);
    for (const entry of notice.days) {
      const day = parseDay(entry.date);
      refuseForeignDay(data, notice.year, entry.date);
      const before = entries.get(day);
      if (before !== undefined && before !== entry.off) {
        throw new CalendarDataError(
          data.id,
          `${entry.date} 有两条相反的记录`,
          `${entry.date} is given twice, as day off and as working day`,
        );
      }
      entries.set(indexOf(data, entry.date) + FIRST_DAY, entry.off);
    }
  }
  refuseGaps(data, years);
  return { entries, years };
}

/** A notice rules its own year and may reach into the December before (2006, 2007, 2011, 2018 and 2022 were). */
function refuseForeignDay(data: CalendarData, year: number, date: string): void {
  if (date.startsWith(`${year}-`) || date.startsWith(`${year - 1}-12-`)) return;
  throw new CalendarDataError(data.id, `${year} 年通知中不应有 ${date}`, `the notice of ${year} cannot rule ${date}`);
}

function refuseGaps(data: CalendarData, years: ReadonlySet<number>): void {
  for (const year of years) {
    if (year === Math.max(...years) || years.has(year + 1)) continue;
    throw new CalendarDataError(
      data.id,
      `缺少 ${year + 1} 年的放假通知`,
      `the notice of ${year + 1} is missing between others; add it`,
    );
  }
}

function indexOf(data: CalendarData, date: string): number {
  const day = parseDay(date);
  if (day >= FIRST_DAY && day <= LAST_DAY) return day - FIRST_DAY;
  throw new CalendarDataError(
    data.id,
    `${date} 不在 ${formatDay(FIRST_DAY)} 至 ${formatDay(LAST_DAY)} 之内`,
    `${date} is outside ${formatDay(FIRST_DAY)} to ${formatDay(LAST_DAY)}`,
  );
}

/**
 * From the first ruled day to 31 December of the last notice's year. The next notice may still move that December's
 * last days; it is published weeks before them, and a calendar that holds it is another calendar with another hash.
 */
function certainStretch(
  entries: ReadonlyMap<DayNumber, boolean>,
  years: ReadonlySet<number>,
): { firstCertainDay: DayNumber; lastCertainDay: DayNumber } {
  if (years.size === 0) return { firstCertainDay: LAST_DAY + 1, lastCertainDay: FIRST_DAY - 1 };
  const ordered = [...years].sort((a, b) => a - b);
  let first = parseDay(`${ordered[0]}-01-01`);
  for (const day of entries.keys()) first = Math.min(first, day);
  return { firstCertainDay: first, lastCertainDay: parseDay(`${ordered.at(-1)}-12-31`) };
}
