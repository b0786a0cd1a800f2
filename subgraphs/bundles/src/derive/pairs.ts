import type { CaseView } from './case-view.ts';
import { type Child, startOf } from './child.ts';

/** Two ended children that could have been handled at the same time, and whether they were. */
export interface ParallelPair {
  /** The end of the later one. */
  readonly at: number;
  readonly isSerial: boolean;
}

/**
 * Pairs of children without a dependency between them, of which the one begun later had been created, and nothing kept
 * it waiting, before the other ended. None while the list does not tell the dependencies.
 */
export function parallelPairs(view: CaseView): readonly ParallelPair[] {
  const listed = view.list?.children;
  if (listed === undefined) return [];
  const byCode = new Map(view.children.map((child) => [child.code, child]));
  const needs = (code: string, other: string, seen: readonly string[] = []): boolean =>
    !seen.includes(code) &&
    (listed.get(code)?.dependsOn ?? []).some((one) => one === other || needs(one, other, [...seen, code]));
  const handled = view.children.flatMap((child) => {
    const startedAt = child.runningAt ?? startOf(child);
    return startedAt === null || child.endedAt === null
      ? []
      : [{ code: child.code, startedAt, endedAt: child.endedAt, waitedFrom: waitedFrom(child, byCode) }];
  });
  handled.sort((a, b) => a.startedAt - b.startedAt || (a.code < b.code ? -1 : 1));
  return handled.flatMap((first, index) =>
    handled.slice(index + 1).flatMap((second) => {
      if (needs(first.code, second.code) || needs(second.code, first.code)) return [];
      if (second.waitedFrom === null || second.waitedFrom >= first.endedAt) return [];
      return [{ at: Math.max(first.endedAt, second.endedAt), isSerial: second.startedAt >= first.endedAt }];
    }),
  );
}

/** Since when a child could have been begun: created, and every child that it depends on ended; `null` = not known. */
function waitedFrom(child: Child, byCode: ReadonlyMap<string, Child>): number | null {
  let from = child.createdAt;
  for (const code of child.listed?.dependsOn ?? []) {
    const before = byCode.get(code);
    if (before === undefined) continue;
    if (before.endedAt === null || from === null) return null;
    from = Math.max(from, before.endedAt);
  }
  return from;
}
