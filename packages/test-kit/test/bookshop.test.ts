import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGateway, type Gateway } from '@gnomon/gateway';
import { composeSupergraph } from '@gnomon/gateway/compose';
import { readSubgraphTexts } from '@gnomon/gateway/subgraph-texts';
import type { Role, Viewer } from '@gnomon/identity';
import { loadPack, mutateRules } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { type Database, openFeed, relayOnce } from '@gnomon/store';
import { fixedRules, type HostedSubgraph, hostSubgraph, requestContext } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { type ExecutionResult, parse } from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type SettableTime, settableTime, type TestDatabase } from '../src/index.ts';
import { subgraph } from './bookshop/src/subgraph.ts';
import { ROOT, sourceFiles } from './workspace.ts';

/*
 * A ninth subgraph that has nothing to do with government, written by the README's recipe and nothing else: a chain of
 * bookshops answers each complaint within two working days. What it needs of the house is the kit.
 */
const FOLDER = fileURLToPath(new URL('./bookshop/', import.meta.url));
const log = pino({ level: 'silent' });
const { base: calendar } = createCalendarSet(readCalendarFolder(join(ROOT, 'rules/calendar')));
const at = (text: string) => Date.parse(`2024-${text}+08:00`);

let world: TestDatabase;
let database: Database;
let time: SettableTime;
let hosted: HostedSubgraph;
let gateway: Gateway;

beforeAll(async () => {
  world = await openTestDatabase({ bookshop: null });
  database = await world.open('bookshop');
  time = settableTime(at('10-14T09:00:00'));
  const loaded = loadPack(readRulesFolder(join(FOLDER, 'rules')), { calendar, runTests: true });
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const rules = fixedRules({ pack: loaded.pack, calendar, calendarFor: () => calendar });
  const ports = { database, feed: openFeed(database), rules, time, log, metrics: new Registry() };
  hosted = await hostSubgraph(subgraph, ports, { background: false });
  gateway = await createGateway({
    supergraphSdl: composed().supergraphSdl!,
    subgraphs: [{ name: 'bookshop', hosted }],
    authenticate: async () => requestContext(viewer('AUDITOR'), 'test'),
    log,
    metrics: new Registry(),
  });
});
afterAll(async () => {
  await gateway.close();
  await hosted.close();
  await world.close();
});

