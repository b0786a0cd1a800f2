import { expiredFrom, type Instant, openClock, type WorkCalendar } from '@gnomon/working-time';
import { refusal } from './refusal.ts';
import { SEVERITY, type Signal } from './signal.ts';

/** How far ahead one may look, in working days: what lies further on is changed by what arrives, not by time. */
export const MOST_WORKDAYS_AHEAD = 10;

/**
 * The instant at which the n-th working day after today is over; 0: today, or the next working day when today is off.
 * @throws `BAD_INPUT` for a number outside 0…10, or a day that the calendar does not know.
 */
export function endOfWorkdaysAhead(calendar: WorkCalendar, now: Instant, workdays: number): Instant {
  if (!Number.isInteger(workdays) || workdays < 0 || workdays > MOST_WORKDAYS_AHEAD)
    throw refusal('BAD_INPUT', {
      zh: `withinWorkdays 应为 0 至 ${MOST_WORKDAYS_AHEAD} 的整数，收到 ${workdays}。`,
      en: `withinWorkdays: an integer from 0 to ${MOST_WORKDAYS_AHEAD} was expected, ${workdays} came.`,
    });
  return expiredFrom(calendar, openClock({ calendar, start: now, limit: { amount: workdays, unit: 'WORKDAY' } }));
}

/**
 * Of the signals that `advance` gives for time that has not passed yet: those that rise to a warning or higher until then,
 * soonest first. One whose instant lies in the past belongs to a subject whose records may lawfully still come.
 */
export function dueSoonOf(signals: readonly Signal[], until: Instant): readonly Signal[] {
  return signals
    .filter(
      ({ kind, level, turnedAt }) =>
        kind === 'ROSE' && SEVERITY[level] >= SEVERITY.WARNING && Date.parse(turnedAt) <= until,
    )
    .sort((a, b) => (a.turnedAt < b.turnedAt || (a.turnedAt === b.turnedAt && a.subject < b.subject) ? -1 : 1));
}
