import { readFileSync } from 'node:fs';
import { createRecordSubgraph } from '@gnomon/records';
import { DOMAIN } from './domain.ts';
import { resolvers } from './resolvers/index.ts';

/** Engineering approvals (工程建设项目审批): projects with their approvals, judged together and one by one. */
export const subgraph = createRecordSubgraph({
  domain: DOMAIN,
  typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4106,
  resolvers,
});
