import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, type Database, foldTallies, openDatabase, relayOnce } from '@gnomon/store';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { demoCast, demoViewers, type Hub, openHub, publishWorld, pushArrivals } from '../src/index.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { overdueRow } from './rows.ts';
import { runCommand } from './run-command.ts';

/*
 * What a watch that only looks at what runs would miss: that nothing ran, that something never began, that something rests. A hub on a
 * time that is set.
 */
const OUTSIDE = fileURLToPath(new URL('../src/commands/watch-outside.ts', import.meta.url));
const MINUTE_MS = 60_000;
const silent = pino({ level: 'silent' });
const cast = demoCast();
let present = Date.parse('2026-03-04T09:00:00+08:00');
let world: ListeningHub;
let workItems: Database;
afterEach(async () => {
  await workItems?.close();
  await world?.close();
});

async function open(env: Readonly<Record<string, string>> = {}): Promise<void> {
  present = Date.parse('2026-03-04T09:00:00+08:00');
  world = await openListeningHub({ time: { now: () => present }, background: false }, env);
  workItems = await openDatabase({
    ...{ url: world.hub.databaseUrl, schema: 'work_items', applicationName: 'beside', max: 1, log: silent },
  });
  const { supervisors, agencies, items, sources } = cast;
  await publishWorld(world.hub, { agencies: [...supervisors, ...agencies], items, sources }, demoViewers()('operator'));
}
const look = async (hub: Hub = world.hub) =>
  (await hub.watch()).map(({ kind, alarm }) => `${kind} ${alarm.kind} ${alarm.about}`);
/** Minutes in which timers run and somebody looks, as the hub itself does all the time. */
const watchFor = async (minutes: number, runs = true) => {
  const told: string[] = [];
  for (let passed = 0; passed < minutes; passed += 1) {
    present += MINUTE_MS;
    if (runs) await world.hub.settle();
    told.push(...(await look()));
  }
  return told;
};
const metrics = async () => (await fetch(`${world.origin}/metrics`)).text();

async function push(no: string): Promise<void> {
  const row = overdueRow(cast, cast.agencies[0]!, no, present);
  const viewer = demoViewers()('source-115');
  await pushArrivals(world.hub, [{ row, receivedAt: present }] as never, { viewer, batch: no, chunk: null });
  await world.hub.settle();
}

test('all processes down: the next start says from when to when nobody watched, in the feed and in metrics, for a day', async () => {
  await open();
  await world.hub.settle();
  expect(await look()).toEqual([]);
  expect(await watchFor(2)).toEqual([]);
  const settings = readEnvironment({ PORT: '0', GNOMON_HOME: world.home }, 0);
  const databaseUrl = world.hub.databaseUrl;
  // Two and a half hours later another process begins, whose first look finds the newest decision of the one before.
  present = Date.parse('2026-03-04T11:32:00+08:00');
  const again = await openHub({
    ...{ settings, databaseUrl, background: false, connections: 4, log: silent, time: { now: () => present } },
  });
  try {
    await again.settle();
    const gap = '2026-03-04T09:02:00.000+08:00/2026-03-04T11:32:00.000+08:00';
    expect(await look(again)).toEqual([`RAISED WATCH_INTERRUPTED ${gap}`]);
    const shown = await (await fetch(again.url.replace('/graphql', '/metrics'))).text();
    expect(shown).toContain(`gnomon_alarm{kind="WATCH_INTERRUPTED",about="${gap}"} 1`);
    expect(shown).toContain(`gnomon_watched_to_seconds ${present / 1000}`);
    const told = await world.ask<{ watchEvents: { nodes: { alarm: { since: string; what: { zh: string } } }[] } }>(
      'supervisor-region',
      '{ watchEvents { nodes { alarm { since what { zh } } } } }',
    );
    expect(told.data!.watchEvents.nodes.map(({ alarm }) => alarm.since)).toEqual(['2026-03-04T01:02:00.000Z']);
    expect(told.data!.watchEvents.nodes[0]!.alarm.what.zh).toContain('150 分钟');
    // Told once, however often it is looked at; after a day people have had their time to read it.
    present += MINUTE_MS;
    expect(await look(again)).toEqual([]);
    present = Date.parse('2026-03-05T11:32:00+08:00');
    expect(await look(again)).toContain(`CLEARED WATCH_INTERRUPTED ${gap}`);
  } finally {
    await again.close();
  }
});

