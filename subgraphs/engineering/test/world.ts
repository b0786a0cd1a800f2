import { fileURLToPath } from 'node:url';
import { openRecordWorld, type RecordTestWorld, rulesOf, viewer } from '@gnomon/records/test-world';
import { subgraph } from '../src/subgraph.ts';

export const SYSTEM = '115-engineering';
export const PUSHER = viewer('SOURCE', { id: 'approval-system', sources: [SYSTEM] });
export const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
export const OPERATOR = viewer('OPERATOR', { id: 'operator' });
export type PushedRow = Readonly<Record<string, string | number | boolean>>;

// Loaded once a process.
let rules: ReturnType<typeof rulesOf> | undefined;

/** The subgraph of engineering approvals on a database of its own, under the published rules. */
export function openEngineering(start: string): Promise<RecordTestWorld> {
  rules ??= rulesOf(fileURLToPath(new URL('../../../rules', import.meta.url)));
  return openRecordWorld(subgraph, { prefix: 'engineering', start, rules });
}
