import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Milestone } from '../src/index.ts';
import { openParcels, parcel, row, told } from './parcels.ts';
import type { RecordTestWorld } from './world.ts';

let world: RecordTestWorld;
beforeEach(async () => {
  world = await openParcels();
});
afterEach(() => world?.close());
const signalsOf = async (rule: string) => (await world.signals()).filter((signal) => signal.rule === rule);
const lost = (no: string, at: string, more: Record<string, unknown> = {}) =>
  parcel(no, { state: '3', sent_at: at, ...more });

test('a month is judged at its end, and again when a late row reaches it', async () => {
  await world.push([lost('a', '2024-10-20 10:00:00'), lost('b', '2024-10-21 10:00:00')]);
  await world.goTo('2024-10-31T23:59:59.999+08:00');
  expect(await signalsOf('TY-03')).toEqual([]);
  await world.goTo('2024-11-02T09:00:00+08:00');
  expect((await signalsOf('TY-03')).map(told)).toEqual(['ROSE TY-03 north:2024-10 YELLOW 2024-10-31T16:00:00.001Z']);
  await world.push([
    parcel('b', { cd_operation: 'U', cd_time: '2024-11-02 09:00:00', state: '2', sent_at: '2024-10-21 10:00:00' }),
  ]);
  await world.goTo('2024-11-02T09:00:01+08:00');
  expect((await signalsOf('TY-03')).map(told).slice(1)).toEqual([
    'CORRECTED TY-03 north:2024-10 NONE 2024-10-31T16:00:00.001Z',
  ]);
});

test('a month of a source that pushes later is judged when its rows must have come, and dated its end', async () => {
  const late = { data_source: 'late' };
  await world.push([lost('a', '2024-10-30 10:00:00', late)]);
  await world.goTo('2024-11-01T12:00:00+08:00');
  await world.push([lost('b', '2024-10-31 20:00:00', late)]);
  await world.goTo('2024-11-01T23:59:59.999+08:00');
  expect(await signalsOf('TY-03')).toEqual([]);
  await world.goTo('2024-11-02T00:00:00+08:00');
  expect((await signalsOf('TY-03')).map(({ turnedAt, knownAt }) => [turnedAt, knownAt])).toEqual([
    ['2024-10-31T16:00:00.001Z', '2024-11-01T16:00:00.000Z'],
  ]);
});

test('a month waits for what may come later of anything under its key, also of what does not make it come to be', async () => {
  await world.push([lost('a', '2024-10-20 10:00:00'), lost('b', '2024-10-21 10:00:00')]);
  const seen = { data_source: 'late', parcel_no: 'c', scanned_at: '2024-10-31 10:00:00' };
  await world.push([parcel('c', { data_source: 'late' }), row('scan', seen)]);
  await world.goTo('2024-11-01T23:59:59.999+08:00');
  expect(await signalsOf('TY-03')).toEqual([]);
  await world.goTo('2024-11-02T00:00:00+08:00');
  expect((await signalsOf('TY-03')).map(({ knownAt }) => knownAt)).toEqual(['2024-11-01T16:00:00.000Z']);
});

test('a span that is judged as it goes warns at the end of the day, and its card waits for the end', async () => {
  await world.push([lost('a', '2024-10-20 10:00:00')]);
  await world.goTo('2024-10-20T23:59:59+08:00');
  expect(await signalsOf('TY-04')).toEqual([]);
  await world.goTo('2024-10-25T00:00:00+08:00');
  await world.push([lost('b', '2024-10-24 10:00:00')]);
  await world.goTo('2024-11-02T00:00:00+08:00');
  expect((await signalsOf('TY-04')).map(told)).toEqual([
    'ROSE TY-04 north:2024-10 WARNING 2024-10-20T16:00:00.000Z',
    'ROSE TY-04 north:2024-10 YELLOW 2024-10-31T16:00:00.001Z',
  ]);
});

test('a rolling window counts what lies in it and lets go what leaves it: the red falls, it is not disproved', async () => {
  await world.push([lost('a', '2024-10-14 09:00:00')]);
  await world.goTo('2024-10-16T09:00:00+08:00');
  await world.push([lost('b', '2024-10-16 09:00:00')]);
  await world.goTo('2024-11-10T00:00:00+08:00');
  expect((await signalsOf('TY-05')).map(told)).toEqual([
    'ROSE TY-05 north RED 2024-10-16T01:00:00.000Z',
    'FELL TY-05 north NONE 2024-10-24T01:00:00.000Z',
  ]);
});

test('small days go into their week, and a small week into its month; then nothing is said', async () => {
  const delivered = (no: string, day: string) =>
    parcel(no, { state: '3', sent_at: `2024-10-${day} 08:00:00`, delivered_at: `2024-10-${day} 12:00:00` });
  await world.push([delivered('a', '15')]);
  await world.push(['1', '2', '3'].map((no) => delivered(`b${no}`, '21')));
  await world.push(['1', '2'].map((no) => delivered(`c${no}`, '22')));
  await world.push(['3'].map((no) => delivered(`c${no}`, '23')));
  await world.goTo('2024-12-02T00:00:00+08:00');
  expect((await signalsOf('TY-06')).map(({ subject }) => subject).sort()).toEqual([
    'north:2024-10-21',
    'north:2024-W43',
  ]);
});

