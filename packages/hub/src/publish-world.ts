import type { Viewer } from '@gnomon/identity';
import type { ReferenceAgency, ReferenceItem, ReferenceSource } from '@gnomon/reference';
import { requestContext } from '@gnomon/subgraph-kit';
import type { Hub } from './open-hub.ts';
import { agencyInput, itemInput, sourceInput } from './reference-input.ts';

/** Reference data of an invented world. */
export interface World {
  readonly agencies: readonly ReferenceAgency[];
  readonly items: readonly ReferenceItem[];
  readonly sources: readonly ReferenceSource[];
}

const BATCH = 500;
const ANSWER =
  '... on PublishAccount { taken unchanged refused { key field reason { zh en } } } ... on PublishRefused { message { zh en } }';

/** Sends a document to the graph and gives its data. */
type Ask = (query: string, variables: object) => Promise<{ readonly data?: unknown; readonly errors?: unknown }>;

/** Publishes a world through the graph, as an operator would; objects that are published already stay as they are. */
export async function publishWorld(hub: Hub, world: World, operator: Viewer): Promise<void> {
  await publishAll(world, async (query, variables) =>
    hub.gateway.execute({
      query,
      variables: variables as Record<string, unknown>,
      context: requestContext(operator, 'publish'),
    }),
  );
}

/** The same over HTTP, with an operator's token. */
export async function publishReference(hubUrl: string, token: string, world: World): Promise<void> {
  await publishAll(world, async (query, variables) => {
    const response = await fetch(`${hubUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: unknown; errors?: unknown };
  });
}

async function publishAll(world: World, ask: Ask): Promise<void> {
  await publish(ask, 'publishAgencies', 'PublishAgenciesInput', 'agencies', world.agencies.map(agencyInput));
  await publish(ask, 'publishServiceItems', 'PublishServiceItemsInput', 'items', world.items.map(itemInput));
  await publish(ask, 'publishSources', 'PublishSourcesInput', 'sources', world.sources.map(sourceInput));
}

async function publish(
  ask: Ask,
  mutation: string,
  input: string,
  list: string,
  objects: readonly object[],
): Promise<void> {
  const query = `mutation Publish($input: ${input}!) { ${mutation}(input: $input) { ${ANSWER} } }`;
  for (let start = 0; start < objects.length; start += BATCH) {
    const result = await ask(query, { input: { [list]: objects.slice(start, start + BATCH) } });
    const answer = (result.data as Record<string, { refused?: readonly object[]; message?: object }> | null)?.[
      mutation
    ];
    if (result.errors !== undefined || answer?.message !== undefined || (answer?.refused?.length ?? 0) > 0) {
      throw new Error(
        `${mutation} was refused: ${JSON.stringify(result.errors ?? answer?.message ?? answer?.refused?.slice(0, 3))}`,
      );
    }
  }
}
