import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptRow, openWorld, resultRow, SUPERVISOR, stepRow, type TestWorld } from './world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld('2024-09-23T09:30:00+08:00');
});
afterAll(() => world?.close());

const cards = async (rule: string, no: string) =>
  (await world.signals())
    .filter((signal) => signal.rule === rule && signal.subject === `115:${no}`)
    .map((signal) => [signal.kind, signal.level, signal.turnedAt]);

describe('the worked example of an item accepted on Monday 2024-09-23 with five working days', () => {
  test('an open item warns, turns yellow and red at the exact first instants, however late the timers run', async () => {
    await world.push([acceptRow('open')]);
    await world.goTo('2024-10-11T12:00:00+08:00');
    expect(await cards('WI-03', 'open')).toEqual([
      ['ROSE', 'WARNING', '2024-09-28T16:00:00.000Z'],
      ['ROSE', 'YELLOW', '2024-09-29T16:00:00.000Z'],
      ['ROSE', 'RED', '2024-10-09T16:00:00.000Z'],
    ]);
  });
  test('the graph gives its due time, its standing and its facts', async () => {
    const { workItem } = await world.ask<{ workItem: Record<string, unknown> }>(
      SUPERVISOR,
      '{ workItem(id: "115:open") { id no state isOpen promiseDueAt statutoryDueAt applicantName standing { indicator { id } level } steps { name } } }',
    );
    expect(workItem).toMatchObject({
      state: 'ACCEPTED',
      isOpen: true,
      promiseDueAt: '2024-09-29T15:59:59.999Z',
      statutoryDueAt: '2024-10-24T15:59:59.999Z',
      applicantName: '张*',
    });
  });
  test('a finish on the last day leaves nothing, also when its row comes after the warning', async () => {
    world.time.set('2024-09-23T09:30:00+08:00');
    await world.push([acceptRow('intime')]);
    await world.goTo('2024-09-29T10:00:00+08:00');
    await world.push([
      resultRow('intime', '2024-09-29 09:50:00'),
      stepRow('intime', '受理', '2024-09-23 09:00:00', '2024-09-23 09:10:00'),
    ]);
    await world.goTo('2024-10-20T10:00:00+08:00');
    expect(await cards('WI-03', 'intime')).toEqual([
      ['ROSE', 'WARNING', '2024-09-28T16:00:00.000Z'],
      ['FELL', 'NONE', '2024-09-29T01:50:00.000Z'],
    ]);
  });
});
