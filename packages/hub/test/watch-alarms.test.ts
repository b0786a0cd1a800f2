import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Database, foldTallies, openDatabase, relayOnce } from '@gnomon/store';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCast, demoViewers, openHub, publishWorld, pushArrivals } from '../src/index.ts';
import { openFeedListener } from './feed-listener.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { overdueRow } from './rows.ts';

/*
 * A hub on a time that is set, from which one thing after another is taken away while it runs. Each test begins and ends with no alarm.
 */
const MINUTE_MS = 60_000;
const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));
const rules = mkdtempSync(join(tmpdir(), 'gnomon-watched-rules-'));
const cast = demoCast();
const SUBGRAPHS = ['registry', 'work-items', 'licences', 'reviews', 'bundles', 'engineering', 'centres', 'supervision'];
const SOURCES = cast.sources.map(({ id }) => id);
let present = Date.parse('2026-02-25T09:00:00+08:00');
let world: ListeningHub;
let workItems: Database;
let rows = 0;

beforeAll(async () => {
  cpSync(RULES, rules, { recursive: true });
  world = await openListeningHub({ time: { now: () => present }, background: false }, { GNOMON_RULES: rules });
  workItems = await openDatabase({
    ...{ url: world.hub.databaseUrl, schema: 'work_items', applicationName: 'beside', max: 1 },
    log: pino({ level: 'silent' }),
  });
  const { supervisors, agencies, items, sources } = cast;
  await publishWorld(world.hub, { agencies: [...supervisors, ...agencies], items, sources }, demoViewers()('operator'));
  await world.hub.settle();
  expect(await look()).toEqual([]);
});
afterAll(async () => {
  await workItems?.close();
  await world?.close();
  rmSync(rules, { recursive: true });
});

const at = (instant: string) => {
  present = Date.parse(`${instant}+08:00`);
};
/** What is raised and cleared by one look, short. Nobody looks while the tests' time leaps, and that has a test of its own. */
const look = async (hub = world.hub) =>
  (await hub.watch())
    .filter(({ alarm }) => alarm.kind !== 'WATCH_INTERRUPTED')
    .map(({ kind, alarm }) => `${kind} ${alarm.kind} ${alarm.about}`);
const standing = async (account = 'operator') => {
  const { data } = await world.ask<{ alarms: { nodes: { kind: string; about: string }[] } }>(
    account,
    '{ alarms(first: 200) { nodes { kind about } } }',
  );
  return data!.alarms.nodes
    .filter(({ kind }) => kind !== 'WATCH_INTERRUPTED')
    .map(({ kind, about }) => `${kind} ${about}`);
};

async function push(source: string, count = 1, change: object = {}): Promise<void> {
  const viewer = { ...demoViewers()('source-115'), id: `source-${source}`, sources: [source] };
  const arrivals = Array.from({ length: count }, () => {
    rows += 1;
    const row = { ...overdueRow(cast, cast.agencies[0]!, `W${rows}`, present), data_source: source, ...change };
    return { row, receivedAt: present } as unknown as Parameters<typeof pushArrivals>[1][number];
  });
  await pushArrivals(world.hub, arrivals, { viewer, batch: `b${rows}`, chunk: null });
  await world.hub.settle();
  await foldTallies(workItems);
}

test('each source that falls silent, by what it owes and has shown, in office time, until it sends again', async () => {
  // Five days, one of them a Saturday that is worked: it sends at nine, and is then silent for a working day.
  for (const day of ['2026-02-25', '2026-02-26', '2026-02-27', '2026-02-28', '2026-03-02']) {
    at(`${day}T09:00:00`);
    for (const source of SOURCES) await push(source);
    expect(await look()).toEqual([]);
  }
  // Two hours, and two working days on top of them.
  at('2026-03-04T11:00:00');
  await world.hub.settle();
  await foldTallies(workItems);
  expect(await look()).toEqual([]);
  at('2026-03-04T11:01:00');
  expect(await look()).toEqual(['RAISED SOURCE_SILENT work-items 115']);
  at('2026-03-04T14:00:00');
  expect(await look()).toEqual([]);
  await push('115');
  expect(await look()).toEqual(['CLEARED SOURCE_SILENT work-items 115']);
  await push('115');
  // Others owe within two working days: theirs are over at 09:00 of the fourth one after; nights count nothing.
  at('2026-03-05T08:59:00');
  await push('115');
  at('2026-03-06T08:59:00');
  await push('115');
  expect(await look()).toEqual([]);
  at('2026-03-06T09:01:00');
  expect((await look()).sort()).toEqual([
    'RAISED SOURCE_SILENT work-items 115-hrss',
    'RAISED SOURCE_SILENT work-items 115-land',
  ]);
  const told = await world.ask<{
    alarms: { nodes: { since: string; source: { id: string } | null; what: { zh: string } }[] };
  }>('operator', '{ alarms(kind: [SOURCE_SILENT]) { nodes { since source { id } what { zh } } } }');
  expect(told.data!.alarms.nodes).toHaveLength(2);
  expect(told.data!.alarms.nodes[0]).toMatchObject({ since: '2026-03-02T01:00:00.000Z', source: { id: '115-land' } });
  expect(told.data!.alarms.nodes[0]!.what.zh).toContain('静默');
  for (const source of SOURCES) await push(source);
  expect((await look()).sort()).toEqual([
    'CLEARED SOURCE_SILENT work-items 115-hrss',
    'CLEARED SOURCE_SILENT work-items 115-land',
  ]);
});

