import { refusal } from '@gnomon/subgraph-kit';
import { formatDay, type HolidayNotice, parseDay, type WorkCalendar } from '@gnomon/working-time';

const MOST_DAYS = 400;

export const Calendar = {
  lastCertainOn: (calendar: WorkCalendar) => formatDay(calendar.lastCertainDay),
  years: (calendar: WorkCalendar) =>
    calendar.data.notices
      .toSorted((a, b) => a.year - b.year)
      .map((notice) => ({ ...notice, workdays: workdaysOf(calendar, notice) })),
  days: (calendar: WorkCalendar, period: { from: string; to: string }) => daysOf(calendar, period),
};

function workdaysOf(calendar: WorkCalendar, { year }: HolidayNotice): number {
  return calendar.workdayNumber(parseDay(`${year}-12-31`)) - calendar.workdayNumber(parseDay(`${year - 1}-12-31`));
}

function daysOf(calendar: WorkCalendar, { from, to }: { from: string; to: string }) {
  const first = parseDay(from);
  const last = parseDay(to);
  if (last < first || last - first >= MOST_DAYS || first < calendar.firstDay || last > calendar.lastDay) {
    throw refusal('BAD_INPUT', {
      zh: `from 至 to 应为 ${formatDay(calendar.firstDay)} 至 ${formatDay(calendar.lastDay)} 之间至多 ${MOST_DAYS} 天，收到 ${from} 至 ${to}。`,
      en: `from, to: at most ${MOST_DAYS} days between ${formatDay(calendar.firstDay)} and ${formatDay(calendar.lastDay)} were expected, ${from} to ${to} came.`,
    });
  }
  const names = new Map(
    [
      ...calendar.data.notices.flatMap((notice) => notice.days),
      ...calendar.data.overlays.flatMap((overlay) => overlay.days),
    ].map((day) => [day.date, day.name]),
  );
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
