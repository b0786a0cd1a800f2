import { readFileSync } from 'node:fs';
import { createClient } from '@gnomon/store';
import { type Beat, readExpected } from '@gnomon/subgraph-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';

let present = Date.parse('2026-03-04T09:00:00+08:00');
let world: ListeningHub;
beforeAll(async () => {
  world = await openListeningHub({ time: { now: () => present }, background: false });
});
afterAll(() => world?.close());

/** Looks again after the longest time that a finding of these tests has to hold. */
async function watchOn(ms = 120_000) {
  await world.hub.settle();
  const before = await world.hub.watch();
  present += ms;
  return [...before, ...(await world.hub.watch())];
}
const said = (events: Awaited<ReturnType<typeof watchOn>>) => events.map(({ kind, alarm }) => `${kind} ${alarm.key}`);

test('the record names every subgraph and every part that runs, and no other', async () => {
  await world.hub.watch();
  const sql = createClient({ url: world.hub.databaseUrl, applicationName: 'beats', max: 1 });
  const beats = await sql<{ content: Beat }[]>`select content from hub.watch_beat order by subgraph`;
  await sql.end();
  const running = Object.fromEntries(beats.map(({ content: { subgraph, parts } }) => [subgraph, parts.toSorted()]));
  const reading = readExpected(readFileSync(new URL('../../../rules/expected.yaml', import.meta.url), 'utf8'));
  if ('problem' in reading) throw new Error(reading.problem);
  const wanted = Object.entries(reading.expected.subgraphs).map(([name, parts]) => [name, parts.toSorted()] as const);
  expect(Object.fromEntries(wanted)).toEqual(running);
});

test('a hub as it is published raises no alarm', async () => {
  expect(said(await watchOn())).toEqual([]);
});

test('is asked through the gateway by those who may, and by nobody else', async () => {
  const query = `{ watch(from: "2026-03-04T08:00:00+08:00", to: "2026-03-05T00:00:00+08:00", first: 200) {
      nodes { domain source { id } minute received subjectsJudged rulesRun completeTo } pageInfo { hasNextPage } }
    alarms { nodes { id } } watchExpectation { hash rules years } watchEvents { nodes { kind } } }`;
  interface Told {
    watch: { nodes: { domain: string; source: object | null; received: number }[] } | null;
    watchExpectation: { rules: string[]; years: number[] } | null;
  }
  for (const account of ['operator', 'supervisor-region', 'auditor-region']) {
    const { data, errors } = await world.ask<Told>(account, query);
    expect(errors).toBeUndefined();
    expect(new Set(data!.watch!.nodes.map(({ domain }) => domain)).size).toBe(8);
    expect(data!.watchExpectation!.rules).toContain('WI-03');
  }
  const narrow = await world.ask<Told>('supervisor-saihan', query);
  expect(narrow.data!.watch!.nodes).toEqual([]);
  for (const account of ['agency-1', 'partner-1', 'source-115', 'audit-admin', 'security-admin']) {
    const { data, errors } = await world.ask<Told>(account, query);
    expect(errors!.length).toBe(4);
    expect(data).toEqual({ watch: null, alarms: null, watchExpectation: null, watchEvents: null });
  }
});

test('minutes of long ago stand together by the hour, and are read like the others', async () => {
  const ask = async () => {
    const { data } = await world.ask<{ watch: { nodes: { minute: string; span: string; minutes: number }[] } }>(
      'operator',
      `{ watch(from: "2026-03-04T08:00:00+08:00", to: "2026-03-05T00:00:00+08:00", domain: "licences", first: 200) {
        nodes { minute span minutes } } }`,
    );
    return data!.watch.nodes;
  };
  const before = await ask();
  expect(before.length).toBeGreaterThan(1);
  expect(before.every(({ span, minutes }) => span === 'MINUTE' && minutes === 1)).toBe(true);
  present += 101 * 86_400_000;
  await world.hub.watch();
  expect(await ask()).toEqual([{ minute: '2026-03-04T01:00:00.000Z', span: 'HOUR', minutes: before.length }]);
});
