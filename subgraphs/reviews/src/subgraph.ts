import { readFileSync } from 'node:fs';
import { createRecordSubgraph } from '@gnomon/records';
import { domain } from './domain.ts';
import { resolvers } from './resolvers/index.ts';

/** Reviews (好差评): what review systems push, judged by Art. 7(4). */
export const subgraph = createRecordSubgraph({
  domain,
  typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4104,
  resolvers,
});
