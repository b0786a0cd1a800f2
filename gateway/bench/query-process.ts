/** One process of `query.ts`: the subgraphs, or a gateway over them. Tells its parent where it is and how much CPU it used. */
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { authenticate, gatewayOver, listen, serveSubgraph, supergraphOf, threeDomains } from '../test/rig.ts';

const domains = threeDomains();
const [role, given] = process.argv.slice(2);
const servers = JSON.parse(given ?? '[]') as { name: string; url: string }[];

async function start(): Promise<unknown> {
  switch (role) {
    case 'subgraphs':
      return (await Promise.all(domains.all.map((subgraph) => serveSubgraph(subgraph)))).map(({ name, url }) => ({
        name,
        url,
      }));
    case 'stock':
      return await startStock();
    case 'http':
      return (await listen(await gatewayOver(domains.all, { subgraphs: servers }))).url;
    case 'in-process':
      return (await listen(await gatewayOver(domains.all))).url;
    default:
      throw new Error(`unknown role ${role}`);
  }
}

/** Apollo's gateway as its manual shows it, behind the same web server. */
async function startStock(): Promise<string> {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const { ApolloGateway, RemoteGraphQLDataSource } = await import('@apollo/gateway');
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphOf(domains.all),
    buildService: ({ name }) =>
      new RemoteGraphQLDataSource({ url: servers.find((server) => server.name === name)!.url }),
  });
  const server = new ApolloServer({ gateway, logger: { debug() {}, info() {}, warn() {}, error: console.error } });
  await server.start();
  const app = Fastify();
  app.post(
    '/graphql',
    fastifyApolloHandler(server, {
      context: async (request) => (await authenticate(request.headers.authorization)) as object,
    }) as never,
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/graphql`;
}

process.on('message', () => {
  for (const { asked } of domains.all) asked.length = 0;
  process.send!(process.cpuUsage());
});
process.send!(await start());
