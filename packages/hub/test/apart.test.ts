import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer } from '@gnomon/identity';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCast, demoViewers } from '../src/index.ts';
import { SUBGRAPHS } from '../src/open-hub.ts';
import { publishReference } from '../src/publish-world.ts';
import { type Answer, askGraph } from './listening-hub.ts';
import { licenceRow, overdueRow, PUSH, pushInput } from './rows.ts';
import { type ServingProcess, startProcess } from './run-command.ts';

const NAMES = SUBGRAPHS.map(({ name }) => name);
const SECRET = 'the-secret-of-this-test-alone-and-long-enough';
const MINE = '115:MINE-1';
const OTHER = '115:OTHER-1';

const cast = demoCast();
/** The source of licences, as the demonstration has it. */
const LIBRARY = {
  ...cast.sources[0]!,
  id: '115-licences',
  name: '电子证照库',
  nameEn: 'Licence library',
  mustPush: false,
};
const [mine, other] = [cast.agencies[0]!, cast.agencies[1]!];
const home = mkdtempSync(join(tmpdir(), 'gnomon-apart-'));
const running = new Map<string, ServingProcess>();
let database: TestDatabase;
let gateway: ServingProcess;
beforeAll(async () => {
  database = await openTestDatabase(Object.fromEntries(SUBGRAPHS.map((one) => [one.schemaName, one.migrations])));
  const env = {
    PORT: '0',
    GNOMON_HOME: home,
    GNOMON_INTERNAL_SECRET: SECRET,
    DATABASE_URL: database.url,
    LOG_LEVEL: 'error',
  };
  for (const [name, started] of await Promise.all(
    NAMES.map(async (name) => [name, await startProcess(`subgraphs/${name}/src/main.ts`, env)] as const),
  ))
    running.set(name, started);
  gateway = await startProcess('gateway/src/main.ts', {
    ...env,
    GNOMON_SUBGRAPHS: [...running].map(([name, { url }]) => `${name}=${url}`).join(','),
  });
  await publishReference(new URL(gateway.url).origin, await tokenOf('operator'), {
    agencies: [...cast.supervisors, ...cast.agencies],
    items: cast.items,
    sources: [...cast.sources, LIBRARY],
  });
});
afterAll(async () => {
  const codes = await Promise.all([gateway, ...running.values()].map((one) => one?.stop()));
  await database?.close();
  rmSync(home, { recursive: true });
  expect(codes).toEqual([0, ...[...running].map(() => 0)]);
});

async function tokenOf(account: string): Promise<string> {
  return (await openIssuer(join(home, 'identity'))).issueToken(demoViewers()(account), { ttlSeconds: 600 });
}
async function ask<Data>(url: string, account: string, query: string, variables?: object): Promise<Answer<Data>> {
  return askGraph<Data>(url, await tokenOf(account), query, variables);
}

/** Subscribes through the gateway and gives the events from the first one until `enough` says so. */
async function eventsUntil<Event>(account: string, query: string, enough: (events: readonly Event[]) => boolean) {
  const client = createClient({
    url: gateway.url.replace('http:', 'ws:'),
    connectionParams: { authorization: `Bearer ${await tokenOf(account)}` },
    retryAttempts: 0,
  });
  const events: Event[] = [];
  for await (const { data, errors } of client.iterate<Event>({ query })) {
    expect(errors).toBeUndefined();
    events.push(data!);
    if (enough(events)) break;
  }
  await client.dispose();
  return events;
}

test.each(NAMES)('%s starts by the command of its package, and answers health, readiness and metrics', async (name) => {
  const { scripts } = JSON.parse(
    readFileSync(new URL(`../../../subgraphs/${name}/package.json`, import.meta.url), 'utf8'),
  ) as { scripts: Record<string, string> };
  expect(scripts.start).toMatch(/^node (--[\w-]+=\d+ )*src\/main\.ts$/);
  const { origin } = new URL(running.get(name)!.url);
  for (const path of ['/health', '/ready', '/metrics']) expect((await fetch(origin + path)).status).toBe(200);
});

interface FeedEvent {
  readonly supervisionFeed: {
    readonly kind: string;
    readonly card: {
      readonly level: string;
      readonly agency: { readonly name: { readonly zh: string } };
      readonly indicator: { readonly title: { readonly zh: string } };
      readonly subject: { readonly id: string; readonly no: string; readonly state: string };
    } | null;
  };
}

test('rows that are pushed through the gateway arrive as cards at a subscriber, with fields of three subgraphs', async () => {
  const now = Date.now();
  const rows = [overdueRow(cast, mine, 'MINE-1', now), overdueRow(cast, other, 'OTHER-1', now)];
  const { data, errors } = await ask<{ pushRows: object }>(gateway.url, 'source-115', PUSH, pushInput('b', rows));
  expect(errors).toBeUndefined();
  expect(data!.pushRows).toMatchObject({ account: { rows: 2, taken: 2 } });
  const events = await eventsUntil<FeedEvent>(
    'auditor-region',
    `subscription { supervisionFeed(after: "beginning") {
      kind
      card { level agency { name { zh } } indicator { title { zh } } subject { id ... on WorkItem { no state } } }
    } }`,
    (events) => [MINE, OTHER].every((id) => events.some(({ supervisionFeed: { card } }) => card?.subject.id === id)),
  );
  const cards = events.flatMap(({ supervisionFeed: { card } }) => (card === null ? [] : [card]));
  expect(cards.find(({ subject }) => subject.id === MINE)).toMatchObject({
    agency: { name: { zh: mine.name } },
    indicator: { title: { zh: expect.stringMatching(/./) } },
    subject: { no: 'MINE-1', state: 'ACCEPTED' },
  });
});

