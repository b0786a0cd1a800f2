import { spanBounds, weekOf } from '@gnomon/records';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AGENCY, acceptRow, openWorld, resultRow, row, SUPERVISOR, source, stepRow, type TestWorld } from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await openWorld('2024-09-23T10:00:00+08:00');
});
afterEach(() => world?.close());

const signalsOf = async (subject: string) =>
  (await world.signals())
    .filter((signal) => signal.subject === subject && signal.level !== 'UNKNOWN')
    .map((signal) => [signal.rule, signal.kind, signal.level, signal.turnedAt]);
const items = (count: number, make: (n: number) => Record<string, unknown>) =>
  Array.from({ length: count }, (_, n) => make(n));

test('weeks and months have their bounds in China', () => {
  expect(weekOf('2024-12-30')).toBe('2025-W01');
  expect(weekOf('2027-01-03')).toBe('2026-W53');
  expect(spanBounds('2025-W01').startsAt).toBe(Date.parse('2024-12-30T00:00:00+08:00'));
  expect(spanBounds('2024-12').endsAt).toBe(Date.parse('2025-01-01T00:00:00+08:00'));
});

test('a day of a source is judged when it closes: late rows, bad codes and empty mandatory fields, each by its own rule', async () => {
  await world.push(
    items(40, (n) =>
      acceptRow(`L${n}`, {
        apply_date: '2024-09-19 09:00:00',
        accept_date: n < 4 ? '2024-09-19 09:00:00' : '2024-09-23 09:00:00',
        ...(n === 0 ? { apply_type: '7' } : {}),
        ...(n === 1 ? { org_name: '' } : {}),
      }),
    ),
  );
  await world.goTo('2024-09-23T23:59:59+08:00');
  expect(await signalsOf('115:2024-09-23')).toEqual([]);
  await world.goTo('2024-09-24T00:00:01+08:00');
  const found = await signalsOf('115:2024-09-23');
  const end = '2024-09-23T16:00:00.001Z';
  expect(found.filter(([rule]) => ['DP-01', 'DP-03', 'DP-04'].includes(rule as string)).sort()).toEqual([
    ['DP-01', 'ROSE', 'YELLOW', end],
    ['DP-03', 'ROSE', 'YELLOW', end],
    ['DP-04', 'ROSE', 'YELLOW', end],
  ]);
});

test('orphans count 24 hours after their day, and not those whose parent came in time', async () => {
  await world.push([
    ...items(20, (n) => stepRow(`O${n}`, '受理', '2024-09-23 09:30:00', null)),
    ...items(5, (n) => acceptRow(`A${n}`)),
  ]);
  world.time.set('2024-09-24T09:00:00+08:00');
  await world.push(items(18, (n) => acceptRow(`O${n}`, {}, { cd_time: '2024-09-24 08:59:00' })));
  await world.goTo('2024-09-25T00:00:01+08:00');
  expect((await signalsOf('115:2024-09-23')).filter(([rule]) => rule === 'DP-07')).toEqual([
    ['DP-07', 'ROSE', 'RED', '2024-09-24T16:00:00.001Z'],
  ]);
  const day = await world.ask<{ _entities: { facts: { orphanRate: number } }[] }>(
    SUPERVISOR,
    '{ _entities(representations: [{ __typename: "SourceDay", id: "115:2024-09-23" }]) { ... on SourceDay { facts } } }',
  );
  expect(day._entities[0]!.facts.orphanRate).toBeCloseTo(0.1);
});

test('a small day is carried into its week', async () => {
  await world.push(items(10, (n) => acceptRow(`S${n}`, { org_name: '' })));
  world.time.set('2024-09-24T10:00:00+08:00');
  await world.push(
    items(10, (n) => acceptRow(`T${n}`, { accept_date: '2024-09-24 09:00:00' }, { cd_time: '2024-09-24 09:00:00' })),
  );
  await world.goTo('2024-10-01T00:00:00+08:00');
  expect((await signalsOf('115:2024-09-23')).filter(([rule]) => rule === 'DP-03')).toEqual([]);
  expect((await signalsOf('115:2024-W39')).filter(([rule]) => rule === 'DP-03')).toMatchObject([
    ['DP-03', 'ROSE', 'RED', '2024-09-29T16:00:00.001Z'],
  ]);
});

