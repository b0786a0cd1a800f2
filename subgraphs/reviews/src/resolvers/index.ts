import { subjectFields } from '@gnomon/records';
import { Query } from './Query.ts';
import { Review } from './Review.ts';
import { ReviewTicket } from './ReviewTicket.ts';
import { WorkItem } from './WorkItem.ts';

/** The domain's own resolvers, beside those that every domain of records has. */
export const resolvers = {
  Query,
  WorkItem,
  Review,
  ReviewTicket,
  ReviewAgencyMonth: subjectFields('review-agency-month'),
  ReviewWindow: subjectFields('review-window'),
  ReviewStaff: subjectFields('review-staff'),
  ReviewWindowDay: subjectFields('review-window-day'),
  ReviewChannelDay: subjectFields('review-channel-day'),
};
