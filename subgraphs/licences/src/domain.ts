import type { RecordDomain } from '@gnomon/records';
import { AGGREGATES } from './aggregates.ts';
import { RECORDS } from './records.ts';
import { LISTS, TABLES } from './tables.ts';

/** Electronic licences (电子证照), Art. 7(3), as a domain of records. */
export const DOMAIN: RecordDomain = {
  name: 'licences',
  schemaName: 'licences',
  domain: 'LICENCE',
  tables: TABLES,
  lists: LISTS,
  records: RECORDS,
  aggregates: AGGREGATES,
  follows: [
    {
      stream: 'work-items milestones',
      table: 'work_item_milestone',
      // Only a result that names a licence owes one.
      concerns: (facts) => typeof facts.licenceName === 'string' && facts.licenceName !== '',
    },
  ],
  codeSystems: new URL('../data/code-systems.yaml', import.meta.url),
};
