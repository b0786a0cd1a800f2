import { createHash } from 'node:crypto';
import type { RecordTestWorld } from '@gnomon/records/test-world';
import type { Signal } from '@gnomon/subgraph-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countsOf } from './recount.ts';
import { bundleSeason, type Row, type Season } from './season.ts';
import { castOf, openBundles } from './world.ts';

const MILESTONES = 'work-items milestones';
const START = '2026-03-31T12:00:00+08:00';

/** Pushes a season as it arrives, instant by instant. */
async function live(season: Season): Promise<RecordTestWorld> {
  const world = await openBundles(START, castOf(season));
  for (const { at, milestones, rows } of season.steps) {
    await world.goTo(at);
    if (milestones.length > 0) {
      await world.milestones(MILESTONES, milestones);
      await world.goTo(at);
    }
    if (rows.length > 0) await world.push(rows);
  }
  await world.goTo(season.world.readAt);
  return world;
}

/** Reads the same as one history of a file whose rows stand in any order, with what work items had told beside it. */
async function asHistory(season: Season): Promise<RecordTestWorld> {
  const world = await openBundles(START, castOf(season));
  await world.history([], { from: START, more: '1' });
  world.time.set(season.world.readAt);
  for (const { milestones } of season.steps) if (milestones.length > 0) await world.milestones(MILESTONES, milestones);
  const rows = season.steps.flatMap(({ at, rows: came }) =>
    came.map((row) => ({ ...row, received_at: new Date(at).toISOString() })),
  );
  expect((await world.history(shuffledRows(rows))).status).toBe(200);
  await world.goTo(season.world.readAt);
  return world;
}

/** In an order that has nothing to do with time. */
function shuffledRows(rows: readonly Row[]): readonly Row[] {
  const place = (row: Row): string => createHash('sha256').update(JSON.stringify(row)).digest('hex');
  return [...rows].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** What stands at the end: one line a finding, with its exact instant where time alone brought it about. */
function standing(signals: readonly Signal[], timed: ReadonlySet<string>): readonly string[] {
  const latest = new Map<string, Signal>();
  for (const signal of signals)
    latest.set(`${signal.rule} ${signal.subjectKind} ${signal.subject} ${signal.occurrence}`, signal);
  return [...latest]
    .filter(([, { level }]) => level !== 'NONE')
    .map(([key, { level, turnedAt }]) => `${key} ${level} ${timed.has(`${key} ${level}`) ? Date.parse(turnedAt) : ''}`)
    .sort();
}

function truthOf({ scene }: Season): { readonly lines: readonly string[]; readonly timed: ReadonlySet<string> } {
  const timed = new Set<string>();
  const lines = scene.truth.map(({ indicator, subjectKind, subject, occurrence, level, turnedAt }) => {
    const key = `${indicator} ${subjectKind} ${subject} ${occurrence} ${level}`;
    if (turnedAt !== null) timed.add(key);
    return `${key} ${turnedAt === null ? '' : Date.parse(turnedAt)}`;
  });
  return { lines: lines.sort(), timed };
}

const told = (signals: readonly Signal[]): readonly string[] =>
  signals
    .map(({ rule, subject, occurrence, kind, level, previousLevel, turnedAt, knownAt }) =>
      [knownAt, rule, subject, occurrence, kind, previousLevel, level, turnedAt].join(' '),
    )
    .sort();

describe('a season of bundles that arrives late, shuffled and in part twice', () => {
  const season = bundleSeason(11, { disorder: true });
  const { lines, timed } = truthOf(season);
  let lived: RecordTestWorld;
  beforeAll(async () => {
    lived = await live(season);
  });
  afterAll(() => lived.close());

  test('comes to the planted findings, each at its instant, and to nothing else', async () => {
    expect(standing(await lived.signals(), timed)).toEqual(lines);
  });

  test('read as one history in any order gives the signals that arose live', async () => {
    const history = await asHistory(season);
    try {
      expect(told(await history.signals())).toEqual(told(await lived.signals()));
    } finally {
      await history.close();
    }
  });

  test('its rates are those of a recount from the rows', async () => {
    const rows = await lived.database.sql<{ id: string; facts: Record<string, unknown> }[]>`
      select id, facts from subject where kind = 'bundle-agency-month' order by id`;
    const recounted = countsOf(season);
    expect(rows.length).toBeGreaterThan(10);
    for (const { id, facts } of rows) expect({ id, ...facts }).toMatchObject({ id, ...recounted.get(id) });
  });

  test('every case tells its milestone', async () => {
    const milestones = new Map((await lived.told()).map((one) => [one.id, one]));
    const cases = new Set(
      (season.scene.rows.bundles ?? [])
        .filter(({ row }) => row.table === 'bundle_case')
        .map(({ row }) => `115-bundles:${row.case_no}`),
    );
    expect(new Set(milestones.keys())).toEqual(cases);
    expect(milestones.get('115-bundles:YJS-000001')?.facts).toMatchObject({
      state: 'FINISHED',
      children: '115:YJS-000001-009002,115:YJS-000001-009001',
    });
  });
});

test.each([3, 2026])('the season of seed %i, read as a history, comes to its planted findings', async (seed) => {
  const season = bundleSeason(seed, { disorder: false });
  const { lines, timed } = truthOf(season);
  const history = await asHistory(season);
  try {
    expect(standing(await history.signals(), timed)).toEqual(lines);
  } finally {
    await history.close();
  }
});
