import {
  type BackgroundPart,
  createRounds,
  type Ports,
  type RequestContext,
  type SubgraphDefinition,
  typeDefsOf,
} from '@gnomon/subgraph-kit';
import { actLog } from './acts/follow.ts';
import { keepHeads } from './acts/keep-heads.ts';
import { actRoutes } from './acts/routes.ts';
import { createLoaders, type SupervisionContext } from './context.ts';
import { LOOP_STREAM } from './duties/judged.ts';
import { dutyParts } from './duties/timers.ts';
import { catchUp, followDomain } from './follow.ts';
import { CONTRADICTION_STREAM, createFinder } from './matter/find.ts';
import { type Environment, openChannels } from './notices/channels/open-channels.ts';
import { lateNotices } from './notices/metrics.ts';
import { noticeParts, openSecrets } from './notices/parts.ts';
import { produceDue } from './reports/produce.ts';
import { resolvers } from './resolvers/index.ts';

/** Streams of the domains; one that nobody writes yet is empty. Contradictions are told by supervision's own finder. */
const DOMAINS = [
  'work-items',
  'licences',
  'reviews',
  'bundles',
  'engineering',
  'centres',
  CONTRADICTION_STREAM,
  LOOP_STREAM,
] as const;

/**
 * Supervision (监督): the ledger of warnings and cards over the feeds of these domains. The environment says by which channels people are told.
 * @throws {Error} for a name that cannot be a stream.
 */
export function createSupervision(
  streams: readonly string[],
  env: Environment = process.env,
): SubgraphDefinition<SupervisionContext> {
  for (const stream of streams)
    if (!/^[a-z][a-z-]{1,39}$/.test(stream) || stream === 'supervision')
      throw new Error(`supervision: a domain's stream was expected, for example work-items; "${stream}" came.`);
  return {
    name: 'supervision',
    schemaName: 'supervision',
    typeDefs: typeDefsOf(new URL('../', import.meta.url)),
    migrations: new URL('../migrations/', import.meta.url),
    port: 4003,
    async open(ports) {
      const channels = openChannels(env, () => ports.time.now());
      const secretOf = await openSecrets(ports);
      const heads = ports.logHeads == null ? null : keepHeads(ports, ports.logHeads);
      return {
        resolvers,
        context: (request: RequestContext) => ({
          ...request,
          ports,
          streams,
          notices: { channels, secretOf },
          load: createLoaders(ports, request.scope),
        }),
        routes: (app, authenticate) => actRoutes(app, authenticate, ports),
        findings: async (now) => [...(await lateNotices(ports, now)), ...((await heads?.findings()) ?? [])],
        background: [
          contradictions(ports),
          ...dutyParts(ports),
          ...streams.map((stream) => follower(ports, stream)),
          ...noticeParts(ports, channels, secretOf),
          reportMaker(ports, streams),
          ...actLog(ports),
          ...(heads === null ? [] : [heads.part]),
        ],
        async close() {
          for (const channel of channels.values()) channel.close();
        },
      };
    },
  };
}

/** How often the finder looks for milestones and due matters. */
const LOOK_MS = 500;

/** Supervision over all domains. */
export const subgraph = createSupervision(DOMAINS);

function follower(ports: Ports, stream: string): BackgroundPart {
  return {
    name: `follow ${stream}`,
    run: (signal, onLook) => followDomain(ports, stream, signal, onLook),
    settle: async () => (await catchUp(ports, stream)) > 0,
  };
}

/** The finder of contradictions: milestones first, then what time alone turned. */
function contradictions(ports: Ports): BackgroundPart {
  const finder = createFinder(ports);
  const settle = async (): Promise<boolean> => {
    const taken = await finder.step();
    return taken > 0 || (await finder.passTime()) > 0;
  };
  return createRounds('contradictions', LOOK_MS, settle);
}

/** How often it is looked whether a period is to be reported on. */
const REPORT_LOOK_MS = 30_000;

/** Makes the feedback reports of periods that have ended. */
function reportMaker(ports: Ports, streams: readonly string[]): BackgroundPart {
  return createRounds('feedback reports', REPORT_LOOK_MS, async () => (await produceDue(ports, streams)) > 0);
}