test('declared totals are compared with what came on the day', async () => {
  await world.publish([['source', source('115', AGENCY, '150105', { mustPush: true })]]);
  await world.push([
    ...items(30, (n) => acceptRow(`G${n}`)),
    row('up_control_total', '', { day: '2024-09-23', accepted: 31, finished: 0 }),
  ]);
  await world.goTo('2024-09-24T00:00:01+08:00');
  expect((await signalsOf('115:2024-09-23')).filter(([rule]) => rule === 'DP-11')).toEqual([
    ['DP-11', 'ROSE', 'YELLOW', '2024-09-23T16:00:00.001Z'],
  ]);
});

test('new sources that two read from the register at once are told once', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `old-${n}`);
  const registeredAt = '2024-01-02T09:00:00+08:00';
  await world.publish(ids.map((id) => ['source', source(id, AGENCY, '150105', { mustPush: true, registeredAt })]));
  for (const id of ids)
    expect((await signalsOf(id)).map(([rule, , level]) => `${rule} ${level}`)).toEqual(['DP-13 RED']);
});

test('a source that falls silent is told by working days, and one that must push and never does by its registration', async () => {
  await world.publish([
    ['source', source('117', AGENCY, '150105', { mustPush: true, registeredAt: '2024-09-23T09:00:00+08:00' })],
  ]);
  await world.push(items(40, (n) => acceptRow(`Q${n}`)));
  await world.goTo('2024-10-18T00:00:00+08:00');
  expect(await signalsOf('115')).toEqual([
    ['DP-02', 'ROSE', 'WARNING', '2024-09-24T16:00:00.000Z'],
    ['DP-02', 'ROSE', 'YELLOW', '2024-09-25T16:00:00.000Z'],
    ['DP-02', 'ROSE', 'RED', '2024-09-29T16:00:00.000Z'],
  ]);
  expect(await signalsOf('117')).toEqual([['DP-13', 'ROSE', 'WARNING', '2024-10-16T16:00:00.000Z']]);
});

test('refused rows that nobody corrects draw a signal after two working days, and none once they are corrected', async () => {
  await world.push([acceptRow('', {}, { row_guid: 'bad' })], { batchId: 'x' });
  await world.goTo('2024-09-26T09:00:00+08:00');
  expect(await signalsOf('115:x')).toEqual([['DP-12', 'ROSE', 'WARNING', '2024-09-25T16:00:00.000Z']]);
  await world.push([acceptRow('Z1', {}, { row_guid: 'bad' })], { batchId: 'y' });
  expect((await signalsOf('115:x')).at(-1)).toEqual(['DP-12', 'FELL', 'NONE', '2024-09-26T01:00:00.000Z']);
});

test('a history import holds the timers at its own time until it is closed', async () => {
  const { intake } = world.hosted.contextOf({
    viewer: null,
    scope: { all: false, divisions: [], agencies: [], sources: [] },
    requestId: 't',
  }) as unknown as {
    intake: { take(input: object): Promise<{ batchId: string }> };
  };
  world.time.set('2026-11-23T10:00:00+08:00');
  const receivedAt = Date.parse('2024-09-23T10:00:00+08:00');
  const { batchId } = await intake.take({
    source: null,
    replay: true,
    label: 'h',
    chunk: 1,
    rows: [{ value: acceptRow('X1'), receivedAt }],
  });
  await world.hosted.settle();
  expect((await signalsOf('115:X1')).filter(([rule]) => rule === 'WI-03')).toEqual([]);
  await world.ask({ ...SUPERVISOR, role: 'OPERATOR' }, `mutation { closeBatch(id: "${batchId}") { __typename } }`);
  await world.hosted.settle();
  expect((await signalsOf('115:X1')).filter(([rule]) => rule === 'WI-03').map(([, , level]) => level)).toEqual([
    'WARNING',
    'YELLOW',
    'RED',
    // WI-04 takes it over: nobody is punished twice.
    'NONE',
  ]);
});

test('a month counts a missing step of an item only once the row about it must have come', async () => {
  const subject = `${AGENCY}:2024-09`;
  world.time.set('2024-09-30T17:00:00+08:00');
  await world.push(
    items(30, (n) => acceptRow(`M${n}`)).concat(items(30, (n) => resultRow(`M${n}`, '2024-09-30 16:00:00'))),
  );
  await world.goTo('2024-10-08T23:59:59.999+08:00');
  expect((await signalsOf(subject)).filter(([rule]) => rule === 'WI-11')).toEqual([]);
  await world.goTo('2024-10-09T00:00:01+08:00');
  expect((await signalsOf(subject)).filter(([rule]) => rule === 'WI-11')).toEqual([
    ['WI-11', 'ROSE', 'RED', '2024-09-30T16:00:00.001Z'],
  ]);
});
