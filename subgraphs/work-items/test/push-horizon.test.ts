import { lastTimelyInstant, latenessOf, pushHorizon } from '@gnomon/records';
import { startOfDay } from '@gnomon/working-time';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDocument, type KeptRow } from '../src/document.ts';
import { latestEventOf } from '../src/facts/latest-event.ts';
import { acceptRow, openWorld, publishedRules, resultRow, stepRow, type TestWorld, viewer } from './world.ts';

const { calendar } = publishedRules().current();
const horizon = pushHorizon(calendar);
const at = (text: string): number => Date.parse(`${text}+08:00`);
/** Any instant of the autumn of 2024: weekends, the Mid-Autumn and National Day holidays, two make-up days. */
const autumn = fc.integer({ min: at('2024-08-26T00:00:00'), max: at('2024-10-28T00:00:00') });
const midnights = autumn.map((instant) => startOfDay(Math.floor(instant / 86_400_000)));
const instants = fc.oneof(
  autumn,
  midnights,
  midnights.map((instant) => instant - 1),
);

describe('the horizon of a source that pushes by the end of the next working day', () => {
  test("lies at Monday 00:00 on Tuesday 00:00: Friday's rows were due by Monday 24:00", () => {
    expect(horizon.of(at('2024-10-22T00:00:00'))).toBe(at('2024-10-21T00:00:00'));
    expect(horizon.of(at('2024-10-21T23:59:59.999'))).toBe(at('2024-10-18T00:00:00'));
    expect(horizon.inverse(at('2024-10-19T00:00:00'))).toBe(at('2024-10-22T00:00:00'));
    expect(horizon.inverse(at('2024-10-21T17:30:00.001'))).toBe(at('2024-10-23T00:00:00'));
  });

  test('takes an instant as complete exactly when a row about anything before it would be late', () => {
    fc.assert(
      fc.property(instants, instants, (eventAt, r) => {
        const isComplete = eventAt < horizon.of(r);
        expect(isComplete).toBe(lastTimelyInstant(eventAt, false, calendar) < r);
        if (r > eventAt) expect(isComplete).toBe(latenessOf(eventAt, r, false, calendar) !== null);
      }),
    );
  });

  test('has the first instant that reaches a turn as its inverse', () => {
    fc.assert(
      fc.property(instants, (turn) => {
        const wakeAt = horizon.inverse(turn);
        expect(horizon.of(wakeAt)).toBeGreaterThanOrEqual(turn);
        expect(horizon.of(wakeAt - 1)).toBeLessThan(turn);
      }),
    );
    expect(horizon.inverse(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  test('waits for nothing where the calendar ends', () => {
    for (const day of [calendar.firstDay, calendar.lastDay + 2])
      expect(horizon.of(startOfDay(day))).toBe(startOfDay(day));
    expect(horizon.inverse(startOfDay(calendar.lastDay + 1))).toBe(startOfDay(calendar.lastDay + 1));
  });
});

test('an own platform owes its rows up to the last instant at which they are not late', () => {
  fc.assert(
    fc.property(instants, (eventAt) => {
      const last = lastTimelyInstant(eventAt, true, calendar);
      expect(latenessOf(eventAt, last, true, calendar)).toBeNull();
      expect(latenessOf(eventAt, last + 1, true, calendar)).not.toBeNull();
    }),
  );
});

test('the latest event of an item leaves out deleted rows and times that lay ahead of their own row', () => {
  const kept = (c: KeptRow['c'], r: number, more: Partial<KeptRow> = {}): KeptRow => ({
    ...{ g: String(r), v: 1, t: r, r, h: '', c },
    ...more,
  });
  const document = emptyDocument();
  expect(latestEventOf(document)).toBe(Number.NEGATIVE_INFINITY);
  document.accept.push(kept({ apply_date: 1000, accept_date: 2000 }, 5000));
  document.steps.push(kept({ event_start_time: 3000 }, 5000), kept({ event_start_time: 4000 }, 5000, { d: true }));
  document.results.push(kept({ result_date: 5000 + 600_001 }, 5000));
  expect(latestEventOf(document)).toBe(3000);
});

describe('work items of a source that pushes by the end of the next working day', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await openWorld('2024-09-24T01:00:00+08:00');
  });
  afterAll(() => world?.close());

  const LATE_SOURCE = viewer('SOURCE', { id: 'source-116', sources: ['116'] });
  const push = (rows: readonly Record<string, unknown>[]) =>
    world.push(
      rows.map((row) => ({ ...row, data_source: '116' })),
      { viewer: LATE_SOURCE },
    );
  const told = async (rule: string, no: string) =>
    (await world.signals())
      .filter((signal) => signal.rule === rule && signal.subject === `116:${no}`)
      .map(({ kind, level, turnedAt, knownAt }) => [kind, level, turnedAt, knownAt]);
  const FLOW = [
    ['受理', '09-23 09:00', '09-23 09:10'],
    ['审查', '09-24 09:00', '09-25 09:00'],
    ['决定', '09-29 09:00', '09-29 09:50'],
  ] as const;
  const steps = (no: string, flow: readonly (readonly [string, string, string])[]) =>
    flow.map(([name, from, to]) => stepRow(no, name, `2024-${from}:00`, `2024-${to}:00`));

  test('draw no card that a row within its time prevents, and one at the exact instant when none comes', async () => {
    await push([acceptRow('slow'), acceptRow('never')]);
    await world.goTo('2024-09-30T20:00:00+08:00');
    // Due on the make-up Sunday 09-29, finished in time; the row may come until Monday 24:00.
    await push([...steps('slow', FLOW), resultRow('slow', '2024-09-29 17:00:00')]);
    await world.goTo('2024-09-30T23:59:59.999+08:00');
    const warning = ['ROSE', 'WARNING', '2024-09-28T16:00:00.000Z', '2024-09-29T16:00:00.000Z'];
    expect(await told('WI-03', 'never')).toEqual([warning]);
    await world.goTo('2024-10-20T00:00:00+08:00');
    expect(await told('WI-03', 'slow')).toEqual([
      warning,
      ['FELL', 'NONE', '2024-09-29T09:00:00.000Z', '2024-09-30T12:00:00.000Z'],
    ]);
    expect(await told('WI-03', 'never')).toEqual([
      warning,
      ['ROSE', 'YELLOW', '2024-09-29T16:00:00.000Z', '2024-09-30T16:00:00.000Z'],
      ['ROSE', 'RED', '2024-10-09T16:00:00.000Z', '2024-10-10T16:00:00.000Z'],
    ]);
  });

  test('turn at once when a finish that is known came too late', async () => {
    world.time.set('2024-10-21T01:00:00+08:00');
    await push([acceptRow('late', { apply_date: '2024-10-12 09:00:00', accept_date: '2024-10-12 09:00:00' })]);
    await world.goTo('2024-10-21T10:00:00+08:00');
    expect((await told('WI-03', 'late')).map(([, level]) => level)).toEqual(['WARNING']);
    await push([resultRow('late', '2024-10-21 09:30:00')]);
    expect((await told('WI-03', 'late')).at(-1)).toEqual([
      'ROSE',
      'YELLOW',
      '2024-10-18T16:00:00.000Z',
      '2024-10-21T02:00:00.000Z',
    ]);
  });

  test('are not judged on their flow before its rows must have come', async () => {
    world.time.set('2024-10-22T01:00:00+08:00');
    const day = (flow: typeof FLOW) =>
      flow.map(([name, from, to]) => [name, `10-21${from.slice(5)}`, `10-21${to.slice(5)}`] as const);
    const times = { apply_date: '2024-10-21 08:40:00', accept_date: '2024-10-21 09:00:00' };
    for (const no of ['whole', 'broken'])
      await push([acceptRow(no, times), resultRow(no, '2024-10-21 10:00:00'), ...steps(no, day(FLOW).slice(0, 2))]);
    await world.goTo('2024-10-22T23:00:00+08:00');
    await push(steps('whole', day(FLOW).slice(2)));
    await world.goTo('2024-10-31T00:00:00+08:00');
    expect(await told('WI-11', 'whole')).toEqual([]);
    expect((await told('WI-11', 'broken')).map(([kind, level, turnedAt]) => [kind, level, turnedAt])).toEqual([
      ['ROSE', 'RED', '2024-10-22T16:00:00.000Z'],
    ]);
  });
});
