import type { Signal } from '@gnomon/subgraph-kit';

/** What time alone will turn, as the type `DueSoon` of the graph has it. */
export function dueNode(signal: Signal) {
  return {
    turnsAt: Date.parse(signal.turnedAt),
    level: signal.level,
    indicator: { id: signal.rule },
    subjectKind: signal.subjectKind,
    subjectId: signal.subject,
    agency: signal.agency === '' ? null : { uscc: signal.agency },
    division: signal.division === '' ? null : { code: signal.division },
    message: signal.message,
  };
}
