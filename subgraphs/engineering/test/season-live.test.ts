import type { Scene } from '@gnomon/province';
import type { RecordTestWorld } from '@gnomon/records/test-world';
import type { Signal } from '@gnomon/subgraph-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Arrival, arrivalsOf, season } from './season-world.ts';
import { openEngineering, SUPERVISOR } from './world.ts';

const { world: planned, scene } = season(20_260_417, 90);
const arrivals = arrivalsOf(scene, planned);
const BODY = 250;

async function openSeason(): Promise<RecordTestWorld> {
  const world = await openEngineering('2026-03-20T00:00:00+08:00');
  await world.publish([
    ...scene.agencies.map((one) => ['agency', one] as const),
    ...scene.sources.map((one) => ['source', one] as const),
  ]);
  return world;
}

/** Every row at its own instant, timers running in between. */
async function live(world: RecordTestWorld): Promise<readonly Signal[]> {
  for (const [at, group] of Map.groupBy(arrivals, (arrival) => arrival.at)) {
    await world.goTo(at);
    const { account } = await world.push(group.map(({ row }) => row));
    expect(account.refused).toBe(0);
  }
  return settled(world);
}

/** All rows after the season, as an operator's import of history in several bodies, with timers in between. */
async function imported(world: RecordTestWorld): Promise<readonly Signal[]> {
  await world.goTo(planned.readAt);
  const rows = arrivals.map(({ at, row }) => ({ ...row, received_at: new Date(at).toISOString() }));
  for (let from = 0; from < rows.length; from += BODY) {
    const more = from + BODY < rows.length ? { more: '1' } : {};
    const answer = await world.history(rows.slice(from, from + BODY), { firstChunk: String(from / BODY), ...more });
    expect(answer).toMatchObject({ status: 200, body: { account: { refused: 0 } } });
    await world.goTo(planned.readAt);
  }
  return settled(world);
}

async function settled(world: RecordTestWorld): Promise<readonly Signal[]> {
  await world.goTo(planned.readAt);
  return world.signals();
}

/** What stands at the end of the signals, above NONE. */
function standing(signals: readonly Signal[]): readonly Signal[] {
  const last = new Map<string, Signal>();
  for (const signal of signals) last.set(`${signal.rule} ${signal.subject} ${signal.occurrence}`, signal);
  return [...last.values()].filter(({ level }) => level !== 'NONE' && level !== 'UNKNOWN');
}

const found = ({ rule, subjectKind, subject, occurrence, level }: Signal) =>
  [rule, subjectKind, subject, occurrence, level].join(' ');
const planted = ({ truth }: Scene) => truth.filter(({ indicator }) => indicator.startsWith('EP-'));

let first: RecordTestWorld;
let second: RecordTestWorld;
let told: readonly Signal[];
beforeAll(async () => {
  first = await openSeason();
  told = await live(first);
  second = await openSeason();
});
afterAll(async () => {
  await first?.close();
  await second?.close();
});

describe('a season of engineering projects, late, doubled and shuffled within what the rules allow', () => {
  test('shows every planted violation, exactly that one, and nothing else', () => {
    const expected = planted(scene).map(({ indicator, subjectKind, subject, occurrence, level }) =>
      [indicator, subjectKind, subject, occurrence, level].join(' '),
    );
    expect(standing(told).map(found).sort()).toEqual(expected.sort());
  });

  test('dates each finding that time alone brings about to the millisecond', () => {
    const byKey = new Map(standing(told).map((signal) => [found(signal), signal]));
    const timed = planted(scene).filter(({ turnedAt }) => turnedAt !== null);
    expect(timed.length).toBeGreaterThan(20);
    for (const { indicator, subjectKind, subject, occurrence, level, turnedAt } of timed) {
      const key = [indicator, subjectKind, subject, occurrence, level].join(' ');
      expect([key, Date.parse(byKey.get(key)?.turnedAt ?? '')]).toEqual([key, Date.parse(turnedAt!)]);
    }
  });

  test('gives the same signals as one import of history', { timeout: 1_200_000 }, async () => {
    const again = await imported(second);
    const text = (signal: Signal): string => JSON.stringify(signal);
    expect(again.map(text).sort()).toEqual(told.map(text).sort());
  });

  test('has the monthly rates that the raw rows give', async () => {
    const counted = recount(arrivals);
    const judged = new Map(
      (
        await entities<{ id: string; facts: { finished: number; incompleteRate: number } }>(
          first,
          'EngineeringAgencyMonth',
          [...counted.keys()],
        )
      ).map((one) => [one.id, one.facts]),
    );
    expect(counted.size).toBeGreaterThan(20);
    for (const [id, { finished, incomplete }] of counted)
      expect([id, judged.get(id)?.finished, judged.get(id)?.incompleteRate]).toEqual([
        id,
        finished,
        incomplete / finished,
      ]);
  });
});

function entities<T>(world: RecordTestWorld, type: string, ids: readonly string[]): Promise<readonly T[]> {
  return world
    .ask<{ _entities: readonly T[] }>(
      SUPERVISOR,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { id facts } } }`,
      { of: ids.map((id) => ({ __typename: type, id })) },
    )
    .then(({ _entities }) => _entities);
}

/** Approvals finished by agency and month, and those with an empty element, counted from the rows alone. */
function recount(rows: readonly Arrival[]): ReadonlyMap<string, { finished: number; incomplete: number }> {
  const newest = new Map<string, Arrival['row']>();
  for (const { row } of rows)
    if (row.table === 'eng_approval' && row.finished_at !== undefined) newest.set(String(row.row_guid), row);
  const wanted = [
    'project_code',
    'stage',
    'item_code',
    'materials',
    'opinion',
    'document_no',
    'document_file',
    'document_date',
  ];
  const months = new Map<string, { finished: number; incomplete: number }>();
  for (const row of newest.values()) {
    const id = `${row.org_code}:${String(row.finished_at).slice(0, 7)}`;
    const month = months.get(id) ?? { finished: 0, incomplete: 0 };
    months.set(id, month);
    month.finished += 1;
    if (wanted.some((name) => row[name] === undefined || row[name] === '')) month.incomplete += 1;
  }
  return months;
}
