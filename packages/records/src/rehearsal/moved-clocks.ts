import type { Facts } from '@gnomon/rule-engine';
import { type Clock, dayOf, expiredFrom, formatDay, type Instant, type WorkCalendar } from '@gnomon/working-time';

const MOST_DAYS = 20;

/** A running clock that ends otherwise under another calendar. */
export interface MovedClock {
  readonly clock: string;
  /** `Infinity`: it does not run out. */
  readonly fromAt: Instant;
  readonly toAt: Instant;
  readonly wasProvisional: boolean;
  readonly isProvisional: boolean;
  /** Days up to the later end that are working days in one calendar only. */
  readonly because: readonly string[];
}

/** The running clocks among the facts that move, or are no longer provisional. Lists of a subject are gone through too. */
export function movedClocks(
  before: { readonly facts: Facts; readonly calendar: WorkCalendar },
  after: { readonly facts: Facts; readonly calendar: WorkCalendar },
  now: Instant,
): readonly MovedClock[] {
  const next = new Map(clocksIn(after.facts));
  return clocksIn(before.facts).flatMap(([name, old]) => {
    const clock = next.get(name);
    if (clock === undefined || old.stoppedAt !== null) return [];
    const [fromAt, toAt] = [expiredFrom(before.calendar, old), expiredFrom(after.calendar, clock)];
    if (fromAt === toAt && old.provisional === clock.provisional) return [];
    const last = Math.max(...[fromAt, toAt].filter(Number.isFinite), now);
    const because = daysBetween(before.calendar, after.calendar, now, last);
    return [{ clock: name, fromAt, toAt, wasProvisional: old.provisional, isProvisional: clock.provisional, because }];
  });
}

/** A moved clock as the graph shows it. */
export function movedNode(
  subject: { readonly type: string; readonly id: string; readonly agency: string },
  { fromAt, toAt, ...moved }: MovedClock,
) {
  return {
    ...moved,
    subjectType: subject.type,
    subjectId: subject.id,
    agency: subject.agency === '' ? null : { uscc: subject.agency },
    fromAt: Number.isFinite(fromAt) ? fromAt : null,
    toAt: Number.isFinite(toAt) ? toAt : null,
  };
}

function clocksIn(facts: Facts): readonly (readonly [string, Clock])[] {
  return Object.entries(facts).flatMap(([name, value]): (readonly [string, Clock])[] => {
    if (isClock(value)) return [[name, value]];
    if (!Array.isArray(value)) return [];
    return value.flatMap((element: unknown, index) =>
      typeof element === 'object' && element !== null
        ? Object.entries(element).flatMap(([field, inner]): (readonly [string, Clock])[] =>
            isClock(inner) ? [[`${name}[${(element as { id?: string }).id ?? index}].${field}`, inner]] : [],
          )
        : [],
    );
  });
}

/** Whether a fact is a clock. */
export function isClock(value: unknown): value is Clock {
  return typeof value === 'object' && value !== null && 'axis' in value && 'due' in value;
}

function daysBetween(before: WorkCalendar, after: WorkCalendar, from: Instant, to: Instant): readonly string[] {
  const days: string[] = [];
  const last = Math.min(dayOf(to), before.lastDay, after.lastDay);
  for (let day = dayOf(from); day <= last && days.length < MOST_DAYS; day += 1)
    if (before.isWorkday(day) !== after.isWorkday(day)) days.push(formatDay(day));
  return days;
}