test('somebody outside tells a hub that is watched from one that is not and from one that is gone', async () => {
  await open();
  const outside = (...args: string[]) => runCommand(OUTSIDE, ['--url', world.origin, ...args]);
  expect(await outside()).toMatchObject({ code: 1, stdout: expect.stringContaining('nobody has ever watched it') });
  present = Date.now();
  await look();
  expect(await outside()).toMatchObject({ code: 0, stdout: expect.stringContaining('watched up to') });
  present = Date.now() - 4 * MINUTE_MS;
  const settings = readEnvironment({ PORT: '0', GNOMON_HOME: world.home }, 0);
  await createClientAnd(`update hub.watch_lease set decided_at = decided_at - interval '4 minutes'`);
  const late = await openHub({
    ...{ settings, databaseUrl: world.hub.databaseUrl, background: false, connections: 4, log: silent },
    time: { now: () => present },
  });
  await late.subgraph('registry').watcher!.look();
  const asked = await runCommand(OUTSIDE, ['--url', late.url]);
  expect(asked).toMatchObject({ code: 1, stdout: expect.stringContaining('minutes ago') });
  expect(await runCommand(OUTSIDE, ['--url', late.url, '--minutes', '30'])).toMatchObject({ code: 0 });
  await late.close();
  expect(await runCommand(OUTSIDE, ['--url', late.url])).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('does not answer'),
  });
  expect(await outside('--minutes', 'soon')).toMatchObject({ code: 64 });
});

async function createClientAnd(statement: string): Promise<void> {
  const sql = createClient({ url: world.hub.databaseUrl, applicationName: 'beside', max: 1 });
  await sql.unsafe(statement);
  await sql.end();
}

test('a follower that hangs before it has read anything at all', async () => {
  await open();
  // The world is published and told; nobody follows, since nothing runs by itself here.
  await relayOnce(workItems);
  expect(await look()).toEqual([]);
  const told = await watchFor(1, false);
  expect(told).toContain('RAISED FOLLOWER_STANDS gnomon_supervision: notices ← registry');
  expect(told).toContain('RAISED FOLLOWER_STANDS gnomon_work_items: work-items reference ← registry');
  expect(told).toContain('RAISED FOLLOWER_STANDS gnomon_licences: licences.record timers ← rules');
  const { data } = await world.ask<{ alarms: { nodes: { about: string; what: { zh: string } }[] } }>(
    'operator',
    '{ alarms(kind: [FOLLOWER_STANDS], first: 200) { nodes { about what { zh } } } }',
  );
  expect(data!.alarms.nodes.find(({ about }) => about.endsWith('notices ← registry'))!.what.zh).toContain('从未读过');
  expect(await metrics()).toContain(
    'gnomon_alarm{kind="FOLLOWER_STANDS",about="gnomon_supervision: notices ← registry"} 1',
  );
  await world.hub.settle();
  expect((await look()).toSorted()).toEqual(told.map((one) => one.replace('RAISED', 'CLEARED')).toSorted());
});

