import { join } from 'node:path';
import { readCalendarFolder } from '../src/folder.ts';
import { type CalendarData, type CalendarOverlay, compileCalendar, type Instant, parseInstant } from '../src/index.ts';

/** The calendar that the project publishes. */
export const published: CalendarData = readCalendarFolder(join(import.meta.dirname, '../../../rules/calendar'));
export const calendar = compileCalendar(published);

/** A centre with summer hours, one long session in winter, and four short ones for a spell. */
export const seasonalOverlay: CalendarOverlay = {
  id: 'seasonal',
  scope: 'centre-1',
  document: 'test 1',
  days: [],
  officeHours: [
    { from: '2024-05-01', sessions: [session(8, 0, 12, 0), session(15, 0, 18, 30)] },
    { from: '2024-09-28', sessions: [session(8, 30, 12, 0), session(14, 30, 17, 30)] },
    { from: '2024-12-01', sessions: [session(9, 0, 16, 0)] },
    {
      from: '2025-01-20',
      sessions: [session(8, 0, 9, 0), session(9, 30, 10, 0), session(13, 0, 13, 1), session(16, 0, 24, 0)],
    },
    { from: '2025-03-01', sessions: [session(8, 30, 12, 0), session(14, 30, 17, 30)] },
  ],
};
export const seasonal = compileCalendar({ ...published, overlays: [seasonalOverlay] }, { place: 'centre-1' });

/** `2024-09-23 09:00` or `2024-09-23`, in China. */
export function at(text: string): Instant {
  const [date, time = '00:00'] = text.split(' ');
  return parseInstant(`${date}T${time}+08:00`);
}

function session(fromHour: number, fromMinute: number, toHour: number, toMinute: number) {
  return { fromMinute: fromHour * 60 + fromMinute, toMinute: toHour * 60 + toMinute };
}
