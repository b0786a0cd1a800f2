import { dayOf, type Instant, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { REPEALED, type RuleText } from './rule-text.ts';

/** Working days between publication and force (dossier 5.7); neither the day of publication nor that of force counts. */
export const WAITING_WORKDAYS = 5;

/**
 * The earliest instant of force of a text that is published at `now`. At once: an exemption, a correction proved to favour the bodies, and
 * calendars, which tell of holidays that somebody else has decided. The end of a relief waits like a rule.
 */
export function earliestForce(
  { kind, text, isFavourable }: Pick<RuleText, 'kind' | 'text' | 'isFavourable'>,
  calendar: WorkCalendar,
  now: Instant,
): Instant {
  const isAtOnce = isFavourable || kind === 'EXEMPTION' || kind === 'CALENDAR_NOTICE' || kind === 'CALENDAR_OVERLAY';
  if (isAtOnce && text !== REPEALED) return now;
  const last = calendar.dayOfWorkday(calendar.workdayNumber(dayOf(now)) + WAITING_WORKDAYS);
  return startOfDay(last + 1);
}