test('a subject that rests because judging it failed, for as long as it rests', async () => {
  await open();
  await push('resting');
  await foldTallies(workItems);
  expect(await look()).toEqual([]);
  // What is remembered of it is damaged: the hub's own timer finds out, logs it and lets it rest.
  const broken =
    await workItems.sql`update work_item set mind = '{}', due_at = ${present}::timestamptz where no = 'resting'
    returning mind, id`;
  expect(broken).toHaveLength(1);
  await world.hub.settle();
  await foldTallies(workItems);
  expect(await look()).toEqual(['RAISED SUBJECTS_REST work-items work_item']);
  expect(await metrics()).toContain('gnomon_alarm{kind="SUBJECTS_REST",about="work-items work_item"} 1');
  expect(await watchFor(3)).toEqual([]);
  await workItems.sql`update work_item set fault = null where no = 'resting'`;
  expect(await look()).toEqual(['CLEARED SUBJECTS_REST work-items work_item']);
});

test('counts that nobody folds', async () => {
  await open();
  await push('counted');
  expect(await look()).toEqual([]);
  expect(await watchFor(1)).toEqual(['RAISED TALLIES_STAND work-items']);
  expect(await metrics()).toContain('gnomon_alarm{kind="TALLIES_STAND",about="work-items"} 1');
  await foldTallies(workItems);
  expect(await look()).toEqual(['CLEARED TALLIES_STAND work-items']);
});

test('notices that are late, and those that are given up', async () => {
  process.env.GNOMON_WEBHOOK_ORIGINS = 'http://127.0.0.1:1';
  try {
    await open();
  } finally {
    delete process.env.GNOMON_WEBHOOK_ORIGINS;
  }
  await world.hub.settle();
  const { uscc: agency, division } = cast.agencies[12]!;
  const set = await world.ask<{ setNoticeRecipients: { __typename: string } }>(
    'chief-13',
    `mutation ($input: SetNoticeRecipientsInput!) { setNoticeRecipients(input: $input) { __typename } }`,
    { input: { agency, recipients: [{ post: 'CONTACT', channel: 'WEBHOOK', address: 'http://127.0.0.1:1/told' }] } },
  );
  expect(set.data?.setNoticeRecipients.__typename).toBe('SetNoticeRecipientsPayload');
  const issued = await world.ask<{ issueCard: { __typename: string } }>(
    'supervisor-saihan',
    `mutation ($agency: ID!, $division: ID!) { issueCard(input: { subjectType: "WorkItem", subjectId: "told:1",
      indicator: "WI-16", level: YELLOW, agency: $agency, division: $division, messageZh: "抽查发现特别程序未附依据",
      messageEn: "A spot check found a special procedure without its basis", reason: "演示闭环全流程" }) { __typename } }`,
    { agency, division },
  );
  expect(issued.data?.issueCard.__typename).toBe('CardPayload');
  await world.hub.settle();
  expect(await look()).toEqual([]);
  const told = await watchFor(11);
  expect(told).toEqual(['RAISED NOTICES_LATE on the way']);
  expect(await metrics()).toContain('gnomon_alarm{kind="NOTICES_LATE",about="on the way"} 1');
  // A day later nobody tries any more; that is not the end of the alarm but another one.
  present += 25 * 60 * MINUTE_MS;
  await world.hub.settle();
  const later = (await look()).filter((one) => one.includes('NOTICES_LATE'));
  expect(later).toEqual(['RAISED NOTICES_LATE given up', 'CLEARED NOTICES_LATE on the way']);
});

