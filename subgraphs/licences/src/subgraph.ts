import { readFileSync } from 'node:fs';
import { createRecordSubgraph } from '@gnomon/records';
import { DOMAIN } from './domain.ts';
import { resolvers } from './resolvers/index.ts';

/** Electronic licences (电子证照): what libraries push, judged by Art. 7(3). */
export const subgraph = createRecordSubgraph({
  domain: DOMAIN,
  typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4103,
  resolvers,
});
