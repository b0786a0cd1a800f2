import { GraphQLError } from 'graphql';

import type { Limits } from '../limits.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { GatewayOptions } from '../options.ts';
import type { EdgeContext, SubgraphAnswer, SubgraphClient, SubgraphFetch } from '../types.ts';
import { batchEntities } from './entity-batcher.ts';
import { hostedClient } from './hosted-client.ts';
import { httpClient } from './http-client.ts';

/** All subgraphs of a gateway. */
export interface SubgraphClients {
  clientOf(name: string): SubgraphClient;
  ask(name: string, fetch: SubgraphFetch, isEntities: boolean): Promise<SubgraphAnswer>;
  /** Adds subgraphs that a reload brought; what is known stays. */
  learn(subgraphs: ReadonlyArray<{ readonly name: string; readonly url: string }>): void;
  close(): Promise<void>;
}
/** An assertion that lives up to 60 s is used for so long. */
const ASSERTION_REUSE_MS = 30_000;

type Ports = Pick<GatewayOptions, 'subgraphs' | 'assertion'> & {
  readonly limits: Limits;
  readonly metrics: GatewayMetrics;
  now(): number;
};

export function createSubgraphClients(ports: Ports): SubgraphClients {
  const clients = new Map<string, SubgraphClient>();
  const batchers = new Map<string, (fetch: SubgraphFetch) => Promise<SubgraphAnswer>>();
  const add = (name: string, url: string): void => {
    const given = ports.subgraphs.find((connection) => connection.name === name);
    if (clients.has(name) || (!given && !url)) return;
    const client = measured(
      given && 'hosted' in given ? hostedClient(given.hosted) : remote(ports, name, given ?? { url }),
      ports.metrics,
    );
    clients.set(name, client);
    batchers.set(name, batchEntities(client));
  };
  for (const connection of ports.subgraphs) add(connection.name, 'url' in connection ? connection.url : '');

  const clientOf = (name: string): SubgraphClient => {
    const client = clients.get(name);
    if (client) return client;
    throw new GraphQLError(`Subgraph "${name}" is in the supergraph but the gateway was given no connection to it`, {
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', messageZh: `领域“${name}”未接入`, serviceName: name },
    });
  };
  return {
    clientOf,
    ask(name, fetch, isEntities) {
      const client = clientOf(name);
      return isEntities ? batchers.get(name)!(fetch) : client.fetch(fetch);
    },
    learn(subgraphs) {
      for (const { name, url } of subgraphs) add(name, url);
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function remote(
  ports: Ports,
  name: string,
  connection: {
    readonly url: string;
    readonly wsUrl?: string;
    readonly pool?: Parameters<typeof httpClient>[0]['pool'];
  },
): SubgraphClient {
  const { url, wsUrl, pool } = connection;
  return httpClient({
    name,
    url,
    ...(wsUrl ? { wsUrl } : {}),
    ...(pool ? { pool } : {}),
    authorization: bearer(ports, name),
    answerTimeoutMs: ports.limits.subgraphTimeoutMs,
  });
}

/** Signs once a request and subgraph; a shared context (a pipeline's) signs again when its assertion grows old. */
function bearer(ports: Ports, name: string): (request: SubgraphFetch) => Promise<string | null> {
  const { assertion } = ports;
  if (!assertion) return async () => null;
  const signed = new WeakMap<EdgeContext, { readonly at: number; readonly header: Promise<string> }>();
  return ({ context }) => {
    const known = signed.get(context);
    if (known && ports.now() - known.at < ASSERTION_REUSE_MS) return known.header;
    const header = assertion(context, name).then((token) => `Bearer ${token}`);
    signed.set(context, { at: ports.now(), header });
    return header;
  };
}

function measured(client: SubgraphClient, metrics: GatewayMetrics): SubgraphClient {
  const answered = metrics.fetchSeconds.labels({ subgraph: client.name, outcome: 'answered' });
  const failed = metrics.fetchSeconds.labels({ subgraph: client.name, outcome: 'failed' });
  return {
    ...client,
    async fetch(request) {
      const startedAt = performance.now();
      try {
        const answer = await client.fetch(request);
        answered.observe((performance.now() - startedAt) / 1000);
        return answer;
      } catch (error) {
        failed.observe((performance.now() - startedAt) / 1000);
        throw error;
      }
    },
  };
}
