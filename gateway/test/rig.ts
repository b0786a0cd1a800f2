import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { Viewer } from '@gnomon/identity';
import Fastify from 'fastify';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import pino from 'pino';
import { Registry } from 'prom-client';
import { WebSocketServer } from 'ws';
import { composeSupergraph } from '../src/compose.ts';
import {
  createGateway,
  type EdgeContext,
  type Gateway,
  type GatewayOptions,
  type InProcessSubgraph,
  type SubgraphConnection,
} from '../src/index.ts';

/** A subgraph of the tests: schema and resolvers, reachable in process or served over HTTP. */
export interface TestSubgraph extends InProcessSubgraph {
  readonly typeDefs: string;
  readonly schema: GraphQLSchema;
  /** Documents that it was asked, newest last, with their variables. */
  readonly asked: {
    readonly document: DocumentNode;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly context: EdgeContext;
  }[];
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@external", "@requires", "@provides"])\n';

export function testSubgraph(name: string, typeDefs: string, resolvers: object): TestSubgraph {
  const text = LINK + typeDefs;
  const schema = buildSubgraphSchema([{ typeDefs: parse(text), resolvers: resolvers as never }]);
  const asked: TestSubgraph['asked'] = [];
  return {
    name,
    typeDefs: text,
    schema,
    asked,
    async execute({ document, variables, operationName, context }) {
      asked.push({ document, variables, context });
      return await execute({
        schema,
        document,
        variableValues: variables,
        operationName: operationName ?? null,
        contextValue: context,
      });
    },
    async subscribe({ document, variables, operationName, context }) {
      asked.push({ document, variables, context });
      const args = {
        schema,
        document,
        variableValues: variables,
        operationName: operationName ?? null,
        contextValue: context,
      };
      const events = await createSourceEventStream(args);
      return Symbol.asyncIterator in events
        ? completed(args, events as AsyncIterable<{ readonly cursor?: string }>)
        : events;
    },
  };
}

/** What a subgraph's server does: each event executed, its cursor beside the data. */
async function* completed(args: ExecutionArgs, events: AsyncIterable<{ readonly cursor?: string }>) {
  for await (const event of events) {
    const result = await execute({ ...args, rootValue: event });
    yield event.cursor === undefined ? result : { ...result, extensions: { cursor: event.cursor } };
  }
}

/** An append-only log that subscribers follow from any place: the oracle of what must be delivered. */
export class EventLog<Event extends { readonly seq: number }> {
  readonly events: Event[] = [];
  readonly #waiting = new Set<() => void>();
  /** When set, every open stream fails once: an upstream that is lost. */
  #generation = 0;

