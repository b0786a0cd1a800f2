import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient } from './raw-client.ts';
import { gatewayOver, listen, threeDomains } from './rig.ts';

let at: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  const gateway = await gatewayOver(threeDomains().all, { limits: { initTimeoutMs: 300 } });
  at = await listen(gateway);
});
afterAll(() => at.close());

/** The edge still serves a well-behaved client. */
async function expectAlive(): Promise<void> {
  const client = await RawClient.open(at.wsUrl);
  client.subscribe('q', '{ __typename }');
  await client.until(() => client.of('q').length === 2);
  expect(client.of('q')[0]?.payload).toEqual({ data: { __typename: 'Query' } });
  await client.close();
}

/** Says something and gives how it was answered: the close code, or the first message. */
async function answerTo(message: unknown, isSignedIn: boolean): Promise<string> {
  const client = isSignedIn ? await RawClient.open(at.wsUrl) : new RawClient(at.wsUrl);
  await client.opened();
  const before = client.messages.length;
  client.send(message);
  await client.until(() => client.closed !== null || client.messages.length > before);
  const answer = client.closed ? `closed ${client.closed.code}` : `${client.messages[before]?.type}`;
  if (!client.closed) await client.close();
  return answer;
}

describe('hostile frames', () => {
  test.each([
    ['no JSON', 'hello', 'closed 4400'],
    ['JSON that is no message', '[]', 'closed 4400'],
    ['null', 'null', 'closed 4400'],
    ['an unknown type', { type: 'start', id: '1' }, 'closed 4400'],
    ["a server's message", { type: 'next', id: '1', payload: {} }, 'closed 4400'],
    ['a type that is no string', { type: { toString: 1 } }, 'closed 4400'],
    ['a subscription without an id', { type: 'subscribe', payload: { query: '{ __typename }' } }, 'closed 4400'],
    ['a subscription without a query', { type: 'subscribe', id: '1', payload: {} }, 'closed 4400'],
    ['a query that is no string', { type: 'subscribe', id: '1', payload: { query: 7 } }, 'closed 4400'],
    [
      'variables that are a list',
      { type: 'subscribe', id: '1', payload: { query: '{ __typename }', variables: [] } },
      'closed 4400',
    ],
    ['bytes', Buffer.from([0, 1, 2, 255]), 'closed 4400'],
    ['a message that is too large', 'x'.repeat(70_000), 'closed 1009'],
    ['a query that does not parse', { type: 'subscribe', id: '1', payload: { query: '{{{' } }, 'error'],
    [
      'an operation that is not there',
      { type: 'subscribe', id: '1', payload: { query: 'query A { __typename }', operationName: 'constructor' } },
      'error',
    ],
    [
      'an id that is a name of every object',
      { type: 'subscribe', id: '__proto__', payload: { query: '{ __typename }' } },
      'next',
    ],
    ['a second init', { type: 'connection_init' }, 'closed 4429'],
    ['a ping with a payload', { type: 'ping', payload: { a: 1 } }, 'pong'],
  ])('answers %s by name', async (_, message, expected) => {
    expect(await answerTo(message, true)).toBe(expected);
    await expectAlive();
  });

  test('closes who subscribes before signing in, speaks another protocol, or says nothing', async () => {
    expect(await answerTo({ type: 'subscribe', id: '1', payload: { query: '{ __typename }' } }, false)).toBe(
      'closed 4401',
    );
    const other = new RawClient(at.wsUrl, []);
    const silent = new RawClient(at.wsUrl);
    await Promise.all([other.until(() => other.closed !== null), silent.until(() => silent.closed !== null)]);
    expect(other.closed?.code).toBe(4406);
    expect(silent.closed?.code).toBe(4408);
  });

  test('closes an id used twice, and takes it again after its completion', async () => {
    const client = await RawClient.open(at.wsUrl);
    client.subscribe('1', 'subscription { cardEvents { seq } }');
    client.send({ type: 'complete', id: '1' });
    client.subscribe('1', 'subscription { cardEvents { seq } }');
    client.subscribe('1', 'subscription { cardEvents { seq } }');
    await client.until(() => client.closed !== null);
    expect(client.closed).toEqual({ code: 4409, reason: 'Subscriber for 1 already exists' });
  });

  test('answers an upgrade to another path with 404', async () => {
    const client = new RawClient(at.wsUrl.replace('/graphql', '/elsewhere'));
    await client.until(() => client.closed !== null);
    expect(client.closed?.code).toBe(1006);
    await expectAlive();
  });

  test('lives through random frames of the protocol', async () => {
    const type = fc.constantFrom(
      'connection_init',
      'ping',
      'pong',
      'subscribe',
      'complete',
      'next',
      'error',
      'x',
      '',
      null,
    );
    const query = fc.oneof(
      fc.string(),
      fc.constantFrom('{ __typename }', 'subscription { cardEvents { seq } }', '{ workItems { id } }'),
    );
    const payload = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { query, variables: fc.jsonValue(), extensions: fc.jsonValue(), operationName: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    );
    const message = fc.oneof(
      fc.record({ type, id: fc.oneof(fc.string(), fc.jsonValue()), payload }, { requiredKeys: [] }),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (messages, isSignedIn) => {
          const client = isSignedIn ? await RawClient.open(at.wsUrl) : new RawClient(at.wsUrl);
          await client.opened();
          for (const one of messages)
            if (client.socket.readyState === client.socket.OPEN) client.send(JSON.stringify(one));
          await client.close();
          expect([1000, 1005, 1006, 4400, 4401, 4403, 4409, 4429]).toContain(client.closed?.code);
        },
      ),
      { numRuns: 150 },
    );
    await expectAlive();
  });

  test('lives through random bytes on the wire', async () => {
    const { hostname, port } = new URL(at.wsUrl);
    const upgrade = `GET /graphql HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.boolean(), async (bytes, isUpgraded) => {
        await new Promise<void>((resolve) => {
          const socket = connect(Number(port), hostname, () => {
            if (isUpgraded) socket.write(upgrade);
            socket.end(bytes);
          });
          socket.on('error', () => resolve());
          socket.on('close', () => resolve());
          socket.resume();
        });
      }),
      { numRuns: 150 },
    );
    await expectAlive();
  });

  test('answers random texts as queries over HTTP with JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), fc.jsonValue(), async (query, variables) => {
        const response = await fetch(at.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        });
        expect([200, 400]).toContain(response.status);
        expect(await response.json()).toHaveProperty('errors');
      }),
      { numRuns: 100 },
    );
  });

  test('bounds a document whose fragments would grow without end', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`,
    ).join(' ');
    const query = `{ ...F0 } ${levels} fragment F30 on Query { __typename }`;
    const startedAt = performance.now();
    const response = await fetch(at.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
