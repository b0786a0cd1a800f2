import { CitizenClock, citizenMutations, citizenQueries } from '../citizen-clock/resolvers.ts';
import { AgencyItemMonth, AgencyMonth, SourceDay } from './aggregates.ts';
import { IntakeBatch } from './IntakeBatch.ts';
import { Mutation } from './Mutation.ts';
import { Query } from './Query.ts';
import { Subscription } from './Subscription.ts';
import { WorkItem } from './WorkItem.ts';

/** Every resolver of the subgraph, by type. Interfaces and unions are told by `__typename`. */
export const resolvers = {
  Query: { ...Query, ...citizenQueries },
  Mutation: { ...Mutation, ...citizenMutations },
  Subscription,
  WorkItem,
  CitizenClock,
  IntakeBatch,
  SourceDay,
  AgencyMonth,
  AgencyItemMonth,
};
