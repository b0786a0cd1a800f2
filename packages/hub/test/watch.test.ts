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
  const running = Object.fromEntries(beats.map(({ content: { subgraph, parts } }) => [subgraph, parts]));
  const reading = readExpected(readFileSync(new URL('../../../rules/expected.yaml', import.meta.url), 'utf8'));
  if ('problem' in reading) throw new Error(reading.problem);
  expect(reading.expected.subgraphs).toEqual(running);
});

test('a hub as it is published raises no alarm', async () => {
  expect(said(await watchOn())).toEqual([]);
});
