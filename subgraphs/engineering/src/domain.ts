import type { RecordDomain } from '@gnomon/records';
import { AGGREGATES } from './aggregates.ts';
import { APPROVAL } from './derive/approval.ts';
import { readPredecessors } from './derive/predecessors.ts';
import { projectKind } from './derive/project.ts';
import { TABLES } from './tables.ts';

/** Engineering projects and their approvals (工程建设项目审批), Art. 7(6), as a domain of records. */
export const DOMAIN: RecordDomain = {
  name: 'engineering',
  schemaName: 'engineering',
  domain: 'ENGINEERING',
  tables: TABLES,
  records: [APPROVAL, projectKind(readPredecessors(new URL('../data/predecessors.yaml', import.meta.url)))],
  aggregates: AGGREGATES,
  codeSystems: new URL('../data/code-systems.yaml', import.meta.url),
};
