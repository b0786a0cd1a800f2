import { once } from 'node:events';
import type { Role, Viewer } from '@gnomon/identity';
import { type Database, openFeed } from '@gnomon/store';
import { openTestDatabase, settableTime, type TestDatabase } from '@gnomon/test-kit';
import { type ExecutionResult, parse } from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestContext } from '../src/authenticate.ts';
import { hostSubgraph, type ServableSubgraph } from '../src/host-subgraph.ts';
import { fixedRules } from '../src/rules-port.ts';
import type { Ports } from '../src/types.ts';
import { CALENDAR, toyPack } from './toy-pack.ts';
import { toySubgraph } from './toy-subgraph.ts';

const logged: Record<string, unknown>[] = [];
const log = pino(
  { level: 'error' },
  { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) },
);
const rules = fixedRules({ pack: toyPack([]), calendar: CALENDAR, calendarFor: () => CALENDAR });
const { definition, world } = toySubgraph();
let test: TestDatabase;
let database: Database;
let hosted: ServableSubgraph;

beforeAll(async () => {
  test = await openTestDatabase({ toy: null });
  database = await test.open('toy');
  hosted = await hostSubgraph(definition, ports());
});
afterAll(async () => {
  await hosted.close();
  await test.close();
});

describe('a hosted subgraph', () => {
  it('is migrated, answers, and takes scalars as milliseconds', async () => {
    expect(await ask('{ me add(a: 1, b: 2) rows at(instant: "2024-09-30T09:00:00+08:00") }')).toEqual({
      data: { me: 'test-AUDITOR', add: 3, rows: 0, at: '2024-09-30T01:00:00.001Z' },
    });
  });

  it('lets refusals through with code and Chinese text', async () => {
    const { errors } = await ask('{ forbidden badCursor }');
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'BAD_CURSOR']);
    expect(errors!.every(({ extensions }) => /\p{Script=Han}/u.test(String(extensions.messageZh)))).toBe(true);
    expect((await ask('{ me }', null)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('masks what is unexpected and logs it under the id that the caller gets', async () => {
    const { errors } = await ask('{ broken }');
    const { errorId, code } = errors![0]!.extensions;
    expect(code).toBe('INTERNAL');
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(errors![0]!.path).toEqual(['broken']);
    const entry = logged.find((line) => line.errorId === errorId);
    expect(JSON.stringify(entry)).toContain('password=secret');
  });

  it('answers bad documents and bad values by name', async () => {
    expect((await ask('{ nothing }')).errors![0]!.message).toContain('"nothing"');
    expect(
      (await ask('query Q($i: DateTime!) { at(instant: $i) }', undefined, { i: 'yesterday' })).errors![0]!.message,
    ).toContain('"yesterday"');
  });

  it('validates a document once', async () => {
    const broken = parse('{ nothing }');
    const [a, b] = [
      await hosted.execute({ document: broken, variables: {}, context: context() }),
      await hosted.execute({ document: broken, variables: {}, context: context() }),
    ];
    expect(a.errors).toBe(b.errors);
  });
});

describe('a subscription', () => {
  it('gives each event with its cursor and goes on after a cursor', async () => {
    const stream = await subscribe('subscription { ticks(after: "41") }');
    expect(await stream.next()).toEqual({ done: false, value: { data: { ticks: 42 }, extensions: { cursor: '42' } } });
    const next = stream.next();
    await listening();
    world.events.emit('tick', 50);
    expect((await next).value).toEqual({ data: { ticks: 50 }, extensions: { cursor: '50' } });
    await stream.return!();
    expect(world.open.size).toBe(0);
  });

  it('ends a source at once that waits for its next event', async () => {
    const stream = await subscribe('subscription { ticks }');
    const waiting = stream.next();
    await listening();
    await stream.return!();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(world.open.size).toBe(0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('ends when the request does', async () => {
    const gone = new AbortController();
    const stream = await subscribe('subscription { ticks }', { ...context(), signal: gone.signal });
    const waiting = stream.next();
    await listening();
    gone.abort();
    await expect(waiting.then(({ done }) => done)).resolves.toBe(true);
  });

  it('answers a bad document as a result, not as a stream', async () => {
    const result = await hosted.subscribe({
      document: parse('subscription { nothing }'),
      variables: {},
      context: context(),
    });
    expect((result as ExecutionResult).errors![0]!.message).toContain('"nothing"');
  });
});

describe('background parts', () => {
  it('are started again after an error, are named while they fail, and end with the subgraph', async () => {
    let runs = 0;
    let stopped = false;
    const { definition: failing, world: own } = toySubgraph(() => [
      {
        name: 'follower',
        async run(signal) {
          runs += 1;
          if (runs === 1) throw new Error('the database went away');
          await once(signal, 'abort');
          stopped = true;
        },
      },
    ]);
    const other = await hostSubgraph(failing, ports());
    await expect.poll(() => other.failing.has('follower')).toBe(true);
    await expect.poll(() => runs).toBe(2);
    expect(other.failing.size).toBe(0);
    await other.close();
    expect([stopped, own.closed]).toEqual([true, true]);
  });

  it('settle in turn until none has anything left', async () => {
    const work = { first: 2, second: 3 };
    const part = (name: 'first' | 'second') => ({
      name,
      run: (signal: AbortSignal) => once(signal, 'abort').then(() => {}),
      settle: async () => {
        if (work[name] === 0) return false;
        work[name] -= 1;
        return true;
      },
    });
    const { definition: settling } = toySubgraph(() => [part('first'), part('second')]);
    const other = await hostSubgraph(settling, ports(), { background: false });
    await other.settle();
    expect(work).toEqual({ first: 0, second: 0 });
    await other.close();
  });
});

it('says which subgraph needs what when it cannot be hosted', async () => {
  const { definition: broken } = toySubgraph();
  await expect(hostSubgraph({ ...broken, typeDefs: 'type Query { a: Missing }' }, ports())).rejects.toThrow('Missing');
  const withRoutes = { ...broken, open: async (given: Ports) => ({ ...(await broken.open(given)), routes: () => {} }) };
  const other = await hostSubgraph(withRoutes, ports());
  expect(() => other.routes({} as never)).toThrow(/toy has HTTP routes.*authenticate/);
  await other.close();
});

function ports(): Ports {
  return { database, feed: openFeed(database), rules, time: settableTime(0), log, metrics: new Registry() };
}

function account(role: Role): Viewer {
  return {
    id: `test-${role}`,
    name: { zh: role, en: role },
    role,
    tier: null,
    agency: null,
    division: '15',
    sources: [],
    purpose: null,
    expiresAt: Date.now() + 60_000,
  };
}

function context(viewer: Viewer | null = account('AUDITOR')) {
  return requestContext(viewer, 'r1');
}

async function ask(
  query: string,
  viewer: Viewer | null = account('AUDITOR'),
  variables: Record<string, unknown> = {},
): Promise<ExecutionResult> {
  return hosted.execute({ document: parse(query), variables, context: context(viewer) });
}

async function subscribe(query: string, given = context()): Promise<AsyncIterator<ExecutionResult>> {
  const stream = await hosted.subscribe({ document: parse(query), variables: {}, context: given });
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
  return stream[Symbol.asyncIterator]();
}

/** Until the source listens for ticks. */
async function listening(): Promise<void> {
  await expect.poll(() => world.events.listenerCount('tick')).toBeGreaterThan(0);
}
