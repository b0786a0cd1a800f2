import { runFolding } from '@gnomon/store';
import type { OpenSubgraph, Ports, RequestContext, SubgraphDefinition } from '@gnomon/subgraph-kit';
import { type RecordContext, type RecordWorld, recordAccess } from './access.ts';
import { readCatalogue } from './catalogue.ts';
import { readCodeLists } from './code-systems.ts';
import { followMilestones } from './follow-milestones.ts';
import { openKeyedHash } from './hash-key.ts';
import { createIntake, type Intake } from './intake.ts';
import { createListBook } from './list-book.ts';
import { createTimers, type TimerPorts } from './pass-time.ts';
import { openReferenceCopy } from './reference-copy.ts';
import { mergeResolvers, recordResolvers } from './resolvers/index.ts';
import { type RowStream, rowRoutes } from './row-routes.ts';
import { prefixOf, recordTypeDefs } from './schema-text.ts';
import { sendersOf } from './senders.ts';
import { closeBatch } from './store/batches.ts';
import { readListed } from './store/listed.ts';
import { takeChunk } from './take-chunk.ts';
import type { RecordDomain } from './types.ts';

/** How a domain of records becomes a subgraph. */
export interface RecordSubgraphOptions<Context extends object> {
  readonly domain: RecordDomain;
  /** Text of the domain's own schema.graphql; its first line names the shared part and the prefix (schema-text.ts). */
  readonly typeDefs: string;
  readonly migrations: URL;
  /** Default port when started alone. */
  readonly port: number;
  /** The domain's own resolvers. */
  readonly resolvers?: Readonly<Record<string, unknown>>;
  /** What the domain's resolvers find in their context beside the request and the world. */
  readonly context?: (request: RequestContext, world: RecordWorld) => Context;
}

/** A subgraph of a domain of records: taking in, keeping, deriving, judging and telling are done here. */
export function createRecordSubgraph<Context extends object = object>(
  options: RecordSubgraphOptions<Context>,
): SubgraphDefinition<RecordContext & Context> {
  const { domain, migrations, port } = options;
  return {
    name: domain.name,
    schemaName: domain.schemaName,
    typeDefs: recordTypeDefs(options.typeDefs),
    migrations,
    port,
    open: (ports) => openRecords(options, ports),
  };
}

async function openRecords<Context extends object>(
  options: RecordSubgraphOptions<Context>,
  given: Ports,
): Promise<OpenSubgraph<RecordContext & Context>> {
  const { domain } = options;
  const prefix = prefixOf(options.typeDefs);
  const { background, ...world } = await openWorld(domain, prefix, given);
  return {
    resolvers: mergeResolvers(recordResolvers(prefix), options.resolvers ?? {}),
    context: (request) => ({
      ...request,
      records: recordAccess(request, world),
      ...(options.context?.(request, world) ?? ({} as Context)),
    }),
    routes: (app, authenticate) => rowRoutes(app, authenticate, rowStream(world)),
    senders: () => sendersOf(world.ports.reference, given.time.now()),
    agency: world.ports.reference.agency,
    background,
    close: async () => {},
  };
}

async function openWorld(
  domain: RecordDomain,
  prefix: string,
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
    ...{ domain, prefix, database, feed, time, ports: whole, intake: intakeOf(whole) },
    background: [
      { name: 'reference', run: reference.follow, settle: () => reference.catchUp() },
      ...follower.parts,
      createTimers(whole),
      { name: 'tallies', everyMs: 3_000, run: (signal, onRound) => runFolding({ database, signal, onRound }) },
    ],
  };
}

function intakeOf(ports: TimerPorts): Intake {
  const { catalogue, database, reference, time } = ports;
  const { name } = catalogue.domain;
  return createIntake({ name, database, reference, takeChunk: (chunk) => takeChunk(ports, chunk) }, () => time.now());
}

function rowStream({ domain, database, time, intake, ports }: RecordWorld): RowStream {
  return {
    name: domain.name,
    intake,
    close: (id) => database.transaction((tx) => closeBatch(tx, domain.name, id, time.now())),
    belongsTo({ value }) {
      const fields = (value ?? {}) as Record<string, unknown>;
      const key = ports.catalogue.table(String(fields.table))?.placements[0]?.key ?? [];
      return key.map((name) => String(fields[name] ?? '')).join(':');
    },
  };
}
