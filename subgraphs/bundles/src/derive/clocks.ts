import { clockOf } from '@gnomon/records';
import type { Clock, Limit, Suspension } from '@gnomon/working-time';
import type { CaseView } from './case-view.ts';
import { type Child, startOf } from './child.ts';
import { earliest } from './kept.ts';

export const workdays = (amount: number): Limit => ({ amount, unit: 'WORKDAY' });
export const workHours = (amount: number): Limit => ({ amount, unit: 'WORK_HOUR' });

/**
 * When the case was over: ended without a finish, or closed, every created child with its result and delivered.
 * `null` while any of that is missing.
 */
export function overAt(view: CaseView): number | null {
  if (view.terminatedAt !== null) return view.terminatedAt;
  if (view.finishedAt === null || (view.needsDelivery && view.deliveredAt === null)) return null;
  const ends = view.children.map(({ endedAt }) => endedAt);
  return ends.includes(null) ? null : Math.max(view.finishedAt, view.deliveredAt ?? 0, ...ends.map((end) => end ?? 0));
}

/** The clock of the whole case: by the published limit, else by the critical path of its children. */
export function promiseClock(view: CaseView): Clock | undefined {
  if (view.acceptedAt === null || view.list === undefined) return undefined;
  const path = view.list.promise === null ? criticalPathWorkdays(view) : undefined;
  const limit = view.list.promise ?? (path === undefined ? undefined : workdays(path));
  if (limit?.unit !== 'WORKDAY') return undefined;
  return clockOf({
    calendar: view.calendar,
    limit,
    start: view.acceptedAt,
    suspensions: sharedSuspensions(view.children, missingCodes(view).length > 0),
    stoppedAt: overAt(view),
  });
}

/** Codes of mandatory children that were not created; none while the list is not known. */
export function missingCodes(view: CaseView): readonly string[] {
  const created = new Set(view.children.map(({ code }) => code));
  return [...(view.list?.children?.values() ?? [])]
    .filter(({ code, mandatory }) => mandatory && !created.has(code))
    .map(({ code }) => code);
}

/** Longest chain of limits along the dependencies; children that may run in parallel are not added up. */
export function criticalPathWorkdays(view: CaseView): number | undefined {
  const listed = view.list?.children;
  if (listed === undefined) return undefined;
  const created = new Map(view.children.map((child) => [child.code, child]));
  const own = (code: string): number | undefined =>
    created.get(code)?.limitWorkdays ?? listed.get(code)?.slotWorkdays ?? undefined;
  const takesPart = (code: string): boolean => created.has(code) || listed.get(code)?.mandatory === true;
  const walk = (code: string, above: readonly string[]): number | undefined => {
    const limit = own(code);
    if (limit === undefined || above.includes(code)) return undefined;
    const before = (listed.get(code)?.dependsOn ?? []).filter(takesPart);
    return longest(
      before.map((one) => walk(one, [...above, code])),
      limit,
    );
  };
  const codes = [...new Set([...created.keys(), ...listed.keys()])].filter(takesPart);
  return codes.length === 0
    ? undefined
    : longest(
        codes.map((code) => walk(code, [])),
        0,
      );
}

function longest(paths: readonly (number | undefined)[], and: number): number | undefined {
  const known = paths.filter((path) => path !== undefined);
  return known.length < paths.length ? undefined : and + Math.max(0, ...known);
}

/**
 * Stretches in which every child without a result was suspended, and there was at least one. A mandatory child that was
 * not created is never suspended.
 */
export function sharedSuspensions(children: readonly Child[], isAnyMissing: boolean): readonly Suspension[] {
  if (isAnyMissing) return [];
  const edges = new Set<number>();
  for (const { suspensions, endedAt } of children) {
    if (endedAt !== null) edges.add(endedAt);
    for (const { from, to } of suspensions) {
      edges.add(from);
      if (to !== null) edges.add(to);
    }
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const shared: { from: number; to: number | null }[] = [];
  for (const [index, from] of sorted.entries()) {
    if (!areAllSuspended(children, from)) continue;
    const to = sorted[index + 1] ?? null;
    const last = shared.at(-1);
    if (last !== undefined && last.to === from) last.to = to;
    else shared.push({ from, to });
  }
  return shared;
}

function areAllSuspended(children: readonly Child[], at: number): boolean {
  const open = children.filter(({ endedAt }) => endedAt === null || endedAt > at);
  return (
    open.length > 0 &&
    open.every(({ suspensions }) => suspensions.some(({ from, to }) => from <= at && (to === null || at < to)))
  );
}

/** A child's clock under a limit in working days, moved by its suspensions, also by those that are only told as a number. */
export function childClock(child: Child, view: CaseView, limit: number | null): Clock | undefined {
  const start = startOf(child);
  if (start === null || limit === null) return undefined;
  const clock = clockOf({
    calendar: view.calendar,
    limit: workdays(limit),
    start,
    suspensions: child.suspensions,
    stoppedAt: earliest(child.endedAt, view.terminatedAt),
  });
  return clock === undefined ? undefined : { ...clock, due: clock.due + child.untoldSuspendedWorkdays };
}

/** The clock of the case as far as it ran while the child had no result. */
export function bundleWhileOpen(promise: Clock | undefined, child: Child): Clock | undefined {
  return promise === undefined ? undefined : { ...promise, stoppedAt: earliest(promise.stoppedAt, child.endedAt) };
}
