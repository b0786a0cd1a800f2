import {
  type CalendarData,
  dayOf,
  formatDay,
  type Instant,
  type Suspension,
  startOfDay,
  weekdayOf,
} from '../src/index.ts';

/*
 * The same law, told the slow way: no numbers, no sums, no inverses. It looks every day up in the published lists
 * and walks from day to day and from minute to minute. It is the judge of the fast one in tests.
 */

/** Looks days and minutes up in published data, with at most one overlay that holds everywhere. */
export class NaiveCalendar {
  readonly #off: ReadonlyMap<string, boolean>;
  readonly #data: CalendarData;

  constructor(data: CalendarData) {
    this.#data = data;
    this.#off = new Map(data.notices.flatMap((notice) => notice.days.map((entry) => [entry.date, entry.off])));
  }

  isWorkday(day: number): boolean {
    const off = this.#off.get(formatDay(day));
    return off === undefined ? weekdayOf(day) >= 1 && weekdayOf(day) <= 5 : !off;
  }

  isOfficeMinute(minuteStart: Instant): boolean {
    const day = dayOf(minuteStart);
    const minute = (minuteStart - startOfDay(day)) / 60_000;
    return (
      this.isWorkday(day) &&
      this.sessions(day).some(({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute)
    );
  }

  sessions(day: number) {
    const date = formatDay(day);
    const lists = [this.#data.officeHours, ...this.#data.overlays.map((overlay) => overlay.officeHours ?? [])];
    const inForce = lists.map((list) =>
      list.filter((hours, index) => hours.from <= date || (list === lists[0] && index === 0)).at(-1),
    );
    return inForce.filter((hours) => hours !== undefined).at(-1)!.sessions;
  }

  /** Whether the day's first half is not over: before the second session, or before the middle of the only one. */
  isFirstHalf(instant: Instant): boolean {
    const day = dayOf(instant);
    const [only, second] = this.sessions(day);
    const half = second === undefined ? (only!.fromMinute + only!.toMinute) / 2 : second.fromMinute;
    return instant - startOfDay(day) < half * 60_000;
  }

  /** Office milliseconds in `[from, to)`, counted minute by minute. */
  officeTime(from: Instant, to: Instant): number {
    let time = 0;
    for (let minute = Math.floor(from / 60_000) * 60_000; minute < to; minute += 60_000) {
      if (this.isOfficeMinute(minute)) time += Math.min(to, minute + 60_000) - Math.max(from, minute);
    }
    return time;
  }

  /** Working days in `(after, upTo]`; negative when `upTo` lies before. */
  workdaysBetween(after: number, upTo: number): number {
    if (upTo < after) return -this.workdaysBetween(upTo, after);
    let days = 0;
    for (let day = after + 1; day <= upTo; day++) if (this.isWorkday(day)) days += 1;
    return days;
  }
}

export interface NaiveWorkdayClock {
  readonly dueDay: number;
  /** The day at whose start it stands still, when a suspension has not ended. */
  readonly standsFromDay: number | null;
}

/** Walks day by day from the start and counts the working days that no suspension takes out. */
export function walkWorkdays(
  calendar: NaiveCalendar,
  start: Instant,
  days: number,
  suspensions: readonly Suspension[],
): NaiveWorkdayClock {
  const startDay = dayOf(start);
  const takes = ({ from, to }: Suspension, day: number) => dayOf(from) <= day && (to === null || day < dayOf(to));
  const isSuspended = (day: number) => day > startDay && suspensions.some((suspension) => takes(suspension, day));
  const open = suspensions.filter(({ to }) => to === null);
  let rest = days === 0 && !calendar.isWorkday(startDay) ? 1 : days;
  let day = startDay;
  while (rest > 0) {
    day += 1;
    if (open.some((suspension) => takes(suspension, day))) {
      let first = day;
      while (isSuspended(first - 1)) first -= 1;
      const earlier = suspensions.filter(({ from, to }) => to !== null && Math.max(dayOf(from), startDay + 1) < first);
      return { dueDay: walkWorkdays(calendar, start, days, earlier).dueDay, standsFromDay: first };
    }
    if (calendar.isWorkday(day) && !isSuspended(day)) rest -= 1;
  }
  return { dueDay: day, standsFromDay: null };
}

/** Walks minute by minute: the first instant by which so much unsuspended office time has passed (suspensions at whole minutes). */
export function walkOfficeTime(
  calendar: NaiveCalendar,
  start: Instant,
  time: number,
  suspensions: readonly { from: Instant; to: Instant }[],
): Instant {
  let rest = time;
  for (let now = start; ; ) {
    const minute = Math.floor(now / 60_000) * 60_000;
    const next = minute + 60_000;
    const counts =
      calendar.isOfficeMinute(minute) && !suspensions.some(({ from, to }) => from <= minute && minute < to);
    if (counts && rest <= next - now) return now + rest;
    if (counts) rest -= next - now;
    now = next;
  }
}