test('one query through the gateway joins what three subgraphs know', async () => {
  const { data, errors } = await ask(
    gateway.url,
    'supervisor-region',
    `query ($id: ID!) { workItem(id: $id) {
      no agency { name { zh } division { name } } item { name { zh } } cards(level: [RED, YELLOW]) { nodes { level indicator { title { zh } } } }
    } }`,
    { id: MINE },
  );
  expect(errors).toBeUndefined();
  const item = cast.items.find((one) => one.agency === mine.uscc && one.kind === 'PROMISE')!;
  expect(data).toMatchObject({
    workItem: {
      no: 'MINE-1',
      agency: { name: { zh: mine.name } },
      item: { name: { zh: item.name } },
      cards: {
        nodes: expect.arrayContaining([{ level: 'RED', indicator: { title: { zh: expect.stringMatching(/./) } } }]),
      },
    },
  });
});

test('a licence that is pushed through the gateway is joined with its work item and its agency, over eight processes', async () => {
  const { data, errors } = await ask<{ pushLicenceRows: object }>(
    gateway.url,
    'source-115-licences',
    PUSH.replace('pushRows', 'pushLicenceRows'),
    pushInput('licences', [licenceRow('L-MINE', 'MINE-1', mine), licenceRow('L-OTHER', 'OTHER-1', other)]),
  );
  expect(errors).toBeUndefined();
  expect(data!.pushLicenceRows).toMatchObject({ account: { rows: 2, taken: 2 } });
  const joined = '{ licences { nodes { id agency { name { zh } } workItem { no state } } } }';
  const whole = await ask<{ licences: { nodes: object[] } }>(gateway.url, 'supervisor-region', joined);
  expect(whole.errors).toBeUndefined();
  expect(whole.data!.licences.nodes).toHaveLength(2);
  expect(whole.data!.licences.nodes).toContainEqual({
    id: '115-licences:L-MINE',
    agency: { name: { zh: mine.name } },
    workItem: { no: 'MINE-1', state: 'ACCEPTED' },
  });
  const alone = await ask(running.get('licences')!.url, 'partner-1', '{ licences { nodes { id agency { uscc } } } }');
  expect(alone).toEqual({
    data: { licences: { nodes: [{ id: '115-licences:L-MINE', agency: { uscc: mine.uscc } }] } },
  });
});

const ITEMS = '{ workItems { nodes { id agency { uscc } } } }';

test("a partner agency's program asks the subgraphs themselves and sees its own rows only, by every door", async () => {
  const items = running.get('work-items')!.url;
  expect(await ask(items, 'supervisor-region', ITEMS)).toMatchObject({
    data: { workItems: { nodes: [{}, {}] } },
  });
  expect(await ask(items, 'partner-1', ITEMS)).toEqual({
    data: { workItems: { nodes: [{ id: MINE, agency: { uscc: mine.uscc } }] } },
  });
  expect(await ask(items, 'partner-1', `{ workItem(id: "${OTHER}") { id } }`)).toEqual({ data: { workItem: null } });

  const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on WorkItem { no state } } }`;
  const of = [MINE, OTHER].map((id) => ({ __typename: 'WorkItem', id }));
  const { data } = await ask<{ _entities: unknown[] }>(items, 'partner-1', entities, { of });
  expect(data!._entities).toEqual([{ no: 'MINE-1', state: 'ACCEPTED' }, null]);

  const signals = await ask<{ workItemSignals: { nodes: { subjectId: string }[] } }>(
    items,
    'partner-1',
    '{ workItemSignals { nodes { subjectId } } }',
  );
  const told = signals.data!.workItemSignals.nodes.map(({ subjectId }) => subjectId);
  expect(told).toContain(MINE);
  expect(told).not.toContain(OTHER);

  const cards = await ask<{ cards: { nodes: { agency: { uscc: string } }[] } }>(
    running.get('supervision')!.url,
    'partner-1',
    '{ cards { nodes { agency { uscc } } } }',
  );
  expect(new Set(cards.data!.cards.nodes.map(({ agency }) => agency.uscc))).toEqual(new Set([mine.uscc]));
});

test('without a token, and with a token or an assertion of a stranger, a subgraph answers nothing', async () => {
  const items = running.get('work-items')!.url;
  expect(await askGraph(items, null, ITEMS)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  const stranger = mkdtempSync(join(tmpdir(), 'gnomon-stranger-'));
  const forged = await (await openIssuer(stranger)).issueToken(demoViewers()('auditor-region'), { ttlSeconds: 600 });
  rmSync(stranger, { recursive: true });
  for (const url of [items, gateway.url]) {
    const { data, errors } = await askGraph(url, forged, ITEMS);
    expect(data ?? null).toBeNull();
    expect(errors![0]!.extensions).toMatchObject({ messageZh: expect.stringMatching(/令牌/) });
  }
});

test('a subgraph that ends leaves a named hole, and what the others know is answered', async () => {
  expect(await running.get('supervision')!.stop()).toBe(0);
  running.delete('supervision');
  const { data, errors } = await ask(
    gateway.url,
    'supervisor-region',
    '{ workItems { nodes { id agency { name { zh } } cards { nodes { id } } } } }',
  );
  expect(data).toMatchObject({
    workItems: { nodes: expect.arrayContaining([{ id: MINE, agency: { name: { zh: mine.name } }, cards: null }]) },
  });
  expect(errors![0]!.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'supervision' });
});
