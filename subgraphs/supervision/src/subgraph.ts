import { readFileSync } from 'node:fs';
import type { BackgroundPart, Ports, RequestContext, SubgraphDefinition } from '@gnomon/subgraph-kit';
import { createLoaders, type SupervisionContext } from './context.ts';
import { catchUp, followDomain } from './follow.ts';
import { resolvers } from './resolvers/index.ts';

/** Streams of the domains that exist today. */
const DOMAINS_TODAY = ['work-items'] as const;

/**
 * Supervision (监督): the ledger of warnings and cards over the feeds of these domains.
 * @throws {Error} for a name that cannot be a stream.
 */
export function createSupervision(streams: readonly string[]): SubgraphDefinition<SupervisionContext> {
  for (const stream of streams)
    if (!/^[a-z][a-z-]{1,39}$/.test(stream) || stream === 'supervision')
      throw new Error(`supervision: a domain's stream was expected, for example work-items; "${stream}" came.`);
  return {
    name: 'supervision',
    schemaName: 'supervision',
    typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
    migrations: new URL('../migrations/', import.meta.url),
    port: 4003,
    async open(ports) {
      return {
        resolvers,
        context: (request: RequestContext) => ({
          ...request,
          ports,
          streams,
          load: createLoaders(ports, request.scope),
        }),
        background: streams.map((stream) => follower(ports, stream)),
        async close() {},
      };
    },
  };
}

/** Supervision over the domains that exist today. */
export const subgraph = createSupervision(DOMAINS_TODAY);

function follower(ports: Ports, stream: string): BackgroundPart {
  return {
    name: `follow ${stream}`,
    run: (signal) => followDomain(ports, stream, signal),
    settle: async () => (await catchUp(ports, stream)) > 0,
  };
}
