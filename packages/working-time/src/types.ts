/** Milliseconds since 1970-01-01T00:00:00Z. Always an integer. */
export type Instant = number;

/** Days since 1970-01-01 of the civil date in China (UTC+8, no daylight saving since 1991-09-15). */
export type DayNumber = number;

/**
 * The quantity in which a clock counts.
 *
 * - `WORKDAY`: working days of the published calendar (DATE mode of the Administrative Licensing Law, Art. 82).
 * - `WORK_TIME`: milliseconds within office hours of working days.
 * - `DAY`: natural days; a limit that ends on a day off ends on the next working day (Civil Code, Art. 203).
 * - `TIME`: milliseconds of plain time.
 */
export const AXES = ['WORKDAY', 'WORK_TIME', 'DAY', 'TIME'] as const;
export type Axis = (typeof AXES)[number];

/** How a limit is published: amount and unit. `0` working days means "at once, on the day of the start". */
export const LIMIT_UNITS = ['WORKDAY', 'WORK_HOUR', 'DAY', 'HOUR', 'MONTH'] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];
export interface Limit {
  readonly amount: number;
  readonly unit: LimitUnit;
}

/** A stretch during which a clock does not count. `to: null` means that it has not ended yet. */
export interface Suspension {
  readonly from: Instant;
  readonly to: Instant | null;
}

/**
 * A clock is what a rule may ask about time: a position on an axis at which the limit is used up,
 * and the instant at which the clock stands still. Plain data: it can be stored, hashed and sent.
 */
export interface Clock {
  readonly axis: Axis;
  /** Amount allowed on the axis, without suspensions: days for `WORKDAY` and `DAY`, milliseconds otherwise. */
  readonly limit: number;
  /** Position on the axis at which the limit is used up (already moved by suspensions). */
  readonly due: number;
  /** The instant at which it stands still for good or for now (finish, open suspension); `null` while it runs. */
  readonly stoppedAt: Instant | null;
  /** True when the due position was reached through days that no published notice rules yet. */
  readonly provisional: boolean;
}

export interface DayEntry {
  readonly date: string;
  readonly name: string;
  readonly off: boolean;
}

/** One State Council notice (or a year's notices) as published. */
export interface HolidayNotice {
  /** The notice's year; its days can reach into the December before. */
  readonly year: number;
  readonly papers: readonly string[];
  readonly days: readonly DayEntry[];
}

/** A half-open stretch of minutes of a day, for example `[510, 720)` for 08:30 to 12:00. */
export interface OfficeSession {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Office hours in force from a date until the next entry. At most four sessions, ordered, not overlapping. */
export interface OfficeHours {
  readonly from: string;
  readonly sessions: readonly OfficeSession[];
}

/** Days that a region or a centre sets differently, with the document that says so. */
export interface CalendarOverlay {
  readonly id: string;
  /** Division code prefix or place id for which it holds. */
  readonly scope: string;
  readonly document: string;
  readonly days: readonly DayEntry[];
  readonly officeHours?: readonly OfficeHours[];
}

/** Everything a calendar is computed from; its canonical JSON is what the calendar's hash names. */
export interface CalendarData {
  readonly id: string;
  readonly notices: readonly HolidayNotice[];
  readonly overlays: readonly CalendarOverlay[];
  readonly officeHours: readonly OfficeHours[];
}

/** A compiled calendar; every question is O(1). Instants before 1991-09-15 are refused with a `CalendarRangeError`. */
export interface WorkCalendar {
  readonly id: string;
  /** SHA-256 (hex) of the canonical JSON of the data. */
  readonly hash: string;
  readonly data: CalendarData;
  readonly firstDay: DayNumber;
  readonly lastDay: DayNumber;
  /** Last day ruled by a published notice; days after it are provisional. */
  readonly lastCertainDay: DayNumber;
  isWorkday(day: DayNumber): boolean;
  /** Number of working days from the calendar's first day up to and including `day`. */
  workdayNumber(day: DayNumber): number;
  /** The day whose working-day number is `n`, itself a working day. */
  dayOfWorkday(n: number): DayNumber;
  /** Milliseconds of office time from the calendar's start up to `instant`. */
  workTime(instant: Instant): number;
  /** The earliest instant `t` with `workTime(t) >= position`. */
  instantOfWorkTime(position: number): Instant;
  /** Half working days begun up to `instant`: `2 × number of whole working days begun − (1 before the second session)`. */
  halfDaysBegun(instant: Instant): number;
  /** The earliest instant at which `halfDaysBegun` reaches `n`: 00:00 of a working day, or its second session's start. */
  instantOfHalfDay(n: number): Instant;
  isProvisional(day: DayNumber): boolean;
}
