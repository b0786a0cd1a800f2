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
  const byOverlays = new Map<string, WorkCalendar>([['', base]]);
  const byScope = new Map<string, WorkCalendar>();
  const find = (scope: CalendarScope): WorkCalendar => {
    const key = overlaysInScope(data, scope)
      .map((overlay) => overlay.id)
      .join('\n');
    let calendar = byOverlays.get(key);
    if (calendar === undefined) byOverlays.set(key, (calendar = compileCalendar(data, scope)));
    return calendar;
  };
  return {
    base,
    in(scope) {
      // Asked at each judgement: a division or a place is resolved once.
      const key = scope.place === undefined ? (scope.division ?? '') : `${scope.division ?? ''}\n${scope.place}`;
      let calendar = byScope.get(key);
      if (calendar === undefined) byScope.set(key, (calendar = find(scope)));
      return calendar;
    },
  };
}
