import { EventEmitter, on } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { requirePermission, requireViewer } from '../src/permission.ts';
import { refusal } from '../src/refusal.ts';
import type { BackgroundPart, OpenSubgraph, Ports, RequestContext, SubgraphDefinition } from '../src/types.ts';

/** What the tests of hosting look into. */
export interface ToyWorld {
  readonly events: EventEmitter;
  /** Subscription sources that are still open. */
  readonly open: Set<symbol>;
  closed: boolean;
  /** Whether the caller had gone when `gone` looked. */
  readonly gone: boolean[];
}

/** A subgraph of one of everything: an answer, a refusal, a fault, a subscription with cursors. */
export function toySubgraph(background: (ports: Ports) => readonly BackgroundPart[] = () => []): {
  definition: SubgraphDefinition<RequestContext>;
  world: ToyWorld;
} {
  const world: ToyWorld = { events: new EventEmitter(), open: new Set(), closed: false, gone: [] };
  const definition: SubgraphDefinition<RequestContext> = {
    name: 'toy',
    schemaName: 'toy',
    port: 0,
    migrations: new URL('./toy-migrations/', import.meta.url),
    typeDefs: `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])
      scalar DateTime
      type Query { me: String! add(a: Int!, b: Int!): Int! at(instant: DateTime!): DateTime! forbidden: String broken: String badCursor: String rows: Int! gone(afterMs: Int!): Boolean! }
      type Subscription { ticks(after: String): Int! }
      type Thing @key(fields: "id") { id: ID! }`,
    async open(ports): Promise<OpenSubgraph<RequestContext>> {
      return {
        context: (request) => request,
        background: background(ports),
        resolvers: {
          Query: {
            me: (_root: unknown, _args: unknown, context: RequestContext) => requireViewer(context).id,
            add: (_root: unknown, { a, b }: { a: number; b: number }) => a + b,
            at: (_root: unknown, { instant }: { instant: number }) => instant + 1,
            forbidden: (_root: unknown, _args: unknown, context: RequestContext) =>
              requirePermission(context, 'PUBLISH_REFERENCE').id,
            broken: () => {
              throw new Error('password=secret of table x');
            },
            badCursor: () => {
              throw refusal('BAD_CURSOR', { zh: '游标无效', en: 'bad cursor' });
            },
            gone: async (_root: unknown, { afterMs }: { afterMs: number }, context: RequestContext) => {
              await delay(afterMs);
              world.gone.push(context.signal?.aborted === true);
              return context.signal?.aborted === true;
            },
            rows: async () => (await ports.database.sql`select count(*)::int as n from toy_row`)[0]?.n,
          },
          Subscription: {
            ticks: {
              subscribe: (_root: unknown, { after }: { after?: string }, context: RequestContext) =>
                ticks(world, after, context.signal),
            },
          },
        },
        async close() {
          world.closed = true;
        },
      };
    },
  };
  return { definition, world };
}

async function* ticks(
  world: ToyWorld,
  after: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ ticks: number; cursor: string }> {
  const id = Symbol('ticks');
  world.open.add(id);
  try {
    // What a feed says of a place that it does not have.
    if (after === 'beyond')
      throw Object.assign(new Error('points beyond the newest entry'), { name: 'BadCursorError' });
    if (after !== undefined) yield { ticks: Number(after) + 1, cursor: `${Number(after) + 1}` };
    for await (const [tick] of on(world.events, 'tick', signal === undefined ? {} : { signal }))
      yield { ticks: tick as number, cursor: String(tick) };
  } finally {
    world.open.delete(id);
  }
}
