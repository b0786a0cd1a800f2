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
