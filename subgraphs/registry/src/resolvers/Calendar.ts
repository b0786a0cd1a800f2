import { refusal } from '@gnomon/subgraph-kit';
import { formatDay, type HolidayNotice, parseDay, type WorkCalendar } from '@gnomon/working-time';

const MOST_DAYS = 400;

/** A calendar and the division or place it was asked for; `null` = the national one. */
export interface CalendarAnswer {
  readonly calendar: WorkCalendar;
  readonly scope: string | null;
}

export const Calendar = {
  id: ({ calendar }: CalendarAnswer) => calendar.id,
  hash: ({ calendar }: CalendarAnswer) => calendar.hash,
  lastCertainOn: ({ calendar }: CalendarAnswer) => formatDay(calendar.lastCertainDay),
  years: ({ calendar }: CalendarAnswer) =>
    calendar.data.notices
      .toSorted((a, b) => a.year - b.year)
      .map((notice) => ({ ...notice, workdays: workdaysOf(calendar, notice) })),
  days: (answer: CalendarAnswer, period: { from: string; to: string }) => daysOf(answer, period),
};

function workdaysOf(calendar: WorkCalendar, { year }: HolidayNotice): number {
  return calendar.workdayNumber(parseDay(`${year}-12-31`)) - calendar.workdayNumber(parseDay(`${year - 1}-12-31`));
}

function daysOf({ calendar, scope }: CalendarAnswer, { from, to }: { from: string; to: string }) {
  const first = parseDay(from);
  const last = parseDay(to);
  if (last < first || last - first >= MOST_DAYS || first < calendar.firstDay || last > calendar.lastDay) {
    throw refusal('BAD_INPUT', {
      zh: `from 至 to 应为 ${formatDay(calendar.firstDay)} 至 ${formatDay(calendar.lastDay)} 之间至多 ${MOST_DAYS} 天，收到 ${from} 至 ${to}。`,
      en: `from, to: at most ${MOST_DAYS} days between ${formatDay(calendar.firstDay)} and ${formatDay(calendar.lastDay)} were expected, ${from} to ${to} came.`,
    });
  }
  const names = namesOf(calendar, scope);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const day = first + index;
    const date = formatDay(day);
    return {
      date,
      workday: calendar.isWorkday(day),
      name: names.get(date) ?? null,
      provisional: calendar.isProvisional(day),
    };
  });
}

/** Names of days in the notices, and in the overlays that hold in the scope. */
function namesOf({ data }: WorkCalendar, scope: string | null): ReadonlyMap<string, string> {
  const overlays = data.overlays.filter(
    (overlay) =>
      scope !== null && (overlay.scope === scope || (/^\d+$/.test(overlay.scope) && scope.startsWith(overlay.scope))),
  );
  return new Map([...data.notices, ...overlays].flatMap(({ days }) => days.map(({ date, name }) => [date, name])));
}
