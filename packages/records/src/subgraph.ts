import { type Database, type Feed, runFolding, type TimeSource } from '@gnomon/store';
import type { OpenSubgraph, Ports, RequestContext, SubgraphDefinition } from '@gnomon/subgraph-kit';
import { readCatalogue } from './catalogue.ts';
import { readCodeLists } from './code-systems.ts';
import { followMilestones } from './follow-milestones.ts';
import { openKeyedHash } from './hash-key.ts';
import { createListBook } from './list-book.ts';
import { createTimers, type TimerPorts } from './pass-time.ts';
import { openReferenceCopy } from './reference-copy.ts';
import { readListed } from './store/listed.ts';
import type { RecordDomain } from './types.ts';

/** How a domain of records becomes a subgraph. */
export interface RecordSubgraphOptions<Context extends object> {
  readonly domain: RecordDomain;
  /** Text of the domain's own schema.graphql. */
  readonly typeDefs: string;
  readonly migrations: URL;
  /** Default port when started alone. */
  readonly port: number;
  /** The domain's own resolvers. */
  readonly resolvers?: Readonly<Record<string, unknown>>;
  /** What the domain's resolvers find in their context beside the request and the world. */
  readonly context?: (request: RequestContext, world: RecordWorld) => Context;
}

/** What is open as long as the subgraph is. */
export interface RecordWorld {
  readonly domain: RecordDomain;
  readonly database: Database;
  readonly feed: Feed;
  readonly time: TimeSource;
  readonly ports: TimerPorts;
}

/** A subgraph of a domain of records: taking in, keeping, deriving, judging and telling are done here. */
export function createRecordSubgraph<Context extends object = object>(
  options: RecordSubgraphOptions<Context>,
): SubgraphDefinition<RequestContext & Context> {
  const { domain, typeDefs, migrations, port } = options;
  return {
    name: domain.name,
    schemaName: domain.schemaName,
    typeDefs,
    migrations,
    port,
    open: (ports) => openRecords(options, ports),
  };
}

async function openRecords<Context extends object>(
  options: RecordSubgraphOptions<Context>,
  given: Ports,
): Promise<OpenSubgraph<RequestContext & Context>> {
  const { domain } = options;
  const world = await openWorld(domain, given);
  return {
    resolvers: options.resolvers ?? {},
    context: (request) => ({ ...request, ...(options.context?.(request, world) ?? ({} as Context)) }),
    background: world.background,
    close: async () => {},
  };
}

async function openWorld(
  domain: RecordDomain,
  given: Ports,
): Promise<RecordWorld & Pick<OpenSubgraph<object>, 'background'>> {
  const { database, feed, rules, time, log } = given;
  const catalogue = readCatalogue(domain);
  const lists = createListBook();
  for (const row of await database.transaction(readListed)) lists.put(row);
  const reference = await openReferenceCopy(database, feed, domain.name, async () => {});
  const ports: Omit<TimerPorts, 'milestonesUntil'> = {
    ...{ catalogue, database, rules, reference, lists, log, time },
    codes: readCodeLists(domain.codeSystems),
    hash: await openKeyedHash(database),
    listsChanged: (page) => {
      for (const row of page.changes()) lists.put(row);
    },
  };
  const follower = followMilestones(ports, feed, () => whole);
  const whole: TimerPorts = { ...ports, milestonesUntil: follower.until };
  return {
    ...{ domain, database, feed, time, ports: whole },
    background: [
      { name: 'reference', run: (signal) => reference.follow(signal), settle: () => reference.catchUp() },
      ...follower.parts,
      createTimers(whole),
      { name: 'tallies', run: (signal) => runFolding({ database, signal }) },
    ],
  };
}
