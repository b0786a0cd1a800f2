import type { FactRecord } from '@gnomon/rule-engine';
import type { CaseView } from './case-view.ts';
import type { Child } from './child.ts';
import { clockOf, workdays } from './clocks.ts';

/** Mandatory children that had no result when the bundle was closed; `undefined` while one of them is not known. */
export function openAtClosing(view: CaseView): readonly Child[] | undefined {
  const { closing } = view;
  if (closing === null) return [];
  const mandatory = view.children.filter((child) => child.mandatory);
  if (mandatory.some(({ isKnown }) => !isKnown)) return undefined;
  return mandatory.filter(({ endedAt }) => endedAt === null || endedAt > closing.at);
}

/** How many children a closing left open, and the clock for putting it right: the last result, or opening it again. */
export function closingFacts(view: CaseView): FactRecord {
  const open = openAtClosing(view);
  if (open === undefined || view.closing === null) return { openAtClosing: open?.length };
  const { at, reopenedAt } = view.closing;
  const ends = open.map(({ endedAt }) => endedAt);
  const resultsAt = ends.includes(null) ? null : Math.max(at, ...ends.map((end) => end ?? at));
  return {
    openAtClosing: open.length,
    correction: clockOf({
      calendar: view.calendar,
      limit: workdays(1),
      start: at,
      stoppedAt: reopenedAt ?? resultsAt,
    }),
  };
}
