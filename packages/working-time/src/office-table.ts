import { MINUTE_MS, parseDay } from './civil-date.ts';
import { FIRST_DAY, LAST_DAY } from './day-table.ts';
import { CalendarDataError } from './errors.ts';
import type { CalendarData, CalendarOverlay, OfficeHours, OfficeSession } from './types.ts';

/** One pattern of a working day, in milliseconds after 00:00. */
export interface OfficePattern {
  /** Starts and ends in turn: `[from, to, from, to …]`. */
  readonly edges: readonly number[];
  readonly totalMs: number;
  /** When the day's second half begins: the second session's start, or the middle of an only session. */
  readonly secondHalfMs: number;
}

/** The pattern in force on each day, by index from `FIRST_DAY`, whether it is a working day or not. */
export interface OfficeTable {
  readonly patterns: readonly OfficePattern[];
  readonly patternOf: Uint16Array;
}

/**
 * Lays out office hours: the published ones, then each overlay's from its own first date on.
 * @throws {CalendarDataError} when no hours are given, or sessions are not one to four ordered, separate stretches of a day
 */
export function layOfficeHours(data: CalendarData, overlays: readonly CalendarOverlay[]): OfficeTable {
  const patterns: OfficePattern[] = [];
  const patternOf = new Uint16Array(LAST_DAY - FIRST_DAY + 1);
  if (data.officeHours.length === 0) {
    throw new CalendarDataError(data.id, '没有办公时间', 'there are no office hours; publish at least one entry');
  }
  // Days before the first entry keep index 0, which is that entry's pattern.
  layEntries(data, data.officeHours, patterns, patternOf);
  for (const overlay of overlays) layEntries(data, overlay.officeHours ?? [], patterns, patternOf);
  return { patterns, patternOf };
}

function inOrder(hours: readonly OfficeHours[]): OfficeHours[] {
  return [...hours].sort((a, b) => parseDay(a.from) - parseDay(b.from));
}

function layEntries(
  data: CalendarData,
  hours: readonly OfficeHours[],
  patterns: OfficePattern[],
  patternOf: Uint16Array,
): void {
  for (const entry of inOrder(hours)) {
    const index = patternIndex(patterns, patternFrom(data, entry));
    patternOf.fill(index, Math.max(0, parseDay(entry.from) - FIRST_DAY));
  }
}

function patternIndex(patterns: OfficePattern[], pattern: OfficePattern): number {
  const known = patterns.findIndex((other) => other.edges.join() === pattern.edges.join());
  return known >= 0 ? known : patterns.push(pattern) - 1;
}

function patternFrom(data: CalendarData, hours: OfficeHours): OfficePattern {
  const { sessions } = hours;
  const [only, second] = sessions;
  if (only === undefined || sessions.length > 4 || !sessions.every(isOrdered)) {
    throw new CalendarDataError(
      data.id,
      `自 ${hours.from} 起的办公时间应为一至四段、先后有序、互不重叠`,
      `office hours from ${hours.from} must be one to four ordered stretches of minutes that do not overlap`,
    );
  }
  const secondHalf = second?.fromMinute ?? (only.fromMinute + only.toMinute) / 2;
  return {
    edges: sessions.flatMap((session) => [session.fromMinute * MINUTE_MS, session.toMinute * MINUTE_MS]),
    totalMs: sessions.reduce((sum, session) => sum + (session.toMinute - session.fromMinute) * MINUTE_MS, 0),
    secondHalfMs: Math.floor(secondHalf * MINUTE_MS),
  };
}

function isOrdered(session: OfficeSession, index: number, all: readonly OfficeSession[]): boolean {
  const { fromMinute, toMinute } = session;
  const earliest = index === 0 ? 0 : (all[index - 1] as OfficeSession).toMinute;
  return (
    Number.isInteger(fromMinute) &&
    Number.isInteger(toMinute) &&
    earliest <= fromMinute &&
    fromMinute < toMinute &&
    toMinute <= 1440
  );
}