  append(event: Event): void {
    this.events.push(event);
    this.wake();
  }
  breakStreams(): void {
    this.#generation++;
    this.wake();
  }
  wake(): void {
    for (const resolve of [...this.#waiting]) resolve();
  }
  async *follow(after: number | null): AsyncGenerator<Event, void, void> {
    const generation = this.#generation;
    for (let place = after ?? this.events.length; ; ) {
      if (generation !== this.#generation) throw new Error('the stream broke');
      const event = this.events[place];
      if (event) {
        place++;
        yield event;
      } else {
        await new Promise<void>((resolve) => {
          const done = () => {
            this.#waiting.delete(done);
            resolve();
          };
          this.#waiting.add(done);
        });
      }
    }
  }
}

export interface CardEvent {
  readonly seq: number;
  readonly level: string;
  readonly item: string;
}

/** Three domains of the shape that Gnomon has: reference data, work items, cards with a feed. */
export function threeDomains(log = new EventLog<CardEvent>()) {
  const registry = testSubgraph(
    'registry',
    /* GraphQL */ `
      type Agency @key(fields: "uscc") { uscc: ID! name: String! division: Division }
      type Division @key(fields: "code") { code: ID! name: String! }
      type Query { agencies(first: Int): [Agency!]! agency(uscc: ID!): Agency }
    `,
    {
      Query: {
        agencies: (_: unknown, { first = 3 }: { first?: number }) =>
          Array.from({ length: first }, (_, index) => ({ uscc: `A${index}` })),
        agency: (_: unknown, { uscc }: { uscc: string }) => ({ uscc }),
      },
      Agency: {
        __resolveReference: (reference: { uscc: string }) => (reference.uscc === 'A-missing' ? null : reference),
        name: ({ uscc }: { uscc: string }) => {
          if (uscc === 'A-broken') throw new Error(`agency ${uscc} is broken`);
          return `机构 ${uscc}`;
        },
        division: ({ uscc }: { uscc: string }) => ({ code: `15${uscc.length}` }),
      },
      Division: { name: ({ code }: { code: string }) => `区划 ${code}` },
    },
  );
  const workItems = testSubgraph(
    'work-items',
    /* GraphQL */ `
      interface Subject { id: ID! }
      type WorkItem implements Subject @key(fields: "id") { id: ID! title: String! agency: Agency! state: State! steps: [Step!]! score: Float days: Int must: String! }
      type Step { name: String! handler: String }
      type Batch implements Subject @key(fields: "id") { id: ID! rows: Int! }
      type Agency @key(fields: "uscc", resolvable: false) { uscc: ID! }
      enum State { OPEN DONE }
      union Found = WorkItem | Batch
      type Query { workItems(first: Int): [WorkItem!]! workItem(id: ID!): WorkItem subjects: [Subject!]! found: [Found!]! }
      type Mutation { rename(id: ID!, title: String!): WorkItem }
    `,
    {
      Query: {
        workItems: (_: unknown, { first = 3 }: { first?: number }) =>
          Array.from({ length: first }, (_, index) => workItem(`W${index}`)),
        workItem: (_: unknown, { id }: { id: string }) => (id === 'none' ? null : workItem(id)),
        subjects: () => [workItem('W1'), { __typename: 'Batch', id: 'B1', rows: 7 }],
        found: () => [{ __typename: 'Batch', id: 'B1', rows: 7 }, workItem('W2')],
      },
      Mutation: { rename: (_: unknown, { id, title }: { id: string; title: string }) => ({ ...workItem(id), title }) },
      WorkItem: { __resolveReference: ({ id }: { id: string }) => workItem(id) },
      Subject: { __resolveType: (value: { __typename: string }) => value.__typename },
      Found: { __resolveType: (value: { __typename: string }) => value.__typename },
    },
  );
  const supervision = testSubgraph(
    'supervision',
    /* GraphQL */ `
      enum Level { WARNING YELLOW RED UNKNOWN NONE }
      type WorkItem @key(fields: "id") { id: ID! cards(level: Level): [Card!]! }
      type Card @key(fields: "id") { id: ID! level: Level! subject: WorkItem }
      type CardEvent { seq: Int! level: Level! card: Card! item: WorkItem! }
      type Query { cards(first: Int): [Card!]! }
      type Subscription { cardEvents(level: Level, after: String): CardEvent! }
    `,
    {
      Query: {
        cards: (_: unknown, { first = 2 }: { first?: number }) =>
          Array.from({ length: first }, (_, index) => card(`W${index}`, 'RED')),
      },
      WorkItem: {
        __resolveReference: (reference: object) => reference,
        cards: ({ id }: { id: string }, { level }: { level?: string }) => [card(id, level ?? 'YELLOW')],
      },
      Card: { subject: ({ id }: { id: string }) => ({ id: id.slice(2) }) },
      CardEvent: {
        card: ({ item, level }: CardEvent) => card(item, level),
        item: ({ item }: CardEvent) => ({ id: item }),
      },
      Subscription: {
        cardEvents: {
          async *subscribe(_: unknown, { level, after }: { level?: string; after?: string }, context: EdgeContext) {
            const place = after === null || after === undefined ? null : Number(after.slice(1));
            if (place !== null && !Number.isInteger(place))
              throw new GraphQLError(`bad cursor ${after}`, { extensions: { code: 'BAD_CURSOR' } });
            for await (const event of log.follow(place)) {
              if (context.signal?.aborted) return;
              if (!level || event.level === level) yield { event, cursor: `c${event.seq}` };
            }
          },
          resolve: ({ event }: { event: CardEvent }) => event,
        },
      },
    },
  );
  return { log, registry, workItems, supervision, all: [registry, workItems, supervision] as const };
}

function workItem(id: string) {
  return {
    __typename: 'WorkItem',
    id,
    title: `办件 ${id}`,
    agency: { uscc: id === 'W-broken' ? 'A-broken' : id === 'W-missing' ? 'A-missing' : `A${id.slice(1)}` },
    state: 'OPEN',
    steps: [
      { name: '受理', handler: null },
      { name: '办结', handler: '甲' },
    ],
    score: 0.5,
    days: 3,
    must: id === 'W-null' ? null : 'x',
  };
}
function card(item: string, level: string) {
  return { id: `C-${item}`, level };
}

/** A viewer of the tests; everything may be overridden. */
export function viewer(overrides: Partial<Viewer> = {}): Viewer {
  return {
    id: 'auditor-region',
    name: { zh: '审计', en: 'auditor' },
    role: 'AUDITOR',
    tier: 'REGION',
    agency: null,
    division: '15',
    sources: [],
    purpose: null,
    expiresAt: Date.now() + 3_600_000,
    ...overrides,
  };
}
export function contextOf(who: Viewer | null = viewer()): EdgeContext {
  return { viewer: who, scope: { all: true }, requestId: 'test' };
}

/** Tokens of the tests are JSON of viewer overrides; no token is an anonymous viewer. */
export async function authenticate(authorization: string | undefined): Promise<EdgeContext | Error> {
  if (authorization === undefined) return contextOf(null);
  try {
    return contextOf(viewer(JSON.parse(authorization.replace(/^Bearer /, '')) as Partial<Viewer>));
  } catch {
    return new Error('the token is no JSON');
  }
}
export function tokenOf(overrides: Partial<Viewer> = {}): string {
  return `Bearer ${JSON.stringify(overrides)}`;
}

export function supergraphOf(subgraphs: readonly { readonly name: string; readonly typeDefs: string }[]): string {
  const composition = composeSupergraph(
    subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: `http://127.0.0.1:1/${name}` })),
  );
  if (composition.errors)
    throw new AggregateError(composition.errors, composition.errors.map(({ message }) => message).join('\n'));
  return composition.supergraphSdl;
}

export async function gatewayOver(
  subgraphs: readonly TestSubgraph[],
  overrides: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  return await createGateway({
    supergraphSdl: supergraphOf(subgraphs),
    subgraphs: subgraphs.map((hosted): SubgraphConnection => ({ name: hosted.name, hosted })),
    authenticate,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    ...overrides,
  });
}

/** The gateway on a free port. */
export async function listen(
  gateway: Gateway,
): Promise<{ readonly url: string; readonly wsUrl: string; close(): Promise<void> }> {
  const app = Fastify();
  await gateway.routes(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
    async close() {
      await gateway.close();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** A subgraph over HTTP and WebSocket, as it runs alone. */
export async function serveSubgraph(
  subgraph: TestSubgraph,
  seen: { headers: import('node:http').IncomingHttpHeaders[] } = { headers: [] },
) {
  const server = createServer((request, response) => {
    seen.headers.push(request.headers);
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', async () => {
      const { query, variables, operationName } = JSON.parse(body) as {
        query: string;
        variables: Record<string, unknown>;
        operationName?: string;
      };
      const result = await subgraph.execute({
        document: parsed(query),
        variables,
        ...(operationName ? { operationName } : {}),
        context: contextOf(),
      });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(result));
    });
  });
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const cleanup = useServer(
    {
      schema: subgraph.schema,
      subscribe: async ({ document, variableValues, operationName }) =>
        (await subgraph.subscribe({
          document,
          variables: variableValues ?? {},
          ...(operationName ? { operationName } : {}),
          context: contextOf(),
        })) as never,
    },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name: subgraph.name,
    url: `http://127.0.0.1:${port}/graphql`,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
    cutSockets: () => sockets.clients.forEach((socket) => void socket.terminate()),
    async close() {
      await cleanup.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const documents = new Map<string, DocumentNode>();
function parsed(text: string): DocumentNode {
  const document = documents.get(text) ?? parse(text);
  documents.set(text, document);
  return document;
}
