import { readFileSync } from 'node:fs';
import { createRecordSubgraph } from '@gnomon/records';
import { centres } from './domain.ts';
import { resolvers } from './resolvers/index.ts';

/** Service centres (政务服务中心运行) as a subgraph. */
export const subgraph = createRecordSubgraph({
  domain: centres,
  typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4107,
  resolvers,
});