describe('the bookshop', () => {
  test('has a rule whose own tests kill every mutant', () => {
    const report = mutateRules(readRulesFolder(join(FOLDER, 'rules')), calendar);
    expect(report.survivors).toEqual([]);
    expect(report.killed).toBeGreaterThan(5);
  });

  test('takes complaints, refuses what cannot be, and judges at the exact instant', async () => {
    const pushed = await ask(
      `mutation { pushComplaints(complaints: [
        { number: "1", shop: "north", region: "15", receivedAt: "2024-10-14T08:00:00+08:00" }
        { number: "2", shop: "south", region: "15", receivedAt: "2024-10-14T08:30:00+08:00" }
        { number: "3", shop: "south", region: "15", receivedAt: "2024-10-15T08:30:00+08:00" }
      ]) { taken refused { index message { zh en } } } }`,
      viewer('SOURCE'),
    );
    expect(pushed).toEqual({
      data: {
        pushComplaints: {
          taken: 2,
          refused: [
            {
              index: 2,
              message: { zh: '收到时间在将来，请核对时钟', en: 'received in the future; check the clock' },
            },
          ],
        },
      },
    });
    time.set(at('10-16T10:00:00'));
    await ask(
      `mutation { pushComplaints(complaints: [{ number: "2", shop: "south", region: "15",
        receivedAt: "2024-10-14T08:30:00+08:00", answeredAt: "2024-10-16T09:59:00+08:00" }]) { taken } }`,
      viewer('SOURCE'),
    );
    time.set(at('10-23T09:00:00'));
    await hosted.settle();
    await relayOnce(database);
    expect(await toldTo(viewer('AUDITOR'))).toEqual([
      'south:2 ROSE WARNING 2024-10-15T16:00:00.000Z',
      'south:2 FELL NONE 2024-10-16T01:59:00.000Z',
      'north:1 ROSE WARNING 2024-10-15T16:00:00.000Z',
      'north:1 ROSE YELLOW 2024-10-16T16:00:00.000Z',
      'north:1 ROSE RED 2024-10-21T16:00:00.000Z',
    ]);
  });

  test('shows a shop its own complaints and signals, and nobody else’s', async () => {
    const south = viewer('AGENCY', { agency: 'south', division: null });
    expect(await ask('{ complaints { nodes { id level } } }', south)).toEqual({
      data: { complaints: { nodes: [{ id: 'south:2', level: 'NONE' }] } },
    });
    expect((await toldTo(south)).every((line) => line.startsWith('south:'))).toBe(true);
    expect((await ask('{ complaints { nodes { id } } }', null)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('follows its signals live, from a cursor on', async () => {
    const first = await ask('{ complaintSignals(first: 1) { endCursor } }', viewer('AUDITOR'));
    const { endCursor } = (first.data as { complaintSignals: { endCursor: string } }).complaintSignals;
    const stream = await hosted.subscribe({
      document: parse(`subscription { complaintSignals(after: "${endCursor}") { level complaint { id } } }`),
      variables: {},
      context: requestContext(viewer('AUDITOR'), 'test'),
    });
    const events = (stream as AsyncIterable<ExecutionResult>)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({
      data: { complaintSignals: { level: 'NONE', complaint: { id: 'south:2' } } },
    });
    await events.return!();
  });

  test('is one graph with all the others, and answers through it while they are away', async () => {
    const { supergraphSdl, errors } = composed();
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('complaints(');
    const answer = await gateway.execute({
      query: '{ complaints { nodes { id level } } }',
      context: requestContext(viewer('AUDITOR'), 'test'),
    });
    expect(answer).toEqual({
      data: {
        complaints: {
          nodes: [
            { id: 'south:2', level: 'NONE' },
            { id: 'north:1', level: 'RED' },
          ],
        },
      },
    });
  });
});

describe('the recipe', () => {
  test('is as long as the README says', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const recipe = readme.slice(readme.indexOf('## How to add'), readme.indexOf('## What is law'));
    const stated = /(\d+) lines of README, (\d+) files with (\d+) lines/.exec(recipe);
    expect(stated, 'README: the length of the recipe is not stated').not.toBeNull();
    const files = filesOf(FOLDER);
    const counted = [
      lines(recipe),
      files.length,
      files.reduce((sum, file) => sum + lines(readFileSync(file, 'utf8')), 0),
    ];
    for (const [index, count] of counted.entries())
      expect(
        Math.abs(Number(stated![index + 1]) / count - 1),
        `stated ${stated![index + 1]}, counted ${count}`,
      ).toBeLessThan(0.15);
  });

  test('needs nothing of the house but the kit and what is below it', () => {
    const imported = sourceFiles('packages/test-kit/test/bookshop').flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/'@gnomon\/([a-z-]+)'/g)].map((found) => found[1]),
    );
    expect([...new Set(imported)].sort()).toEqual(['rule-engine', 'subgraph-kit', 'working-time']);
  });
});

/** The bookshop beside every subgraph of the house. */
function composed() {
  const { name, port, typeDefs } = subgraph;
  return composeSupergraph([{ name, url: `http://127.0.0.1:${port}/graphql`, typeDefs }, ...readSubgraphTexts()]);
}

function viewer(role: Role, overrides: Partial<Viewer> = {}): Viewer {
  return {
    id: role,
    name: { zh: role, en: role },
    role,
    tier: null,
    agency: null,
    division: '15',
    sources: [],
    purpose: null,
    expiresAt: Date.now() + 600_000,
    ...overrides,
  };
}

function ask(query: string, who: Viewer | null): Promise<ExecutionResult> {
  return hosted.execute({ document: parse(query), variables: {}, context: requestContext(who, 'test') });
}

async function toldTo(who: Viewer): Promise<readonly string[]> {
  const { data } = await ask('{ complaintSignals { nodes { kind level turnedAt complaint { id } } } }', who);
  const { nodes } = (
    data as {
      complaintSignals: { nodes: { kind: string; level: string; turnedAt: string; complaint: { id: string } }[] };
    }
  ).complaintSignals;
  return nodes.map(({ kind, level, turnedAt, complaint }) => `${complaint.id} ${kind} ${level} ${turnedAt}`);
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function lines(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
