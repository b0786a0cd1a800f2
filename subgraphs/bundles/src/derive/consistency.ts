import type { FactRecord } from '@gnomon/rule-engine';
import type { CaseView } from './case-view.ts';
import { type Child, stateAt } from './child.ts';
import { missingCodes } from './clocks.ts';
import { type BundleState, isAllowed } from './state-matrix.ts';

/**
 * Whether the states of bundle and children agree, and since when they do not. It is computed from the times of the
 * events: the latest run, within the bundle's present state, of instants after which the pair was not allowed.
 * A mandatory child without a result under a finished bundle is left to OT-04, one that was not created to OT-06.
 */
export function consistencyFacts(view: CaseView): FactRecord {
  const { state, stateAt: since } = view;
  if (state === undefined || since === null || view.children.some(({ isKnown }) => !isKnown)) return {};
  let inconsistentSince: number | undefined;
  for (const at of eventsSince(view.children, since).reverse()) {
    if (isAllowedAt(view, state, at)) break;
    inconsistentSince = at;
  }
  return { consistent: inconsistentSince === undefined, inconsistentSince };
}

function isAllowedAt(view: CaseView, state: BundleState, at: number): boolean {
  const children = view.children.flatMap((child) => {
    const own = stateAt(child, at);
    return own === null ? [] : [{ state: own, mandatory: child.mandatory }];
  });
  return isAllowed(state, children, {
    missing: missingCodes(view).length,
    applicantWithdrew: view.applicantWithdrew,
  });
}

/** The instant of the state, and the later ones at which a child changed, in order. */
function eventsSince(children: readonly Child[], since: number): number[] {
  const instants = new Set([since]);
  for (const { createdAt, noticeAt, acceptedAt, runningAt, endedAt } of children)
    for (const at of [createdAt, noticeAt, acceptedAt, runningAt, endedAt])
      if (at !== null && at > since) instants.add(at);
  return [...instants].sort((a, b) => a - b);
}
