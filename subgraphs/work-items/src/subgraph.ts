import {
  createIntake,
  horizonOf,
  openReferenceCopy,
  periodEnd,
  rehearsalTypeDefs,
  rowRoutes,
  sendersOf,
} from '@gnomon/records';
import { basicItemCode, type ReferenceSource } from '@gnomon/reference';
import { runFolding } from '@gnomon/store';
import {
  createJudgedSubjects,
  kitMetrics,
  type OpenSubgraph,
  type Ports,
  type SubgraphDefinition,
  typeDefsOf,
} from '@gnomon/subgraph-kit';
import { arrivalsAnew, SUBJECT_TYPES, sourceArrivals } from './aggregate-subjects.ts';
import { openApplicantHash } from './applicant-key.ts';
import { openClockPorts } from './citizen-clock/ports.ts';
import { readCodeSystems } from './code-systems.ts';
import { type WorkItemsContext, type World, workItemsContext } from './context.ts';
import { createTimers } from './pass-time.ts';
import { createRejudging } from './rejudge.ts';
import { resolvers } from './resolvers/index.ts';
import { rowStreamOf } from './row-stream.ts';
import { closedUntil } from './store/periods.ts';
import { createPushDays, type IntakePorts, STREAM, takeChunk } from './take-chunk.ts';

/** Work items (办件): takes in what sources push, keeps every version, derives facts, judges, and tells signals. */
export const subgraph: SubgraphDefinition<WorkItemsContext> = {
  name: 'work-items',
  schemaName: 'work_items',
  typeDefs: rehearsalTypeDefs(typeDefsOf(new URL('../', import.meta.url))),
  migrations: new URL('../migrations/', import.meta.url),
  port: 4102,
  open: openWorkItems,
};

async function openWorkItems(given: Ports): Promise<OpenSubgraph<WorkItemsContext>> {
  const { database, feed, rules, time, log, metrics } = given;
  // Timers of aggregates are held back by open history imports, like those of items; and by periods that are still to be closed,
  // since closing brings what a source's silence and a day's rates are judged on, at the instant of the period's end.
  let horizon = time.now();
  const refreshHorizon = async (): Promise<void> => {
    horizon = await database.transaction(async (tx) => closedUntil(tx, await horizonOf(tx, time.now())));
  };
  const inner = createJudgedSubjects({
    database,
    table: 'subject',
    stream: STREAM,
    domain: 'DATA_PUSH',
    typeOf: (kind) => SUBJECT_TYPES[kind] ?? kind,
    scopeItem: basicItemCode,
    endOf: periodEnd,
    rules,
    time: { now: () => horizon },
    log,
    metrics: kitMetrics(metrics),
    anew: (tx, at) => arrivalsAnew(tx, { rules, reference }, at),
  });
  const judged = {
    ...inner,
    async passTime() {
      await refreshHorizon();
      return inner.passTime();
    },
  };
  const onSource = async (sources: readonly ReferenceSource[]): Promise<void> => {
    const at = time.now();
    await database.transaction(async (tx) => {
      // The intake catches up while the background follows: of two that see a new source, the second finds it judged and tells nothing.
      await tx`/* lockSources */ select pg_advisory_xact_lock(hashtextextended('work-items sources', 0))`;
      await judged.take(
        tx,
        await sourceArrivals(
          tx,
          { rules, reference },
          sources.map((source) => source.id),
          at,
        ),
      );
    });
  };
  const reference = await openReferenceCopy(database, feed, 'work-items', onSource);
  const codes = readCodeSystems();
  const ports: IntakePorts = {
    database,
    rules,
    reference,
    codes,
    log,
    judged,
    pushedOn: createPushDays(),
    hashApplicant: await openApplicantHash(database),
  };
  const intake = createIntake(
    { name: STREAM, database, reference, takeChunk: (chunk) => takeChunk(ports, chunk) },
    () => time.now(),
  );
  const clock = await openClockPorts(database);
  const world: World = { clock, database, feed, rules, time, codes, reference, intake, ports };
  return {
    resolvers,
    context: (request) => workItemsContext(request, world),
    routes: (app, authenticate) => rowRoutes(app, authenticate, rowStreamOf(world)),
    senders: () => sendersOf(reference, time.now()),
    agency: reference.agency,
    background: [
      {
        name: 'reference',
        run: reference.follow,
        settle: () => reference.catchUp(),
      },
      createRejudging({ ...ports, time }),
      createTimers({ ...ports, time }),
      { name: 'tallies', everyMs: 3_000, run: (signal, onRound) => runFolding({ database, signal, onRound }) },
    ],
    close: async () => {},
  };
}