test('a weekend and a night are no silence, and a source’s own longest silence is none either', async () => {
  at('2026-03-06T17:20:00');
  await push('115');
  at('2026-03-09T09:00:00');
  await world.hub.settle();
  await foldTallies(workItems);
  expect(await look()).toEqual([]);
  // It has been silent for longer before.
  await push('115');
  at('2026-03-09T15:00:00');
  await world.hub.settle();
  await foldTallies(workItems);
  expect(await look()).toEqual([]);
  for (const source of SOURCES) await push(source);
  expect(await look()).toEqual([]);
});

test('a source that sends and is not registered', async () => {
  await push('ghost');
  expect(await look()).toEqual(['RAISED SOURCE_UNKNOWN work-items ghost']);
  expect(await standing()).toEqual(['SOURCE_UNKNOWN work-items ghost']);
});

test('refused rows that rise', async () => {
  await push('115', 25, { project_no: '' });
  present += MINUTE_MS;
  expect(await look()).toEqual(['RAISED REFUSALS_RISE work-items 115 2026-03-09']);
  at('2026-03-10T08:35:00');
  await push('115');
  present += MINUTE_MS;
  expect(await look()).toEqual(['CLEARED REFUSALS_RISE work-items 115 2026-03-09']);
});

test('a relay that stands, and then a follower that does not read on', async () => {
  const viewer = demoViewers()('source-115');
  const row = overdueRow(cast, cast.agencies[0]!, 'relayed', present);
  await pushArrivals(world.hub, [{ row, receivedAt: present }] as never, { viewer, batch: 'relayed', chunk: null });
  // Looks without the relay, which `hub.watch` runs at its end.
  const alone = async () => {
    for (const name of SUBGRAPHS) await world.hub.subgraph(name).watcher!.report();
    const told = [];
    for (const name of SUBGRAPHS) told.push(...(await world.hub.subgraph(name).watcher!.look()));
    return told.map(({ kind, alarm }) => `${kind} ${alarm.kind} ${alarm.about}`);
  };
  expect(await alone()).toEqual([]);
  present += 31_000;
  expect(await alone()).toEqual(['RAISED RELAY_STANDS relay']);
  await relayOnce(workItems);
  await foldTallies(workItems);
  expect(await alone()).toEqual(['CLEARED RELAY_STANDS relay']);
  await relayOnce(workItems);
  present += 61_000;
  const stood = (await alone()).filter((one) => one.includes('← work-items'));
  expect(stood).toContain('RAISED FOLLOWER_STANDS gnomon_supervision: supervision ← work-items');
  expect(stood.filter((one) => !one.startsWith('RAISED FOLLOWER_STANDS '))).toEqual([]);
  await world.hub.settle();
  const cleared = (await look()).filter((one) => one.includes('← work-items'));
  expect(cleared).toHaveLength(stood.length);
  expect(await standing()).toEqual(['SOURCE_UNKNOWN work-items ghost']);
});

test('an import of history that somebody forgot holds the timers, and is told by name until it is closed', async () => {
  const { origin } = world;
  const post = async (query: string) => {
    const response = await fetch(`${origin}/licences/rows?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${await world.token('operator')}` },
      body: '',
    });
    expect(response.status).toBe(200);
  };
  const from = encodeURIComponent('2026-03-02T00:00:00+08:00');
  await post(`batch=forgotten&history=1&more=1&from=${from}`);
  expect(await look()).toEqual([]);
  present += 31 * MINUTE_MS;
  expect(await look()).toEqual(['RAISED HISTORY_HELD licences *:forgotten']);
  await world.ask('operator', 'mutation { closeLicenceBatch(id: "*:forgotten") { __typename } }');
  await world.hub.settle();
  expect(await look()).toEqual(['CLEARED HISTORY_HELD licences *:forgotten']);
});

