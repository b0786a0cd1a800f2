import { readFileSync } from 'node:fs';
import { createJudgedSubjects, createLoader, kitMetrics, type SubgraphDefinition } from '@gnomon/subgraph-kit';
import { type BookshopContext, createResolvers } from './resolvers.ts';
import { complaintsById } from './store.ts';

/** Complaints of a chain of bookshops: taken in, judged, told. */
export const subgraph: SubgraphDefinition<BookshopContext> = {
  name: 'bookshop',
  schemaName: 'bookshop',
  typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4199,
  async open(ports) {
    const { database, rules, time, log } = ports;
    const judged = createJudgedSubjects({
      database,
      table: 'subject',
      stream: 'bookshop',
      domain: 'BOOKSHOP',
      typeOf: () => 'Complaint',
      scopeItem: (item) => item,
      rules,
      time,
      log,
      metrics: kitMetrics(ports.metrics),
    });
    return {
      resolvers: createResolvers(ports, judged),
      context: (request) => ({
        ...request,
        complaint: createLoader(
          (ids: readonly string[]) => database.asViewer(request.scope, (tx) => complaintsById(tx, ids)),
          ({ id }) => id,
        ),
      }),
      background: [judged.timers],
      async close() {},
    };
  },
};
