import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer } from '@gnomon/identity';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCast, demoViewers } from '../src/index.ts';
import { type Answer, askGraph, type ListeningHub, openListeningHub } from './listening-hub.ts';
import { codesOf } from './named.ts';

let world: ListeningHub;
let auditor: string;
beforeAll(async () => {
  world = await openListeningHub();
  auditor = await world.token('auditor-region');
});
afterAll(() => world?.close());

/** The process lives, and answers a good question across the subgraphs. */
async function expectAlive(): Promise<void> {
  const { data, errors } = await askGraph(
    world.hub.url,
    auditor,
    '{ division(code: "15") { name } workItems { nodes { id } } cards { nodes { id } } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ division: { name: expect.any(String) }, workItems: { nodes: [] }, cards: { nodes: [] } });
}
const ask = <Data = Record<string, unknown>>(query: string, variables?: object): Promise<Answer<Data>> =>
  askGraph<Data>(world.hub.url, auditor, query, variables);

describe('queries', () => {
  const nested = (levels: number): string => `${'a { '.repeat(levels)}a${' }'.repeat(levels)}`;
  const parents = (levels: number): string =>
    `{ division(code: "15") { ${'parent { '.repeat(levels)} code ${'} '.repeat(levels)} } }`;
  test.each<[string, string, object, string]>([
    ['nothing', '', {}, 'BAD_REQUEST'],
    ['no GraphQL', '{{{', {}, 'GRAPHQL_PARSE_FAILED'],
    ['a lone quote', '{ division(code: ") { name } }', {}, 'GRAPHQL_PARSE_FAILED'],
    ['too many tokens', `{ ${'a '.repeat(5_000)} }`, {}, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nobody }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['unknown fields in many levels', `{ ${nested(40)} }`, {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown argument', '{ division(id: 1) { name } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a field of an object as a leaf', '{ division(code: "15") }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a circle of fragments',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a fragment on nothing', '{ ... on Nobody { id } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable that is not declared', '{ division(code: $x) { name } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a required variable left out', 'query ($x: ID!) { division(code: $x) { name } }', {}, 'BAD_USER_INPUT'],
    [
      'a variable of another type',
      'query ($x: Int) { cards(first: $x) { nodes { id } } }',
      { x: {} },
      'BAD_USER_INPUT',
    ],
    [
      'a number beyond 32 bits',
      'query ($x: Int) { divisions(level: $x) { nodes { code } } }',
      { x: 2 ** 40 },
      'BAD_USER_INPUT',
    ],
    [
      'an unknown enum value',
      '{ cards(filter: { level: [PURPLE] }) { nodes { id } } }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a deep query', parents(20), {}, 'QUERY_TOO_DEEP'],
    [
      'many aliases',
      `{ ${Array.from({ length: 61 }, (_, n) => `a${n}: division(code: "15") { code }`).join(' ')} }`,
      {},
      'QUERY_TOO_MANY_ALIASES',
    ],
    [
      'lists within lists',
      '{ cards(first: 200) { nodes { subject { cards(first: 200) { nodes { subject { cards(first: 200) { nodes { id } } } } } } } } }',
      {},
      'QUERY_TOO_EXPENSIVE',
    ],
    [
      'two operations without a name',
      'query A { __typename } query B { __typename }',
      {},
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a subscription over HTTP', 'subscription { supervisionFeed { kind } }', {}, 'SUBSCRIPTION_OVER_HTTP'],
    ['a page of none', '{ cards(first: 0) { nodes { id } } }', {}, 'BAD_PAGE'],
    ['a page of less than none', '{ workItems(first: -1) { nodes { id } } }', {}, 'BAD_PAGE'],
    ['a page too large', '{ agencies(first: 201) { nodes { uscc } } }', {}, 'BAD_PAGE'],
    [
      'a day that does not exist',
      '{ cards(filter: { from: "2026-02-30T00:00:00Z" }) { nodes { id } } }',
      {},
      'BAD_INPUT',
    ],
  ])('%s is refused by name', async (_what, query, variables, code) => {
    const answer = await ask(query, variables);
    expect(codesOf(answer)).toContain(code);
    expect(Object.values(answer.data ?? {}).filter((value) => value !== null)).toEqual([]);
    await expectAlive();
  });

  test.each<[string, string, string]>([
    ['no JSON', 'application/json', '{'],
    ['a list of operations', 'application/json', '[{"query":"{ __typename }"}]'],
    ['null', 'application/json', 'null'],
    ['a query that is no text', 'application/json', '{"query":{}}'],
    ['variables that are no object', 'application/json', '{"query":"{ __typename }","variables":7}'],
    ['a form', 'application/x-www-form-urlencoded', 'query=x'],
    ['plain text', 'text/plain', '{ __typename }'],
    ['more than the limit', 'application/json', `{"query":"${' '.repeat(9_000_000)}"}`],
  ])('a body of %s is refused', async (_what, type, body) => {
    const response = await fetch(world.hub.url, {
      method: 'POST',
      headers: { 'content-type': type, authorization: `Bearer ${auditor}` },
      body,
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    const answer = (await response.json()) as Answer<unknown>;
    expect(codesOf(answer)).toHaveLength(1);
    await expectAlive();
  });

  test('what the role may not do is refused by name', async () => {
    const answer = await world.ask('partner-1', '{ refusedRows { nodes { id } } }');
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    await expectAlive();
  });

  const READS = [
    ['division', 'query ($id: ID!) { division(code: $id) { name } }'],
    ['agency', 'query ($id: ID!) { agency(uscc: $id) { name { zh } } }'],
    ['serviceItem', 'query ($id: ID!) { serviceItem(code: $id) { code } }'],
    ['place', 'query ($id: ID!) { place(id: $id) { id } }'],
    ['source', 'query ($id: ID!) { source(id: $id) { id } }'],
    ['indicator', 'query ($id: ID!) { indicator(id: $id) { id } }'],
    ['workItem', 'query ($id: ID!) { workItem(id: $id) { no } }'],
    ['card', 'query ($id: ID!) { card(id: $id) { number } }'],
    ['warning', 'query ($id: ID!) { warning(id: $id) { state } }'],
    ['supervisionBody', 'query ($id: ID!) { supervisionBody(division: $id) { __typename } }'],
    ['stepDeadlines', 'query ($id: ID!) { stepDeadlines(source: $id) { steps } }'],
    ['agencies', 'query ($id: ID!) { agencies(within: $id) { nodes { uscc } } }'],
    ['divisions', 'query ($id: String!) { divisions(name: $id) { nodes { code } } }'],
    [
      'workItems',
      'query ($id: ID!) { workItems(filter: { agency: $id, division: $id, source: $id }) { nodes { id } } }',
    ],
    [
      'cards',
      'query ($id: ID!) { cards(filter: { agency: [$id], division: $id, indicator: [$id] }) { nodes { id } } }',
    ],
    ['indicatorValues', 'query ($id: ID!) { indicatorValues(filter: { division: $id, indicators: [$id] }) { rate } }'],
  ] as const;
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      '\0',
      '\ud800',
      "'; drop table card; --",
      '%',
      '__proto__',
      'constructor',
      '15'.repeat(300),
      '115:',
      '-1',
    ),
  );
  test.each(READS)('%s answers any text as an id with nothing, or refuses it by name', async (_field, query) => {
    await fc.assert(
      fc.asyncProperty(anyText, async (id) => {
        codesOf(await ask(query, { id }));
      }),
      { numRuns: 25, seed: 7, examples: [['\0'], ['\ud800'], ["'; drop table card; --"], ['x'.repeat(5_000)]] },
    );
    await expectAlive();
  });
});

describe('cursors', () => {
  const LISTS = [
    'workItems',
    'cards',
    'warnings',
    'signals',
    'agencies',
    'divisions',
    'serviceItems',
    'sources',
    'places',
  ];
  const list = (field: string) => `query ($after: String) { ${field}(after: $after) { pageInfo { endCursor } } }`;
  const asCursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const anyCursor = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.base64String({ minLength: 1, maxLength: 80 }),
    fc.jsonValue().map(asCursor),
    fc
      .tuple(
        fc.constantFrom(...LISTS),
        fc.array(fc.oneof(fc.integer(), fc.string(), fc.constant(null)), { maxLength: 3 }),
      )
      .map(([name, parts]) => asCursor([1, name, ...parts])),
  );
  test.each(LISTS)('%s refuses a cursor that it did not give, by name', async (field) => {
    await fc.assert(
      fc.asyncProperty(anyCursor, async (after) => {
        for (const code of codesOf(await ask(list(field), { after }))) expect(code).toBe('BAD_CURSOR');
      }),
      { numRuns: 40, seed: 11 },
    );
    expect(codesOf(await ask(list(field), { after: 'not a cursor' }))).toEqual(['BAD_CURSOR']);
    await expectAlive();
  });
});

describe('tokens', () => {
  const cast = demoCast();
  const shapes = async (): Promise<Record<string, string>> => {
    const stranger = mkdtempSync(join(tmpdir(), 'gnomon-stranger-'));
    const forged = await (await openIssuer(stranger)).issueToken(demoViewers()('auditor-region'), { ttlSeconds: 60 });
    rmSync(stranger, { recursive: true });
    const issuer = await openIssuer(join(world.home, 'identity'));
    const viewer = demoViewers()('auditor-region');
    const [head, , tail] = auditor.split('.') as [string, string, string];
    const claims = (changed: object) =>
      Buffer.from(
        JSON.stringify({ ...JSON.parse(Buffer.from(auditor.split('.')[1]!, 'base64url').toString()), ...changed }),
      );
    return {
      'of a stranger': forged,
      'that has run out': await issuer.issueToken(viewer, { ttlSeconds: -60 }),
      'for another hub': await issuer.issueToken(viewer, { ttlSeconds: 60, audience: 'urn:elsewhere' }),
      'of an unknown role': await issuer.issueToken({ ...viewer, role: 'EMPEROR' as never }, { ttlSeconds: 60 }),
      'cut short': auditor.slice(0, -9),
      'with raised claims': [
        head,
        claims({ role: 'OPERATOR', division: cast.agencies[0]!.division }).toString('base64url'),
        tail,
      ].join('.'),
      'without a signature': [
        Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url'),
        auditor.split('.')[1],
        '',
      ].join('.'),
      'that is an assertion of nobody': `${Buffer.from('{"alg":"HS256","typ":"gnomon-assertion"}').toString('base64url')}.e30.x`,
      'that is no token': 'abc',
      'of eight thousand dots': '.'.repeat(8_000),
    };
  };

  test('a token that is no good is refused by name, at the graph, at the row stream and at the socket', async () => {
    for (const [what, token] of Object.entries(await shapes())) {
      const answer = await askGraph(world.hub.url, token, '{ workItems { nodes { id } } }');
      expect([what, codesOf(answer)]).toEqual([what, ['UNAUTHENTICATED']]);
      expect(answer.data ?? null).toBeNull();

      const rows = await fetch(`${world.origin}/work-items/rows?batch=b`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: '{}',
      });
      expect([what, rows.status]).toEqual([what, 401]);
      expect(await rows.json()).toMatchObject({ code: 'UNAUTHENTICATED', message: { zh: expect.any(String) } });

      expect([what, await signInEnd(token)]).toEqual([what, 4403]);
    }
    await expectAlive();
  });

  test('any text as a header is nobody or a refusal, and never a viewer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.integer({ min: 33, max: 126 }).map((n) => String.fromCharCode(n)) }),
        async (text) => {
          for (const authorization of [text, `Bearer ${text}`, `Basic ${text}`]) {
            const response = await fetch(world.hub.url, {
              method: 'POST',
              headers: { 'content-type': 'application/json', authorization },
              body: '{"query":"{ workItems { nodes { id } } }"}',
            });
            expect(codesOf((await response.json()) as Answer<unknown>)).toEqual(['UNAUTHENTICATED']);
          }
        },
      ),
      { numRuns: 30, seed: 3 },
    );
    await expectAlive();
  });

  test('a header larger than a server reads is refused before it is read whole', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      request(
        world.hub.url,
        { method: 'POST', headers: { authorization: `Bearer ${'x'.repeat(100_000)}` } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(431);
    await expectAlive();
  });
});

