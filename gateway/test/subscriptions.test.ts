import { afterEach, describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../src/index.ts';
import { RawClient } from './raw-client.ts';
import {
  type CardEvent,
  EventLog,
  gatewayOver,
  listen,
  serveSubgraph,
  supergraphOf,
  testSubgraph,
  threeDomains,
  tokenOf,
} from './rig.ts';

const QUERY = 'subscription { cardEvents { seq level card { id } item { id title agency { name } } } }';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function edge(overrides: Partial<GatewayOptions> = {}) {
  const domains = threeDomains();
  const gateway = await gatewayOver(domains.all, overrides);
  const at = await listen(gateway);
  closers.push(() => at.close());
  const emit = (count = 1, level = 'RED') => {
    for (let index = 0; index < count; index++) {
      const seq = domains.log.events.length + 1;
      domains.log.append({ seq, level, item: `W${seq}` });
    }
  };
  const client = async (payload?: Record<string, unknown>) => {
    const raw = await RawClient.open(at.wsUrl, payload);
    closers.push(() => raw.close());
    return raw;
  };
  const upstreams = () =>
    domains.supervision.asked.filter(({ document }) =>
      document.definitions.some((node) => 'operation' in node && node.operation === 'subscription'),
    ).length;
  return { ...domains, gateway, at, emit, client, upstreams };
}
const seqs = (client: RawClient, id = '1') =>
  client
    .of(id)
    .filter(({ type }) => type === 'next')
    .map(({ payload }) => payload.data.cardEvents.seq as number);

describe('a subscription through the edge', () => {
  test('carries fields of all three domains, the cursor, and the id last', async () => {
    const { client, emit, gateway } = await edge();
    const raw = await client();
    raw.subscribe('1', QUERY);
    await raw.until(() => gateway.status().pipelines === 1);
    await settle();
    emit();
    await raw.until(() => raw.of('1').length === 1);
    expect(raw.of('1')[0]?.payload).toEqual({
      data: {
        cardEvents: {
          seq: 1,
          level: 'RED',
          card: { id: 'C-W1' },
          item: { id: 'W1', title: '办件 W1', agency: { name: '机构 A1' } },
        },
      },
      extensions: { cursor: 'c1' },
    });
    expect(raw.texts.at(-1)).toMatch(/,"id":"1"\}$/);
  });

  test('is one upstream for all viewers of a class, and another for other claims and for a purpose', async () => {
    const { client, emit, upstreams, gateway } = await edge();
    const clients = await Promise.all([
      client({ authorization: tokenOf({ id: 'a' }) }),
      client({ authorization: tokenOf({ id: 'b' }) }),
      client({ headers: { Authorization: tokenOf({ division: '1501' }) } }),
      client({ authorization: tokenOf({ id: 'c', purpose: { text: '核查', caseNo: '7' } }) }),
    ]);
    for (const raw of clients) raw.subscribe('1', QUERY);
    await clients[0]!.until(() => gateway.status().pipelines === 3);
    await settle();
    emit();
    for (const raw of clients) await raw.until(() => raw.of('1').length === 1);
    expect(upstreams()).toBe(3);
    expect(gateway.status()).toMatchObject({ connections: 4, subscriptions: 4, pipelines: 3 });
  });

  test('resumes after a cursor, from the extensions or from its own argument, and then goes on live', async () => {
    const { client, emit } = await edge();
    emit(300);
    const raw = await client();
    raw.subscribe('1', QUERY, { extensions: { after: 'c3' } });
    raw.subscribe('2', 'subscription { cardEvents(after: "c298") { seq } }');
    raw.subscribe('3', 'subscription($from: String) { cardEvents(after: $from) { seq } }', {
      variables: { from: 'c299' },
    });
    await raw.until(() => seqs(raw).length === 297 && seqs(raw, '2').length === 2 && seqs(raw, '3').length === 1);
    emit(5);
    await raw.until(() => seqs(raw).length === 302 && seqs(raw, '2').length === 7 && seqs(raw, '3').length === 6);
    expect(seqs(raw)).toEqual(Array.from({ length: 302 }, (_, index) => index + 4));
    expect(seqs(raw, '3')).toEqual([300, 301, 302, 303, 304, 305]);
  });

  test('shares a pipeline between subscribers that differ only in the cursor', async () => {
    const { client, emit, gateway } = await edge();
    emit(4);
    const raw = await client();
    const query = 'subscription($from: String) { cardEvents(after: $from) { seq } }';
    raw.subscribe('1', query, { variables: { from: 'c1' } });
    raw.subscribe('2', query, { variables: { from: 'c3' } });
    raw.subscribe('3', query);
    await raw.until(() => seqs(raw).length === 3 && seqs(raw, '2').length === 1);
    expect(gateway.status().pipelines).toBe(1);
  });

  test('answers a cursor that is no good by the error of its subgraph', async () => {
    const { client } = await edge();
    const raw = await client();
    raw.subscribe('1', QUERY, { extensions: { after: 'nonsense' } });
    raw.subscribe('2', QUERY, { extensions: { after: 7 } });
    await raw.until(() => raw.of('1').length === 1 && raw.of('2').length === 1);
    expect(raw.of('1')[0]).toMatchObject({
      type: 'error',
      payload: [{ message: expect.stringContaining('bad cursor nonsense') }],
    });
    expect(raw.of('2')[0]).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'BAD_CURSOR', messageZh: expect.stringContaining('游标') } }],
    });
  });

  test("refuses at once what a subgraph's feed says of a cursor", async () => {
    const domains = threeDomains();
    const supervision = {
      ...domains.supervision,
      subscribe: async () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(Object.assign(new Error('not of this feed'), { code: 'BAD_CURSOR' })),
        }),
      }),
    };
    const at = await listen(await gatewayOver([domains.registry, domains.workItems, supervision]));
    closers.push(() => at.close());
    const raw = await RawClient.open(at.wsUrl);
    closers.push(() => raw.close());
    raw.subscribe('1', QUERY, { extensions: { after: 'x' } });
    await raw.until(() => raw.of('1').length === 1);
    expect(raw.of('1')[0]).toMatchObject({
      type: 'error',
      payload: [{ message: 'not of this feed', extensions: { code: 'BAD_CURSOR' } }],
    });
  });

  test('refuses over WebSocket what it refuses over HTTP', async () => {
    const { client } = await edge({ limits: { maxDepth: 3, maxTokens: 60 } });
    const raw = await client();
    raw.subscribe('1', QUERY);
    raw.subscribe('2', 'subscription { nothing }');
    raw.subscribe('3', `{ ${'__typename '.repeat(100)}}`);
    raw.subscribe('4', 'subscription($l: Level) { cardEvents(level: $l) { seq } }', { variables: { l: 'PURPLE' } });
    await raw.until(() => ['1', '2', '3', '4'].every((id) => raw.of(id).length === 1));
    expect(['1', '2', '3', '4'].map((id) => raw.of(id)[0]?.type)).toEqual(['error', 'error', 'error', 'error']);
    expect(raw.of('1')[0]?.payload[0].extensions.code).toBe('QUERY_TOO_DEEP');
  });

  test('answers queries and mutations on the same connection', async () => {
    const { client } = await edge();
    const raw = await client();
    raw.subscribe('q', '{ workItem(id: "W1") { agency { name } } }');
    raw.subscribe('m', 'mutation { rename(id: "W1", title: "新") { title } }');
    await raw.until(() => raw.of('q').length === 2 && raw.of('m').length === 2);
    expect(raw.of('q').map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(raw.of('m')[0]?.payload).toEqual({ data: { rename: { title: '新' } } });
  });

  test('acknowledges with what the hub wants known', async () => {
    const { client } = await edge({ acknowledgement: async () => ({ cursor: 'c0' }) });
    const raw = await client();
    expect(raw.messages[0]).toEqual({ type: 'connection_ack', payload: { cursor: 'c0' } });
  });

  test('ends when its token expires, to the second, with 4403', async () => {
    const { client, at } = await edge();
    const raw = await client({ authorization: tokenOf({ expiresAt: Date.now() + 150 }) });
    raw.subscribe('1', QUERY);
    await raw.until(() => raw.closed !== null);
    expect(raw.closed).toEqual({ code: 4403, reason: 'token expired' });
    const late = await RawClient.open(at.wsUrl, { authorization: tokenOf({ expiresAt: Date.now() - 1 }) });
    expect(late.closed).toEqual({ code: 4403, reason: 'token expired' });
  });

  test('closes a token that is no good with 4403 and its reason, and an outage of sign-in with 4500', async () => {
    const { at } = await edge();
    const bad = await RawClient.open(at.wsUrl, { authorization: 'Bearer nonsense' });
    expect(bad.closed).toEqual({ code: 4403, reason: 'the token is no JSON' });
    const away = await edge({ authenticate: () => Promise.reject(new Error('the key set is away')) });
    expect((await RawClient.open(away.at.wsUrl)).closed).toEqual({ code: 4500, reason: 'Internal server error' });
  });

  test('frees the upstream when the last subscriber goes', async () => {
    const { client, gateway } = await edge();
    const raw = await client();
    raw.subscribe('1', QUERY);
    raw.subscribe('2', QUERY);
    await raw.until(() => gateway.status().subscriptions === 2);
    await settle();
    raw.send({ id: '1', type: 'complete' });
    raw.send({ type: 'ping' });
    await raw.until(() => raw.messages.some(({ type }) => type === 'pong'));
    expect(gateway.status()).toMatchObject({ subscriptions: 1, pipelines: 1 });
    raw.socket.terminate();
    await raw.until(() => raw.closed !== null);
    while (gateway.status().connections > 0) await settle();
    expect(gateway.status()).toMatchObject({ connections: 0, subscriptions: 0, pipelines: 0 });
  });

  test('holds one account to its number of connections and subscriptions', async () => {
    const { client } = await edge({ limits: { connectionsPerPrincipal: 2, subscriptionsPerPrincipal: 2 } });
    const [first] = [await client(), await client()];
    const third = await client();
    expect(third.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('TOO_MANY_CONNECTIONS') });
    for (const id of ['1', '2', '3']) first.subscribe(id, QUERY);
    await first.until(() => first.of('3').length === 1);
    expect(first.of('3')[0]).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
    });
  });

  test('goes on from the cursor when its upstream breaks', async () => {
    const { client, emit, log } = await edge();
    const raw = await client();
    raw.subscribe('1', QUERY);
    await settle();
    emit(3);
    await raw.until(() => seqs(raw).length === 3);
    log.breakStreams();
    emit(4);
    await raw.until(() => seqs(raw).length === 7);
    expect(seqs(raw)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('says so when its upstream breaks before there is a cursor to go on from', async () => {
    const { client, log } = await edge();
    const raw = await client();
    raw.subscribe('1', QUERY);
    await settle();
    log.breakStreams();
    await raw.until(() => raw.of('1').length === 1);
    expect(raw.of('1')[0]).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UPSTREAM_LOST' } }] });
  });
});

describe('a reload', () => {
  test('keeps the upstream of a subscription whose events come from where they came', async () => {
    const { client, emit, gateway, upstreams, registry, workItems, supervision } = await edge();
    const raw = await client();
    raw.subscribe('1', QUERY);
    await settle();
    emit(2);
    await raw.until(() => seqs(raw).length === 2);
    const grown = testSubgraph(
      'registry',
      registry.typeDefs.replace(/^.*\n/, '').replace('name: String! division', 'name: String! short: String division'),
      {},
    );
    await gateway.reload(supergraphOf([grown, workItems, supervision]));
    emit(2);
    await raw.until(() => seqs(raw).length === 4);
    expect(upstreams()).toBe(1);
    expect(seqs(raw)).toEqual([1, 2, 3, 4]);
  });

  test('ends a subscription that the new graph does not know, and keeps the old graph when the new one is invalid', async () => {
    const { client, emit, gateway, registry, workItems, supervision } = await edge();
    const raw = await client();
    raw.subscribe('1', QUERY);
    raw.subscribe('2', 'subscription { cardEvents { seq } }');
    await settle();
    emit();
    await raw.until(() => seqs(raw).length === 1 && seqs(raw, '2').length === 1);
    await expect(gateway.reload('type Query { broken')).rejects.toThrow();
    const poorer = testSubgraph(
      'work-items',
      workItems.typeDefs
        .replace(/^.*\n/, '')
        .replace('id: ID! title: String!', 'id: ID!')
        .replace('rename(id: ID!, title: String!)', 'rename(id: ID!)'),
      {},
    );
    await gateway.reload(supergraphOf([registry, poorer, supervision]));
    await raw.until(() => raw.of('1').length === 2);
    expect(raw.of('1')[1]).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'SCHEMA_CHANGED', messageZh: expect.any(String) } }],
    });
    emit();
    await raw.until(() => seqs(raw, '2').length === 2);
  });
});

