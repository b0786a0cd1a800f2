import { Agency, SupervisionBody } from './Agency.ts';
import { accountMutations, accountQueries } from './accounts.ts';
import { Calendar } from './Calendar.ts';
import { Division } from './Division.ts';
import { Indicator, Parameter, RuleEdition } from './Indicator.ts';
import { LawMutation, LawQuery, RuleText } from './law.ts';
import { Mutation } from './Mutation.ts';
import { Place } from './Place.ts';
import { Query } from './Query.ts';
import { RuleExemption, RuleInForce, RuleOverlay } from './RulesInForce.ts';
import { ServiceItem, ServiceItemVersion } from './ServiceItem.ts';
import { Source } from './Source.ts';

/** All resolvers of the registry, by type. */
export const resolvers = {
  Query: { ...Query, ...LawQuery, ...accountQueries },
  Mutation: { ...Mutation, ...LawMutation, ...accountMutations },
  RuleText,
  Division,
  Agency,
  SupervisionBody,
  Place,
  ServiceItem,
  ServiceItemVersion,
  Source,
  Indicator,
  Parameter,
  RuleEdition,
  RuleInForce,
  RuleOverlay,
  RuleExemption,
  Calendar,
  Subject: { __resolveType: () => 'Source' },
};
