import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createAssertions,
  createSignInBook,
  type EndEntry,
  GATE_PATHS,
  gateAudience,
  type Viewer,
} from '@gnomon/identity';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Door, knockWith } from '../src/alone/doors.ts';
import { type EndedNews, followEnded } from '../src/alone/ended-news.ts';
import { reportSignIns } from '../src/alone/sign-in-reports.ts';
import { readSupergraph, subgraphsOf } from '../src/supergraph.ts';

const assertions = createAssertions('y'.repeat(40));
const knock = knockWith(assertions);
const log = pino({ level: 'silent' });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A subgraph's door that a test holds: it says what it is told to. */
interface HeldDoor extends Door {
  readonly news: ServerResponse[];
  readonly reports: { readonly id: string }[];
  readonly answers: number[];
  say(line: unknown): void;
  shut(): Promise<void>;
}
async function openDoor(name: string, port = 0): Promise<HeldDoor> {
  const news: ServerResponse[] = [];
  const reports: { id: string }[] = [];
  const answers: number[] = [];
  const server: Server = createServer(async (request, response) => {
    await assertions.verify(request.headers.authorization?.slice('Bearer '.length) ?? '', gateAudience(name));
    if (request.url === GATE_PATHS.ended) {
      response.writeHead(200).flushHeaders();
      news.push(response);
      return;
    }
    let text = '';
    for await (const part of request) text += String(part);
    reports.push(JSON.parse(text) as { id: string });
    response.writeHead(answers.shift() ?? 200).end('{}');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const shut = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  closers.push(shut);
  const say = (line: unknown): void => void news.at(-1)?.write(`${JSON.stringify(line)}\n`);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return { name, url, news, reports, answers, say, shut };
}
function follow(doors: readonly Door[], silenceMs = 15_000): EndedNews {
  const news = followEnded({ doors, knock, log, now: () => Date.now(), silenceMs, longestPauseMs: 100 });
  closers.push(() => news.close());
  return news;
}
const locked = (account: string): EndEntry => ({
  ...{ kind: 'ACCOUNT_LOCKED', account, token: null, at: 1, by: 'security-admin', reason: '离岗停用' },
});
const viewer = (id: string, token = `${id}-token`): Viewer => ({
  ...{
    id,
    name: { zh: id, en: id },
    role: 'OPERATOR',
    tier: null,
    agency: null,
    division: null,
    sources: [],
    purpose: null,
  },
  ...{ expiresAt: 9, token: { id: token, issuedAt: 0, issuer: 'i' } },
});

describe('the news of ended tokens', () => {
  test('hold when all that stands was told, and each new step is told to who listens', async () => {
    const door = await openDoor('registry');
    const news = follow([door]);
    const heard: boolean[] = [];
    news.onEnd(() => heard.push(news.isEnded(viewer('b'))));
    await vi.waitUntil(() => door.news.length === 1, { timeout: 300_000 });
    door.say({ ended: locked('a') });
    await pause(20);
    expect([news.isEnded(viewer('a')), news.isHeard]).toEqual([false, false]);
    door.say({ told: true });
    await news.firstRound;
    expect([news.isEnded(viewer('a')), news.isHeard]).toEqual([true, true]);
    door.say({});
    door.say({ ended: locked('b') });
    await vi.waitUntil(() => news.isEnded(viewer('b')), { timeout: 300_000 });
    expect(heard).toEqual([false, true]);
  });

  test.each(['breaks off', 'ends', 'falls silent', 'talks nonsense'])(
    'go on at another subgraph when the first one %s, and what was heard stays true meanwhile',
    async (what) => {
      const [first, second] = [await openDoor('registry'), await openDoor('supervision')];
      const news = follow([first, second], what === 'falls silent' ? 400 : 15_000);
      await vi.waitUntil(() => first.news.length === 1, { timeout: 300_000 });
      for (const line of [{ ended: locked('a') }, { told: true }]) first.say(line);
      await news.firstRound;
      if (what === 'breaks off') await first.shut();
      if (what === 'ends') first.news[0]!.end();
      if (what === 'talks nonsense') first.say({ ended: { kind: 'FREED' } });
      await vi.waitUntil(() => second.news.length === 1, { timeout: 300_000 });
      expect([news.isEnded(viewer('a')), news.isHeard]).toEqual([true, false]);
      for (const line of [{ ended: locked('a') }, { ended: locked('b') }, { told: true }]) second.say(line);
      await vi.waitUntil(() => news.isHeard, { timeout: 300_000 });
      expect([news.isEnded(viewer('a')), news.isEnded(viewer('b'))]).toEqual([true, true]);
    },
  );

  test('are waited for no longer than each door was tried once', async () => {
    const door = await openDoor('registry');
    await door.shut();
    const news = follow([door, { ...door, name: 'supervision' }]);
    await news.firstRound;
    expect([news.isHeard, news.heardAt]).toEqual([false, null]);
    const again = await openDoor('registry', Number(new URL(door.url).port));
    await vi.waitUntil(() => again.news.length > 0, { timeout: 300_000 });
  });
});

describe('reports of sign-ins', () => {
  function report(doors: readonly Door[], everyMs = 5) {
    const book = createSignInBook();
    const outcomes: string[] = [];
    const reports = reportSignIns({ doors, knock, book, log, everyMs, onReport: (outcome) => outcomes.push(outcome) });
    return { book, outcomes, reports };
  }

  test('are the same report until a subgraph has it, and wait meanwhile', async () => {
    const [first, second] = [await openDoor('registry'), await openDoor('supervision')];
    first.answers.push(500, 503);
    second.answers.push(500, 502);
    const { book, outcomes, reports } = report([first, second]);
    closers.push(() => reports.close());
    book.accepted(viewer('a'), 1);
    await vi.waitUntil(() => outcomes.includes('told'), { timeout: 300_000 });
    expect(new Set([...first.reports, ...second.reports].map(({ id }) => id)).size).toBe(1);
    expect(outcomes).toEqual(['away', 'away', 'told']);
    expect(reports.waiting).toBe(0);
    expect(first.reports[0]).toMatchObject({ batch: { signIns: [{ account: 'a', token: 'a-token', issuer: 'i' }] } });
  });

  test('that a subgraph takes for none are counted as lost, and hold up nothing', async () => {
    const door = await openDoor('registry');
    door.answers.push(400);
    const { book, outcomes, reports } = report([door]);
    closers.push(() => reports.close());
    book.accepted(viewer('a'), 1);
    await vi.waitUntil(() => outcomes.length === 1, { timeout: 300_000 });
    book.accepted(viewer('b'), 2);
    await vi.waitUntil(() => outcomes.length === 2, { timeout: 300_000 });
    expect(outcomes).toEqual(['lost', 'told']);
  });

  test('of what is left go out when the gateway stops, refusals with them', async () => {
    const door = await openDoor('registry');
    const { book, reports } = report([door], 60_000);
    book.accepted(viewer('a'), 1);
    book.refused('TOKEN_EXPIRED');
    expect(reports.waiting).toBe(1);
    await reports.close();
    expect(door.reports).toMatchObject([{ batch: { signIns: [{ account: 'a' }], refused: { TOKEN_EXPIRED: 1 } } }]);
  });

  test('that nobody takes at the stop are in the log of the gateway, whole', async () => {
    const door = await openDoor('registry');
    await door.shut();
    const error = vi.spyOn(log, 'error');
    const { book, outcomes, reports } = report([door], 60_000);
    book.refused('TOKEN_EXPIRED');
    await reports.close();
    expect(outcomes).toEqual(['away']);
    expect(error.mock.calls).toMatchObject([[{ lost: [{ refused: { TOKEN_EXPIRED: 1 } }] }, expect.any(String)]]);
    error.mockRestore();
  });
});

test('the composed graph names each subgraph with its address', async () => {
  const found = subgraphsOf(await readSupergraph());
  expect(found).toContainEqual({ name: 'supervision', url: 'http://127.0.0.1:4003/graphql' });
  expect(found).toHaveLength(8);
});
