import { dayOf, type Instant, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import type { RuleTextKind } from './rule-text.ts';

/** Working days between publication and force (dossier 5.7); neither the day of publication nor that of force counts. */
export const WAITING_WORKDAYS = 5;

/**
 * The earliest instant of force of a text that is published at `now`. At once: an exemption, a correction proved to favour the bodies, and
 * calendars, which tell of holidays that somebody else has decided.
 */
export function earliestForce(
  kind: RuleTextKind,
  isFavourable: boolean,
  calendar: WorkCalendar,
  now: Instant,
): Instant {
  if (isFavourable || kind === 'EXEMPTION' || kind === 'CALENDAR_NOTICE' || kind === 'CALENDAR_OVERLAY') return now;
  const last = calendar.dayOfWorkday(calendar.workdayNumber(dayOf(now)) + WAITING_WORKDAYS);
  return startOfDay(last + 1);
}
