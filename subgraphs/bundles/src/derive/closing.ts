import { clockOf } from '@gnomon/records';
import type { FactRecord } from '@gnomon/rule-engine';
import type { CaseView, Closing } from './case-view.ts';
import type { Child } from './child.ts';
import { workdays } from './clocks.ts';
import { earliest } from './kept.ts';

/** A closing with the mandatory children that had no result then; `children` is `undefined` while one of them is not known. */
export interface JudgedClosing extends Closing {
  readonly children: readonly Child[] | undefined;
}

/** The closing that has to be answered for: the last one that left a child open or unknown, else the last; `null` without any. */
export function closingToAnswer(view: CaseView): JudgedClosing | null {
  const judged = view.closings.map((closing) => ({ ...closing, children: openAt(closing.at, view) }));
  return judged.findLast(({ children }) => children === undefined || children.length > 0) ?? judged.at(-1) ?? null;
}

function openAt(at: number, { children }: CaseView): readonly Child[] | undefined {
  const mandatory = children.filter((child) => child.mandatory);
  if (mandatory.some(({ isKnown }) => !isKnown)) return undefined;
  return mandatory.filter(({ endedAt }) => endedAt === null || endedAt > at);
}

/** How many children a closing left open, and the clock for putting it right: the last result, or opening it again. */
export function closingFacts(view: CaseView): FactRecord {
  const closing = closingToAnswer(view);
  if (closing === null) return { openAtClosing: 0 };
  const { at, reopenedAt, children } = closing;
  if (children === undefined) return { openAtClosing: undefined };
  const ends = children.map(({ endedAt }) => endedAt);
  const resultsAt = ends.includes(null) ? null : Math.max(at, ...ends.map((end) => end ?? at));
  return {
    openAtClosing: children.length,
    correction: clockOf({
      calendar: view.calendar,
      limit: workdays(1),
      start: at,
      stoppedAt: earliest(reopenedAt, resultsAt),
    }),
  };
}
