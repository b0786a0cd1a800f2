import { linkedFields } from '@gnomon/records';
import { Licence } from './Licence.ts';
import { Query } from './Query.ts';
import {
  LicenceAgencyDay,
  LicenceAgencyMonth,
  LicenceDuty,
  LicenceError,
  LicenceNumber,
  LicenceTypeMonth,
} from './subjects.ts';

/** The domain's own resolvers, beside those that every domain of records has. */
export const resolvers = {
  Query,
  WorkItem: linkedFields('workItem', { licences: 'licence' }),
  Licence,
  LicenceDuty,
  LicenceNumber,
  LicenceError,
  LicenceAgencyDay,
  LicenceAgencyMonth,
  LicenceTypeMonth,
};
