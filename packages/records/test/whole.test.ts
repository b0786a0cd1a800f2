import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import type { fixedRules } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { afterEach, expect, test } from 'vitest';
import { openParcels, parcel, RULES, row, told } from './parcels.ts';
import { subgraph } from './toy/parcels.ts';
import { openRecordWorld, type RecordTestWorld, rulesOf, source, viewer } from './world.ts';

let world: RecordTestWorld;
afterEach(() => world?.close());

/** How many rows each table holds. */
async function sizes(): Promise<Record<string, number>> {
  const tables = [
    'record',
    'subject',
    'mark',
    'period',
    'row_bundle',
    'intake_chunk',
    'listed',
    'refused_row',
    'tally_delta',
  ];
  const counts = await Promise.all(
    tables.map((table) => world.database.sql.unsafe<{ n: number }[]>(`select count(*)::int as n from ${table}`)),
  );
  return Object.fromEntries(tables.map((table, index) => [table, counts[index]![0]!.n]));
}

test('a chunk that breaks at its last step leaves nothing, and comes in whole when it is sent again', async () => {
  world = await openParcels();
  const rows = [
    parcel('a', { state: '3' }),
    parcel('', {}),
    row('depot_hours', { depot: 'north', hours: '24', row_guid: 'h' }),
    row('scan', { parcel_no: 'a', scanned_at: '2024-10-14 08:00:00', damaged: 'yes' }),
  ];
  const before = await sizes();
  await world.database.sql.unsafe(`
    create function refuse_chunk() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
    create trigger broken before insert on intake_chunk for each row execute function refuse_chunk()`);
  await expect(world.push(rows, { batchId: 'x', chunk: 1 })).rejects.toThrow(/Internal error/);
  expect(await sizes()).toEqual(before);
  expect([await world.signals(), await world.told()]).toEqual([[], []]);
  await world.database.sql.unsafe('drop trigger broken on intake_chunk');
  const { account } = await world.push(rows, { batchId: 'x', chunk: 1 });
  expect(account).toEqual({ rows: 4, taken: 3, setAside: 0, refused: 1, identical: 0 });
  expect((await world.signals()).map(told)).toEqual(['ROSE TY-02 own:a-label YELLOW 2024-10-14T00:00:00.000Z']);
});

test('writers of one record at the same time lose nothing', async () => {
  world = await openParcels();
  await world.push([parcel('a')]);
  const scans = Array.from({ length: 8 }, (_, n) =>
    row('scan', { parcel_no: 'a', scanned_at: `2024-10-14 09:0${n}:00`, row_guid: `s${n}` }),
  );
  const answers = await Promise.all(scans.map((scan, n) => world.push([scan], { batchId: `b${n}` })));
  expect(answers.map(({ account }) => account.taken)).toEqual(scans.map(() => 1));
  const [stored] = await world.database.sql<{ n: number; revision: number; facts: { scans: number } }[]>`
    select json_array_length(doc->'scans') as n, r.revision, s.facts from record r join subject s on s.record = r.id and s.kind = 'parcel'
    where r.kind = 'parcel' and r.id = 'own:a'`;
  expect(stored).toMatchObject({ n: 8, revision: 9, facts: { scans: 8 } });
});

test('other rules judge what is open anew, from the instant at which they come into force', async () => {
  const calendars = createCalendarSet(readCalendarFolder(`${RULES}/../../../../../rules/calendar`));
  const stricter = readRulesFolder(RULES).map((file) =>
    file.path.endsWith('TY-01.yaml')
      ? { ...file, text: file.text.replace('left(delivery) <= 1', 'left(delivery) <= 40') }
      : file,
  );
  const loaded = loadPack(stricter, { calendar: calendars.base, runTests: false });
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const rules = rulesOf(RULES) as ReturnType<typeof fixedRules>;
  world = await openRecordWorld(subgraph, {
    ...{ prefix: 'parcel', start: '2024-10-14T08:00:00+08:00', rules },
    publish: [['source', source('own', 'north', '15', { ownPlatform: true })]],
  });
  await world.push([parcel('a'), parcel('b', { delivered_at: '2024-10-14 08:00:00', state: '2' })]);
  await world.goTo('2024-10-14T20:00:00+08:00');
  expect(await world.signals()).toEqual([]);
  rules.swap({ pack: loaded.pack, calendar: calendars.base, calendarFor: () => calendars.base });
  await world.goTo('2024-10-14T20:00:01+08:00');
  expect((await world.signals()).map(told)).toEqual(['ROSE TY-01 own:a WARNING 2024-10-14T12:00:01.000Z']);
});