describe('subgraphs over HTTP', () => {
  test('are asked with a signed statement of who asks, and streamed over WebSocket through cuts', async () => {
    const domains = threeDomains(new EventLog<CardEvent>());
    const seen = { headers: [] as import('node:http').IncomingHttpHeaders[] };
    const servers = await Promise.all(domains.all.map((subgraph) => serveSubgraph(subgraph, seen)));
    const gateway = await gatewayOver(domains.all, {
      subgraphs: servers.map(({ name, url, wsUrl }) => ({ name, url, wsUrl })),
      assertion: async ({ viewer }, audience) => `${viewer?.id}@${audience}`,
    });
    const at = await listen(gateway);
    closers.push(...servers.map((server) => () => server.close()), () => at.close());
    const raw = await RawClient.open(at.wsUrl, { authorization: tokenOf({ id: 'auditor-region' }) });
    closers.push(() => raw.close());
    raw.subscribe('q', '{ workItem(id: "W1") { agency { name } } }');
    await raw.until(() => raw.of('q').length === 2);
    expect(raw.of('q')[0]?.payload.data).toEqual({ workItem: { agency: { name: '机构 A1' } } });
    expect(seen.headers.map(({ authorization }) => authorization).sort()).toEqual([
      'Bearer auditor-region@registry',
      'Bearer auditor-region@work-items',
    ]);

    const emit = (from: number, to: number) => {
      for (let seq = from; seq <= to; seq++) domains.log.append({ seq, level: 'RED', item: `W${seq}` });
    };
    emit(1, 50);
    raw.subscribe('1', QUERY, { extensions: { after: 'c0' } });
    await raw.until(() => seqs(raw).length === 50);
    for (let round = 0; round < 3; round++) {
      servers[2]!.cutSockets();
      emit(51 + round * 10, 60 + round * 10);
      await raw.until(() => seqs(raw).length === 60 + round * 10);
    }
    expect(seqs(raw)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
  });

  test('are a named hole in the answer when they are away', async () => {
    const domains = threeDomains();
    const gateway = await gatewayOver(domains.all, {
      subgraphs: [
        { name: 'registry', url: 'http://127.0.0.1:9/graphql' },
        { name: 'work-items', hosted: domains.workItems },
        { name: 'supervision', hosted: domains.supervision },
      ],
    });
    closers.push(() => gateway.close());
    const answer = await gateway.execute({
      query: '{ workItem(id: "W1") { id cards { level } } agencies { name } }',
      context: { viewer: null, scope: null, requestId: 'r' },
    });
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      serviceName: 'registry',
      messageZh: expect.stringContaining('registry'),
    });
  });
});

/** Lets everything that is ready happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
