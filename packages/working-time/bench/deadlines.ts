/**
 * How many times faster a deadline 20 working days on is than with the npm package `chinese-days`,
 * both asked in this one run for the same start days, and their answers compared.
 *
 *     node packages/working-time/bench/deadlines.ts
 */
import { join } from 'node:path';
import chineseDays from 'chinese-days';
import { readCalendarFolder } from '../src/folder.ts';
import { compileCalendar, expiredFrom, formatDay, openClock, parseDay, startOfDay } from '../src/index.ts';

const calendar = compileCalendar(readCalendarFolder(join(import.meta.dirname, '../../../rules/calendar')));
const WORKDAYS = 20;
const days = Array.from({ length: 600 }, (_, index) => parseDay('2024-01-01') + index);
const starts = days.map((day) => startOfDay(day) + 9 * 3_600_000);

let sink = 0;
const perCall = {
  'due day alone (workdayNumber, dayOfWorkday)': nanoseconds(3000, (index) => {
    sink += calendar.dayOfWorkday(calendar.workdayNumber(days[index] as number) + WORKDAYS);
  }),
  'clock opened and its expiry found': nanoseconds(1000, (index) => {
    const clock = openClock({ calendar, limit: { amount: WORKDAYS, unit: 'WORKDAY' }, start: starts[index] as number });
    sink += expiredFrom(calendar, clock);
  }),
};
const texts = days.map(formatDay);
const other = nanoseconds(1, (index) => {
  sink += chineseDays.findWorkday(WORKDAYS, texts[index] as string).length;
});
const different = days.filter((day, index) => {
  const start = texts[index] as string;
  return (
    calendar.isWorkday(day) &&
    formatDay(calendar.dayOfWorkday(calendar.workdayNumber(day) + WORKDAYS)) !==
      chineseDays.findWorkday(WORKDAYS, start)
  );
});

console.log(
  `chinese-days: ${other.toFixed(0)} ns for each of ${days.length} deadlines ${WORKDAYS} working days on; ${different.length} different answers`,
);
for (const [what, ns] of Object.entries(perCall))
  console.log(`${what}: ${ns.toFixed(1)} ns, ${Math.round(other / ns)} times faster`);
if (different.length > 0 || sink === 0) process.exitCode = 1;

/** Nanoseconds a call over all start days, the best of five rounds after one to warm up. */
function nanoseconds(repeats: number, call: (index: number) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round++) {
    const begun = process.hrtime.bigint();
    for (let repeat = 0; repeat < repeats; repeat++) for (let index = 0; index < days.length; index++) call(index);
    const each = Number(process.hrtime.bigint() - begun) / (repeats * days.length);
    if (round > 0) best = Math.min(best, each);
  }
  return best;
}