/** Signs in with this token and gives the code with which the socket was closed; 0 when the token was taken. */
async function signInEnd(token: string): Promise<number> {
  const socket = new WebSocket(world.hub.url.replace('http:', 'ws:'), 'graphql-transport-ws');
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.onopen = () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  socket.onmessage = () => socket.close(1000);
  socket.onclose = ({ code }) => resolve(code === 1000 ? 0 : code);
  return promise;
}

/** Says these frames to the socket and gives how it ended: the close code, or 0 when it still lived and was closed from here. */
async function endOf(frames: readonly (string | Uint8Array<ArrayBuffer>)[], signedIn = false): Promise<number> {
  const socket = new WebSocket(world.hub.url.replace('http:', 'ws:'), 'graphql-transport-ws');
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.onclose = ({ code }) => resolve(code === 1000 ? 0 : code);
  await new Promise((opened) => (socket.onopen = opened));
  if (signedIn) {
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${auditor}` } }));
    await new Promise((acknowledged) => (socket.onmessage = acknowledged));
  }
  for (const frame of frames) socket.send(frame);
  // A socket that lives answers a ping after everything before it.
  socket.onmessage = ({ data }) => {
    if (JSON.parse(String(data)).type === 'pong') socket.close(1000);
  };
  if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}');
  return promise;
}

/** The first answer to a subscription with this payload. */
async function answerTo(
  payload: object,
): Promise<{ readonly type: string; readonly payload: Answer<unknown>['errors'] }> {
  const socket = new WebSocket(world.hub.url.replace('http:', 'ws:'), 'graphql-transport-ws');
  await new Promise((opened) => (socket.onopen = opened));
  const next = () => new Promise<MessageEvent>((came) => (socket.onmessage = came));
  const acknowledged = next();
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${auditor}` } }));
  await acknowledged;
  const answer = next();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  const { data } = await answer;
  socket.close();
  return JSON.parse(String(data));
}

