import { type OpenSubgraph, type SubgraphDefinition, typeDefsOf } from '@gnomon/subgraph-kit';
import { type RegistryContext, registryContext } from './context.ts';
import { resolvers } from './resolvers/index.ts';
import { loadDivisions } from './store/divisions.ts';
import { recordPack } from './store/rule-editions.ts';

export { MAX_BATCH, type Publisher, publishReference, type ReferenceSet } from './publish.ts';
export type { RefusedObject } from './refused.ts';

/** The registry (基础登记): divisions, agencies, places, service items, sources, calendars and the published rules. */
export const subgraph: SubgraphDefinition<RegistryContext> = {
  name: 'registry',
  schemaName: 'registry',
  typeDefs: typeDefsOf(new URL('../', import.meta.url)),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4101,
  async open({ database, rules, time, log, ended }): Promise<OpenSubgraph<RegistryContext>> {
    const loaded = await loadDivisions(database);
    if (loaded > 0) log.info({ divisions: loaded }, 'division table filled');
    await recordPack(database, rules.current().pack, rules.current().since ?? time.now());
    // Editions are recorded one after another, in the order in which packs came into force.
    let recording = Promise.resolve();
    const unsubscribe = rules.onChange(({ pack, since }) => {
      const at = since ?? time.now();
      recording = recording
        .then(() => recordPack(database, pack, at))
        .catch((err: unknown) =>
          log.error(
            { err, pack: pack.hash },
            'the new rules are in force but their edition is not on record; it is recorded at the next start',
          ),
        );
    });
    return {
      resolvers,
      context: (request) =>
        registryContext(request, { database, rules, time, ...(ended === undefined ? {} : { ended }) }),
      background: [],
      async close() {
        unsubscribe();
        await recording;
      },
    };
  },
};
