import { fileURLToPath } from 'node:url';
import { openRecordWorld, type RecordTestWorld, rulesOf, viewer } from '@gnomon/records/test-world';
import { subgraph } from '../src/subgraph.ts';

export const LIBRARY = '115-licences';
export const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
export const WORK_ITEMS = 'work-items milestones';

// Loaded once a process.
let rules: ReturnType<typeof rulesOf> | undefined;

/** The subgraph of licences on a database of its own, under the published rules. */
export function openLicences(start: number | string): Promise<RecordTestWorld> {
  rules ??= rulesOf(fileURLToPath(new URL('../../../rules', import.meta.url)));
  return openRecordWorld(subgraph, { prefix: 'licence', start: new Date(start).toISOString(), rules });
}
