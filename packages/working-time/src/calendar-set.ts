import { compileCalendar } from './calendar.ts';
import { type CalendarScope, overlaysInScope } from './overlay-scope.ts';
import type { CalendarData, WorkCalendar } from './types.ts';

/** The calendars of every place, compiled once for each combination of overlays. */
export interface CalendarSet {
  /** The published calendar without any overlay. */
  readonly base: WorkCalendar;
  /** The calendar that holds for a division or a place; the base when no overlay does. */
  in(scope: CalendarScope): WorkCalendar;
}

/** Compiles the published calendar now and the others when they are first asked for. */
export function createCalendarSet(data: CalendarData): CalendarSet {
  const base = compileCalendar(data);
  const compiled = new Map<string, WorkCalendar>([['', base]]);
  return {
    base,
    in(scope) {
      if (data.overlays.length === 0) return base;
      const key = overlaysInScope(data, scope)
        .map((overlay) => overlay.id)
        .join('\n');
      let calendar = compiled.get(key);
      if (calendar === undefined) compiled.set(key, (calendar = compileCalendar(data, scope)));
      return calendar;
    },
  };
}