test('a record whose derivation fails keeps its rows and its verdicts, and does not stop the rows of others', async () => {
  world = await openParcels();
  await world.push([parcel('a'), parcel('b')]);
  const { account } = await world.push([
    parcel('a', { cd_operation: 'U', cd_time: '2024-10-14 09:00:00', depot: 'BROKEN' }),
    parcel('c'),
  ]);
  expect(account).toMatchObject({ taken: 2 });
  const faults = await world.database.sql<{ id: string; fault: string | null }[]>`
    select id, fault from record where kind = 'parcel' and fault is not null`;
  expect(faults.map(({ id }) => id)).toEqual(['own:a']);
  await world.goTo('2024-10-16T08:00:01+08:00');
  expect([...new Set((await world.signals()).map(({ subject }) => subject))].sort()).toEqual([
    'own:a',
    'own:b',
    'own:c',
  ]);
});

test('an aggregate whose facts fail does not stop the others', async () => {
  world = await openParcels();
  const lost = (no: string, depot: string) => parcel(no, { depot, state: '3' });
  await world.push([lost('a', 'odd'), lost('b', 'odd'), lost('c', 'north'), lost('d', 'north')]);
  await world.goTo('2024-11-02T00:00:00+08:00');
  const months = (await world.signals()).filter(({ rule }) => rule === 'TY-03').map(({ subject }) => subject);
  expect(months).toEqual(['north:2024-10']);
});

test('a changed list overtakes whoever read an open record before it', async () => {
  world = await openParcels();
  await world.push([parcel('a'), row('depot_hours', { depot: 'north', hours: '48', row_guid: 'h' })]);
  const scan = (n: number) => row('scan', { parcel_no: 'a', scanned_at: '2024-10-14 08:00:00', row_guid: `s${n}` });
  const list = row('depot_hours', {
    depot: 'north',
    hours: '24',
    row_guid: 'h',
    cd_operation: 'U',
    cd_time: '2024-10-14 08:00:01',
  });
  await Promise.all([world.push([scan(1)]), world.push([list], { batchId: 'l' }), world.push([scan(2)])]);
  await world.goTo('2024-10-15T08:00:01+08:00');
  const told = (await world.signals())
    .filter(({ level }) => level === 'YELLOW')
    .map(({ subject, turnedAt }) => [subject, turnedAt]);
  expect(told).toEqual([['own:a', '2024-10-15T00:00:00.001Z']]);
});

test('an operator opens a history, which holds the timers of the domain until it is closed', async () => {
  world = await openParcels();
  await world.push([parcel('a')]);
  const opened = await world.history([], { batch: 'h', more: '1', from: '2024-10-01T00:00:00Z' });
  expect(opened).toMatchObject({ status: 200, body: { batchId: '*:h', account: { chunks: 0 } } });
  await world.goTo('2024-10-20T00:00:00+08:00');
  expect(await world.signals()).toEqual([]);
  const operator = viewer('OPERATOR');
  const { parcelAsOf } = await world.ask<{ parcelAsOf: { at: string } }>(operator, '{ parcelAsOf { at } }');
  expect(new Date(parcelAsOf.at).toISOString()).toBe('2024-10-01T00:00:00.000Z');
  await world.ask(operator, 'mutation { closeParcelBatch(id: "*:h") { __typename } }');
  await world.goTo('2024-10-20T00:00:01+08:00');
  expect((await world.signals()).length).toBeGreaterThan(0);
});
