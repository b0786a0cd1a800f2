import { subjectFields } from '@gnomon/records';
import { BundleCase } from './BundleCase.ts';
import { PublishedBundle } from './PublishedBundle.ts';
import { Query } from './Query.ts';

/** The domain's own resolvers, beside those that every domain of records has. */
export const resolvers = {
  Query,
  BundleCase,
  PublishedBundle,
  BundleAgencyMonth: subjectFields('bundle-agency-month'),
  BundleAgency: subjectFields('bundle-agency'),
  BundleDivisionMonth: subjectFields('bundle-division-month'),
};
