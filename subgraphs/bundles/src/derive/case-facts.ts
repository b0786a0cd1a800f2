import { clockOf } from '@gnomon/records';
import type { FactRecord, Facts } from '@gnomon/rule-engine';
import type { CaseView } from './case-view.ts';
import { type Child, startOf } from './child.ts';
import { bundleWhileOpen, childClock, overAt, promiseClock, workdays, workHours } from './clocks.ts';
import { closingFacts } from './closing.ts';
import { consistencyFacts } from './consistency.ts';
import { earliest } from './kept.ts';
import { materialFacts } from './materials.ts';
import { noticeFacts } from './notices.ts';

/** The facts of a case as rules/facts/bundle-case.yaml lists them; what is absent is unknown. */
export function caseFacts(view: CaseView): Facts {
  const promise = promiseClock(view);
  return {
    state: view.state,
    open: overAt(view) === null,
    accepted: view.acceptedAt !== null,
    finished: view.finishedAt !== null,
    closed: view.closings.length > 0,
    promise,
    children: view.children.map((child) => ({
      id: child.code,
      open: child.endedAt === null && view.terminatedAt === null,
      started: startOf(child) !== null,
      clock: childClock(child, view, child.limitWorkdays),
      hasStatutory: child.statutoryWorkdays === undefined ? undefined : child.statutoryWorkdays !== null,
      statutory: childClock(child, view, child.statutoryWorkdays ?? null),
      bundle: bundleWhileOpen(promise, child),
      ...dispatchFacts(child, view),
    })),
    expected: expectedFacts(view),
    ...consistencyFacts(view),
    ...closingFacts(view),
    ...noticeFacts(view),
    ...materialFacts(view),
  };
}

/** Dispatch runs from the last of acceptance, creation and the ends of the children that this one waits for. */
function dispatchFacts(child: Child, view: CaseView): FactRecord {
  const from = dispatchOwedFrom(child, view);
  const { calendar, terminatedAt } = view;
  const stoppedAt = earliest(child.dispatchedAt, terminatedAt);
  const signedAt = earliest(child.signedAt, terminatedAt);
  const isOwed = from === undefined ? undefined : from !== null;
  return {
    dispatchOwed: child.dispatchedAt !== null ? true : isOwed,
    dispatched: child.dispatchedAt !== null,
    ...(typeof from === 'number' || child.dispatchedAt !== null
      ? {
          dispatch: clockOf({ calendar, limit: workHours(2), start: from ?? child.dispatchedAt ?? 0, stoppedAt }),
          dispatchDays: clockOf({ calendar, limit: workdays(1), start: from ?? child.dispatchedAt ?? 0, stoppedAt }),
        }
      : {}),
    ...(child.dispatchedAt === null
      ? {}
      : {
          signIn: clockOf({ calendar, limit: workHours(4), start: child.dispatchedAt, stoppedAt: signedAt }),
          signInDays: clockOf({ calendar, limit: workdays(1), start: child.dispatchedAt, stoppedAt: signedAt }),
        }),
  };
}

/** `null` while it is not owed yet, `undefined` while the list does not say what it waits for. */
function dispatchOwedFrom(child: Child, view: CaseView): number | null | undefined {
  if (view.acceptedAt === null) return null;
  if (view.list?.children === undefined) return undefined;
  const waited = (child.listed?.dependsOn ?? []).flatMap((code) => view.children.filter((one) => one.code === code));
  if (waited.some(({ endedAt }) => endedAt === null)) return null;
  return Math.max(view.acceptedAt, child.createdAt ?? 0, ...waited.map(({ endedAt }) => endedAt ?? 0));
}

/** The children that the list makes mandatory, each with its clock of creation; `undefined` without a complete list. */
function expectedFacts(view: CaseView): readonly FactRecord[] | undefined {
  const listed = view.list?.children;
  if (listed === undefined) return undefined;
  const { calendar, acceptedAt } = view;
  return [...listed.values()]
    .filter(({ mandatory }) => mandatory)
    .map(({ code }) => {
      const created = view.children.find((child) => child.code === code);
      const stoppedAt = earliest(created?.createdAt ?? null, view.terminatedAt);
      const start = acceptedAt ?? view.appliedAt ?? 0;
      return {
        id: code,
        created: created !== undefined,
        creation: clockOf({ calendar, limit: workHours(4), start, stoppedAt }),
        creationDays: clockOf({ calendar, limit: workdays(1), start, stoppedAt }),
      };
    });
}