test('rules that are refused, a rule that is off, a holiday that is gone, each until it is mended', async () => {
  const change = (path: string, next: (text: string) => string | null) => {
    const text = next(readFileSync(join(RULES, path), 'utf8'));
    if (text === null) rmSync(join(rules, path));
    else writeFileSync(join(rules, path), text);
  };
  change('base/WI-03.yaml', (text) => text.replace('yellow: expired(promise)', 'yellow: nobody'));
  world.hub.rules.reload();
  expect(await look()).toEqual(['RAISED PACK_REFUSED base/WI-03.yaml']);
  change('base/WI-03.yaml', (text) => text);
  change('base/WI-22.yaml', () => null);
  change('calendar/notices/2026.json', (text) => text.replace(/^.*2026-06-19.*\n/m, ''));
  world.hub.rules.reload();
  expect((await look()).sort()).toEqual([
    'CLEARED PACK_REFUSED base/WI-03.yaml',
    'RAISED CALENDAR_DIFFERS 2026',
    'RAISED RULE_MISSING WI-22',
  ]);
  change('base/WI-22.yaml', (text) => text);
  change('calendar/notices/2026.json', (text) => text);
  world.hub.rules.reload();
  expect((await look()).sort()).toEqual(['CLEARED CALENDAR_DIFFERS 2026', 'CLEARED RULE_MISSING WI-22']);
  expect(await standing()).toEqual(['SOURCE_UNKNOWN work-items ghost']);
});

test('a subscriber hears what is raised and cleared, in order and once, and others’ sources are told to nobody', async () => {
  const query =
    'subscription ($after: String) { watchFeed(after: $after) { kind alarm { kind about source { id } } } }';
  const first = await world.ask<{ watchEvents: { nodes: { cursor: string }[] } }>(
    'operator',
    '{ watchEvents(first: 1) { nodes { cursor } } }',
  );
  const after = first.data!.watchEvents.nodes[0]!.cursor;
  const hear = async (account: string) =>
    openFeedListener({
      url: world.hub.url,
      token: await world.token(account),
      query,
      variables: { after },
      after,
      patience: () => 3,
    });
  const everything = await world.ask<{
    watchEvents: { nodes: { kind: string; alarm: { kind: string; about: string } }[] };
  }>('operator', '{ watchEvents(first: 200) { nodes { kind alarm { kind about } } } }');
  const expected = everything
    .data!.watchEvents.nodes.map(({ kind, alarm }) => `${kind} ${alarm.kind} ${alarm.about}`)
    .slice(1);
  const operator = await hear('operator');
  await operator.reached(expected.length);
  const heard = operator.heard.map(({ data }) => {
    const { kind, alarm } = (data as { watchFeed: { kind: string; alarm: { kind: string; about: string } } }).watchFeed;
    return `${kind} ${alarm.kind} ${alarm.about}`;
  });
  await operator.stop();
  expect(heard).toEqual(expected);
  const narrow = await world.ask<typeof everything.data>(
    'supervisor-saihan',
    '{ watchEvents(first: 200) { nodes { kind alarm { kind about } } } }',
  );
  const kinds = new Set(narrow.data!.watchEvents.nodes.map(({ alarm }) => alarm.kind));
  expect(kinds).toContain('RELAY_STANDS');
  expect(kinds).not.toContain('SOURCE_SILENT');
  expect(kinds).not.toContain('REFUSALS_RISE');
});

test('alarms survive a restart: nothing is raised again, what has ended is cleared; a clock that runs wrong is told', async () => {
  const before = await standing();
  await world.hub.subgraph('work-items').watcher!.look();
  const settings = readEnvironment({ PORT: '0', GNOMON_HOME: world.home, GNOMON_RULES: rules }, 0);
  const options = {
    settings,
    databaseUrl: world.hub.databaseUrl,
    background: false,
    connections: 4,
    log: pino({ level: 'silent' }),
  };
  const again = await openHub({ ...options, time: { now: () => present }, wallClock: () => Date.now() + 5_000 });
  present += MINUTE_MS;
  const told = await look(again);
  expect(told.map((one) => one.replace(/CLOCK_SKEW .*/, 'CLOCK_SKEW'))).toEqual(['RAISED CLOCK_SKEW']);
  const metrics = await (await fetch(again.url.replace('/graphql', '/metrics'))).text();
  expect(metrics).toMatch(/^gnomon_alarm\{kind="SOURCE_UNKNOWN",about="work-items ghost"\} 1$/m);
  expect(metrics.match(/^gnomon_alarm\{kind="(?!WATCH_INTERRUPTED)/gm)).toHaveLength(before.length + 1);
  expect(metrics).toMatch(/^gnomon_watch_rows_received\{domain="work-items",source="115"\} \d+$/m);
  const ready = (await (await fetch(again.url.replace('/graphql', '/ready'))).json()) as { watch: object };
  expect(ready.watch).toMatchObject({ notYet: [], blind: { SOURCE_UNKNOWN: 1, CLOCK_SKEW: 1 } });
  await again.close();
  present += MINUTE_MS;
  expect((await look()).map((one) => one.replace(/CLOCK_SKEW .*/, 'CLOCK_SKEW'))).toEqual(['CLEARED CLOCK_SKEW']);
  expect(await standing()).toEqual(before);
});
