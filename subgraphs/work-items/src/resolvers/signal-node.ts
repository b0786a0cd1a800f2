import { isWithin } from '@gnomon/identity';
import type { RowScope } from '@gnomon/store';
import type { Signal } from '@gnomon/subgraph-kit';

/** A signal as the graph gives it. The feed entry is complete: no query for an event. */
export function signalNode(signal: Signal, cursor: string) {
  return {
    ...signal,
    cursor,
    indicator: { id: signal.rule },
    subjectId: signal.subject,
    agency: signal.agency === '' ? null : { uscc: signal.agency },
    division: signal.division === '' ? null : { code: signal.division },
  };
}

/** Whether the viewer may see the signal: the same test that row security makes. */
export function isVisible(signal: Signal, scope: RowScope): boolean {
  return isWithin(scope, { division: signal.division || null, agency: signal.agency || null, source: signal.source });
}