test('an agency that falls silent while its source goes on, until it is heard of again', async () => {
  await open();
  const [silenced, others] = [cast.agencies[0]!, cast.agencies[12]!];
  const days = Array.from({ length: 33 }, (_, index) => new Date(Date.UTC(2026, 2, 4 + index)));
  const workdays = days.filter((day) => day.getUTCDay() % 6 !== 0).map((day) => day.toISOString().slice(0, 10));
  const viewer = demoViewers()('source-115');
  const at = (day: string, time: string) => {
    present = Date.parse(`${day}T${time}+08:00`);
  };
  const send = async (day: string, agencies: readonly (typeof silenced)[]) => {
    at(day, '10:00:00');
    const rows = agencies.map((agency) => overdueRow(cast, agency, `${day} ${agency.uscc}`, present));
    const arrivals = rows.map((row) => ({ row, receivedAt: present }));
    await pushArrivals(world.hub, arrivals as never, { viewer, batch: day, chunk: null });
  };
  const agencies = (told: readonly string[]) => told.filter((one) => one.includes('AGENCY_SILENT'));
  for (const day of workdays.slice(0, 20)) await send(day, [silenced, others]);
  for (const day of workdays.slice(20, 22)) await send(day, [others]);
  at(workdays[22]!, '09:00:00');
  expect(agencies(await look())).toEqual([]);
  await send(workdays[22]!, [others]);
  expect(agencies(await look())).toEqual([]);
  // The third working day without it is over.
  at('2026-04-04', '00:00:00');
  const about = `work-items 115 ${silenced.uscc}`;
  expect(agencies(await look())).toEqual([`RAISED AGENCY_SILENT ${about}`]);
  expect(await metrics()).toContain(`gnomon_alarm{kind="AGENCY_SILENT",about="${about}"} 1`);
  const { data } = await world.ask<{ alarms: { nodes: { since: string; what: { zh: string; en: string } }[] } }>(
    'operator',
    '{ alarms(kind: [AGENCY_SILENT]) { nodes { since what { zh en } } } }',
  );
  expect(data!.alarms.nodes).toHaveLength(1);
  expect(data!.alarms.nodes[0]).toMatchObject({ since: '2026-03-30T16:00:00.000Z' });
  expect(data!.alarms.nodes[0]!.what.zh).toContain('已 3 个工作日没有该机构的数据');
  await send('2026-04-07', [silenced, others]);
  expect(agencies(await look())).toEqual([`CLEARED AGENCY_SILENT ${about}`]);
});

test('parts that neither fail nor go on, while all others come round, until they go on', async () => {
  let runsFor = 0;
  present = Date.parse('2026-03-04T09:00:00+08:00');
  world = await openListeningHub({ time: { now: () => present }, monotonic: () => performance.now() + runsFor });
  const { supervisors, agencies, items, sources } = cast;
  await publishWorld(world.hub, { agencies: [...supervisors, ...agencies], items, sources }, demoViewers()('operator'));
  const hangs = async () => {
    const { data } = await world.ask<{ alarms: { nodes: { about: string }[] } }>(
      'operator',
      '{ alarms(kind: [PART_HANGS]) { nodes { about } } }',
    );
    return data!.alarms.nodes.map(({ about }) => about).toSorted();
  };
  const looked = async () => {
    for (const name of ['licences', 'supervision', 'registry']) await world.hub.subgraph(name).watcher!.report();
    await look();
    return hangs();
  };
  // Somebody holds what a sender, a fold and a timer write to: each waits within its round, and for ever if need be.
  const holder = createClient({ url: world.hub.databaseUrl, applicationName: 'holder', max: 1 });
  const [held, isHeld] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = holder.begin(async (tx) => {
    await tx.unsafe(
      'lock table supervision.notice, licences.tally_delta, supervision.supervisor_day in exclusive mode',
    );
    // Until each of the three stands before it.
    const waiting = () =>
      tx`select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`;
    while ((await waiting()).length < 3) await setTimeout(50);
    isHeld.resolve();
    await held.promise;
  });
  try {
    await isHeld.promise;
    runsFor += 310_000;
    // All others come round once more within a minute.
    const stuck = ['licences: tallies', 'supervision: deliver notices', 'supervision: supervisor_day timers'];
    await expect.poll(looked, { interval: 500 }).toEqual(stuck);
    expect(await metrics()).toContain('gnomon_alarm{kind="PART_HANGS",about="supervision: deliver notices"} 1');
    held.resolve();
    await holding;
    await expect.poll(looked, { interval: 500 }).toEqual([]);
  } finally {
    held.resolve();
    await holder.end();
  }
});