test('milestones of another domain are rows: they wait for their record, and those that do not concern it are passed over', async () => {
  const at = Date.parse('2024-10-14T08:30:00+08:00');
  const claim = (n: number, facts: Milestone['facts']): Milestone => ({
    ...{ kind: 'claim', id: 'own:a', at, n, source: 'own', agency: 'north', division: '15', item: null },
    facts,
  });
  await world.milestones('claims milestones', [claim(1, { serious: false, claimedAt: at })]);
  await world.goTo('2024-10-14T09:00:00+08:00');
  const claims = async () =>
    (
      await world.database.sql<
        { doc: { claims?: { c: Record<string, unknown> }[] } }[]
      >`select doc from record where kind = 'parcel'`
    ).flatMap(({ doc }) => doc.claims?.map(({ c }) => c) ?? []);
  expect(await claims()).toEqual([]);
  await world.milestones('claims milestones', [
    claim(2, { serious: true, claimedAt: at }),
    claim(3, { serious: true, claimedAt: at + 1 }),
  ]);
  await world.push([parcel('a')]);
  await world.goTo('2024-10-14T09:00:01+08:00');
  expect(await claims()).toMatchObject([{ id: 'own:a', agency: 'north', claimedAt: at + 1, n: '3' }]);
  // It no longer concerns the domain; since the record is there, that is news.
  await world.milestones('claims milestones', [claim(4, { serious: false, claimedAt: at + 2 })]);
  await world.goTo('2024-10-14T09:00:02+08:00');
  expect(await claims()).toMatchObject([{ claimedAt: at + 2 }]);
});

test('a milestone that was told before a timer ran and read after it brings nothing back', async () => {
  await world.push([parcel('a')]);
  const at = Date.parse('2024-10-16T07:59:00+08:00');
  const claim = { kind: 'claim', id: 'own:a', at, n: 1, source: 'own', agency: 'north', division: '15', item: null };
  await world.goTo('2024-10-16T08:00:01+08:00');
  await world.milestones('claims milestones', [{ ...claim, facts: { serious: true, claimedAt: at } }]);
  await world.goTo('2024-10-16T08:00:02+08:00');
  expect((await signalsOf('TY-01')).map(told)).toEqual([
    'ROSE TY-01 own:a WARNING 2024-10-15T23:00:00.000Z',
    'ROSE TY-01 own:a YELLOW 2024-10-16T00:00:00.001Z',
  ]);
});

test('milestones are told when they say something else, numbered, in entries of at most 200', async () => {
  await world.push(Array.from({ length: 450 }, (_, n) => parcel(`m${n}`)));
  await world.push([parcel('m1', { cd_operation: 'U', cd_time: '2024-10-14 08:30:00', phone: '1' })]);
  await world.push([
    parcel('m2', { cd_operation: 'U', cd_time: '2024-10-14 08:30:00', delivered_at: '2024-10-14 08:20:00' }),
  ]);
  const all = await world.told();
  expect(all).toHaveLength(451);
  expect(all.at(-1)).toMatchObject({ kind: 'parcel', id: 'own:m2', n: 2, agency: 'north', facts: { lost: false } });
  const sizes = await world.database.sql<{ n: number }[]>`
    select json_array_length(payload->'milestones') as n from hub.feed where stream = 'parcels milestones' order by seq`;
  expect(sizes.map(({ n }) => n)).toEqual([200, 200, 50, 1]);
});

test('a milestone is taken back when its source deletes the record, and told anew when it comes again', async () => {
  await world.push([parcel('a')]);
  await world.push([parcel('a', { cd_operation: 'D', cd_time: '2024-10-14 08:10:00' })]);
  await world.push([parcel('a', { cd_operation: 'U', cd_time: '2024-10-14 08:20:00', state: '3' })]);
  expect((await world.told()).map(({ n, facts }) => [n, facts])).toEqual([
    [1, { deliveredAt: null, lost: false }],
    [2, {}],
    [3, { deliveredAt: null, lost: true }],
  ]);
});

test('a published list holds from its arrival on, its newest version first', async () => {
  const hours = (value: string, more = {}) =>
    row('depot_hours', { depot: 'north', hours: value, row_guid: 'h', ...more });
  expect((await world.push([hours('24'), parcel('a')])).account).toMatchObject({ taken: 2 });
  expect((await world.push([hours('24')])).account).toMatchObject({ identical: 1 });
  await world.push([hours('12', { cd_time: '2024-10-14 07:00:00' })]);
  await world.push([parcel('b')]);
  await world.goTo('2024-10-15T08:00:01+08:00');
  expect(
    (await signalsOf('TY-01'))
      .filter(({ level }) => level === 'YELLOW')
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(['own:a', 'own:b']);
});
