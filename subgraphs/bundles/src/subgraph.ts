import { readFileSync } from 'node:fs';
import { createRecordSubgraph } from '@gnomon/records';
import { DOMAIN } from './domain.ts';
import { resolvers } from './resolvers/index.ts';

/** One-thing bundles (高效办成一件事) as a subgraph. */
export const subgraph = createRecordSubgraph({
  domain: DOMAIN,
  typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4105,
  resolvers,
});
