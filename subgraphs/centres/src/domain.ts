import type { RecordDomain } from '@gnomon/records';
import { AGGREGATES } from './aggregates.ts';
import { RECORDS } from './derive/index.ts';
import { LISTS, TABLES } from './tables.ts';

/** The operation of service centres (政务服务中心运行, Measures Art. 7(7)) as a domain of records. */
export const centres: RecordDomain = {
  name: 'centres',
  schemaName: 'centres',
  domain: 'CENTRE',
  tables: TABLES,
  lists: LISTS,
  records: RECORDS,
  aggregates: AGGREGATES,
  // Work items count for a centre from their acceptance on.
  follows: [
    {
      stream: 'work-items milestones',
      table: 'work_item',
      concerns: (facts) => typeof facts.acceptedAt === 'number',
    },
  ],
  codeSystems: new URL('../data/code-systems.yaml', import.meta.url),
};
