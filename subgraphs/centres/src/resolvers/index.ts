import { linkedFields } from '@gnomon/records';
import {
  CentreAgency,
  CentreAgencyMonth,
  CentreDay,
  CentreGroupDay,
  CentreMonth,
  StationMonth,
  StationQuarter,
} from './aggregates.ts';
import { Centre, CentreDevice } from './Centre.ts';
import { CentreWindow } from './CentreWindow.ts';
import { CentreWindowDay } from './CentreWindowDay.ts';
import { Query } from './Query.ts';
import { CentreFinding, CentreTicket, QueueTicket } from './tickets.ts';

/** The domain's own resolvers, beside those that every domain of records has. */
export const resolvers = {
  Query,
  WorkItem: linkedFields('workItem', { queueTickets: 'queue-ticket' }),
  Centre,
  CentreDevice,
  CentreWindow,
  CentreWindowDay,
  QueueTicket,
  CentreTicket,
  CentreFinding,
  CentreDay,
  CentreGroupDay,
  CentreMonth,
  CentreAgencyMonth,
  CentreAgency,
  StationMonth,
  StationQuarter,
};