describe('frames', () => {
  test.each<[string, readonly (string | Uint8Array<ArrayBuffer>)[], boolean, number]>([
    ['no JSON', ['hello'], false, 4400],
    ['bytes', [Uint8Array.of(0, 255, 1)], true, 4400],
    ['an unknown type', ['{"type":"start"}'], true, 4400],
    ['a subscription before signing in', ['{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}'], false, 4401],
    ['a second init', ['{"type":"connection_init"}'], true, 4429],
    [
      'the same id twice',
      [1, 2].map(() => '{"type":"subscribe","id":"1","payload":{"query":"subscription { supervisionFeed { kind } }"}}'),
      true,
      4409,
    ],
    ['a message above 64 kB', [JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(70_000) } })], true, 1009],
  ])('%s closes the socket with the code that names it', async (_what, frames, signedIn, code) => {
    expect(await endOf(frames, signedIn)).toBe(code);
    await expectAlive();
  });

  test('any frames close the socket with a code of the protocol, or leave it alive', async () => {
    const anyFrame = fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array({ maxLength: 50 }).map((bytes) => Uint8Array.from(bytes)),
      fc
        .record(
          {
            type: fc.constantFrom('subscribe', 'complete', 'ping', 'pong', 'connection_init', 'next'),
            id: fc.oneof(fc.string(), fc.constant('__proto__'), fc.integer()),
            payload: fc.oneof(
              fc.jsonValue(),
              fc.record({ query: fc.string(), variables: fc.jsonValue(), extensions: fc.jsonValue() }),
            ),
          },
          { requiredKeys: ['type'] },
        )
        .map((message) => JSON.stringify(message)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 4 }), fc.boolean(), async (frames, signedIn) => {
        expect([0, 4400, 4401, 4403, 4409, 4429]).toContain(await endOf(frames, signedIn));
      }),
      { numRuns: 60, seed: 5 },
    );
    await expectAlive();
  });

  test.each<[string, object, string]>([
    ['a query that does not parse', { query: '{{{' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: 'subscription { nobody }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a variable of another type',
      { query: 'subscription ($f: FeedFilter) { supervisionFeed(filter: $f) { kind } }', variables: { f: 1 } },
      'BAD_USER_INPUT',
    ],
    [
      'a cursor that is none',
      { query: 'subscription { supervisionFeed { kind } }', extensions: { after: 'x' } },
      'BAD_CURSOR',
    ],
    [
      'a cursor that is no text',
      { query: 'subscription { supervisionFeed { kind } }', extensions: { after: 7 } },
      'BAD_CURSOR',
    ],
    [
      'a cursor of another feed',
      {
        query: 'subscription { supervisionFeed { kind } }',
        extensions: { after: Buffer.from('\u0001\u0008registry\0\0\0\0\0\0\0\u0001').toString('base64url') },
      },
      'BAD_CURSOR',
    ],
  ])('a subscription with %s ends with an error that names it', async (_what, payload, code) => {
    const { type, payload: errors } = await answerTo(payload);
    expect(type).toBe('error');
    expect(codesOf({ errors: errors! })).toContain(code);
    await expectAlive();
  });
});
