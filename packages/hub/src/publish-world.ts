import type { Viewer } from '@gnomon/identity';
import type { CastAgency, CastItem, CastSource } from '@gnomon/province';
import { requestContext } from '@gnomon/subgraph-kit';
import { itemInput, sourceInput } from './demo-world.ts';
import type { Hub } from './open-hub.ts';

/** Reference data of an invented world. */
export interface World {
  readonly agencies: readonly CastAgency[];
  readonly items: readonly CastItem[];
  readonly sources: readonly CastSource[];
}

const BATCH = 500;
const ANSWER =
  '... on PublishAccount { taken unchanged refused { key field reason { zh en } } } ... on PublishRefused { message { zh en } }';

/** Publishes a world through the graph, as an operator would; objects that are published already stay as they are. */
export async function publishWorld(hub: Hub, world: World, operator: Viewer): Promise<void> {
  await publish(
    hub,
    operator,
    'publishAgencies',
    'PublishAgenciesInput',
    'agencies',
    world.agencies.map(({ from, to, level: _level, ...agency }) => ({ ...agency, validFrom: from, validTo: to })),
  );
  await publish(hub, operator, 'publishServiceItems', 'PublishServiceItemsInput', 'items', world.items.map(itemInput));
  await publish(hub, operator, 'publishSources', 'PublishSourcesInput', 'sources', world.sources.map(sourceInput));
}

async function publish(
  hub: Hub,
  operator: Viewer,
  mutation: string,
  input: string,
  list: string,
  objects: readonly object[],
): Promise<void> {
  const query = `mutation Publish($input: ${input}!) { ${mutation}(input: $input) { ${ANSWER} } }`;
  for (let start = 0; start < objects.length; start += BATCH) {
    const result = await hub.gateway.execute({
      query,
      variables: { input: { [list]: objects.slice(start, start + BATCH) } },
      context: requestContext(operator, `publish-${list}-${start}`),
    });
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
