import { CalendarDataError } from './errors.ts';
import type { CalendarData, CalendarOverlay } from './types.ts';

/** For whom a calendar is compiled. Without a division and a place no overlay holds: the published calendar itself. */
export interface CalendarScope {
  /** Division code without trailing zeros, for example `150121`. */
  readonly division?: string;
  /** Place id of a service centre. */
  readonly place?: string;
}

/**
 * The overlays that hold in a scope, from the widest division to the narrowest, a place's own last;
 * equal scopes in the order of their ids. Later ones win.
 * @throws {CalendarDataError} for an overlay without a scope or without the document that orders it
 */
export function overlaysInScope(data: CalendarData, scope: CalendarScope): readonly CalendarOverlay[] {
  for (const overlay of data.overlays) {
    if (overlay.scope !== '' && overlay.document !== '') continue;
    throw new CalendarDataError(
      data.id,
      `叠加项 ${overlay.id} 缺少适用范围或文号`,
      `overlay ${overlay.id} names no scope or no document`,
    );
  }
  return data.overlays
    .filter((overlay) => holdsIn(overlay, scope))
    .sort((a, b) => rank(a, scope) - rank(b, scope) || (a.id < b.id ? -1 : 1));
}

function holdsIn(overlay: CalendarOverlay, scope: CalendarScope): boolean {
  if (overlay.scope === scope.place) return true;
  return scope.division !== undefined && /^\d+$/.test(overlay.scope) && scope.division.startsWith(overlay.scope);
}

function rank(overlay: CalendarOverlay, scope: CalendarScope): number {
  return overlay.scope === scope.place ? Number.MAX_SAFE_INTEGER : overlay.scope.length;
}
