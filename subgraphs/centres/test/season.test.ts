import { naiveCalendar, type PushedRow, plantCentres, type Scene, sceneWorldOf } from '@gnomon/province';
import { openRecordWorld, type PushAnswer, type RecordTestWorld } from '@gnomon/records/test-world';
import type { Signal } from '@gnomon/subgraph-kit';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../src/subgraph.ts';
import { recount } from './recount.ts';
import { type Arrivals, arrivalsOf } from './season-arrivals.ts';

const calendar = naiveCalendar(
  readCalendarFolder(new URL('../../../rules/calendar', import.meta.url).pathname).notices,
);
const MONTHS = ['2026-04', '2026-05', '2026-06'];
const START = '2026-03-31T23:00:00+08:00';
const READ_AT = '2026-07-01T09:00:00+08:00';
const STREAM = 'work-items milestones';
const SEED = 20_260_401;

const scene: Scene = plantCentres(sceneWorldOf({ seed: SEED, calendar, months: MONTHS, clean: 200 }, 'centres'));
const arrivals: readonly Arrivals[] = arrivalsOf(scene, calendar);
const account = { rows: 0, taken: 0, setAside: 0, refused: 0, identical: 0 };
let live: RecordTestWorld;
let history: RecordTestWorld;

beforeAll(async () => {
  live = await open();
  for (const [chunk, { at, rows, milestones }] of arrivals.entries()) {
    if (milestones.length > 0) await live.milestones(STREAM, milestones);
    await live.goTo(at);
    if (rows.length > 0) add(await live.push(rows, { chunk }));
  }
  await live.goTo(READ_AT);

  history = await open();
  history.time.set(READ_AT);
  for (const { milestones } of arrivals) if (milestones.length > 0) await history.milestones(STREAM, milestones);
  const rows = arrivals.flatMap(({ at, rows: came }) =>
    came.map((row): PushedRow => ({ ...row, received_at: new Date(at).toISOString() })),
  );
  const answer = await history.history(shuffled(rows));
  expect(answer).toMatchObject({ status: 200, body: { account: { rows: rows.length, refused: 0 } } });
  await history.goTo(READ_AT);
});

afterAll(async () => {
  await live.close();
  await history.close();
});

describe('a season of service centres', () => {
  it('finds each planted violation, at the instant at which it turned, and nothing else', async () => {
    const found = standing(await live.signals());
    const expected = scene.truth.filter(({ indicator }) => indicator.startsWith('SC-'));
    const missed = expected.filter((finding) => {
      const signal = found.get(keyOf(finding.indicator, finding.subjectKind, finding.subject, finding.occurrence));
      return (
        signal?.level !== finding.level ||
        (finding.turnedAt !== null && Date.parse(signal.turnedAt) !== Date.parse(finding.turnedAt))
      );
    });
    expect(missed).toEqual([]);
    const known = new Set(
      expected.map(({ indicator, subjectKind, subject, occurrence }) =>
        keyOf(indicator, subjectKind, subject, occurrence),
      ),
    );
    expect([...found.keys()].filter((key) => !known.has(key))).toEqual([]);
    expect(new Set(expected.map(({ indicator }) => indicator)).size).toBe(12);
  });

  it('accounts for every row: those sent twice are identical, and none is refused', () => {
    const pushed = arrivals.flatMap(({ rows }) => rows);
    const twice = pushed.length - new Set(pushed.map((row) => JSON.stringify(row))).size;
    expect(twice).toBeGreaterThan(40);
    expect(account).toMatchObject({ rows: pushed.length, identical: twice, refused: 0 });
    expect(account.taken + account.setAside + account.identical).toBe(account.rows);
  });

  it('tells the same signals when it comes as one history, shuffled', async () => {
    const told = async (world: RecordTestWorld) =>
      (await world.signals())
        .map(
          ({ id, n, level, turnedAt, knownAt, rule, subject }) =>
            `${id} ${n} ${level} ${turnedAt} ${knownAt} ${rule} ${subject}`,
        )
        .sort();
    const lively = await told(live);
    expect(lively.length).toBeGreaterThan(100);
    expect(await told(history)).toEqual(lively);
  });

  it('has the rates that a recount of the raw rows has', async () => {
    const counted = recount(scene, calendar.isWorkday);
    const subjects = await live.database.sql<{ kind: string; id: string; facts: Record<string, unknown> }[]>`
      select kind, id, facts from subject`;
    const facts = new Map(subjects.map((subject) => [`${subject.kind} ${subject.id}`, subject.facts]));
    const kinds = new Set([...counted.keys()].map((key) => key.split(' ')[0]));
    expect([...kinds].sort()).toEqual([
      'centre-agency-month',
      'centre-day',
      'centre-group-day',
      'centre-month',
      'station-month',
    ]);
    const different = [...counted].flatMap(([key, expected]) => {
      const is = facts.get(key) ?? {};
      return Object.entries(expected)
        .filter(([name, value]) => is[name] !== value)
        .map(([name, value]) => `${key} ${name}: ${String(value)} recounted, ${String(is[name])} judged`);
    });
    expect(counted.size).toBeGreaterThan(100);
    expect(different).toEqual([]);
  });
});

async function open(): Promise<RecordTestWorld> {
  return openRecordWorld(subgraph as never, {
    prefix: 'centre',
    start: START,
    publish: [
      ...scene.agencies.map((one) => ['agency', one] as const),
      ...scene.items.map((one) => ['service-item', one] as const),
      ...scene.sources.map((one) => ['source', one] as const),
    ],
  });
}

function add({ account: part }: PushAnswer): void {
  for (const name of Object.keys(account) as (keyof typeof account)[]) account[name] += part[name];
}

/** What stands after all signals, by rule, subject and occurrence. */
function standing(signals: readonly Signal[]): ReadonlyMap<string, Signal> {
  const found = new Map<string, Signal>();
  for (const signal of signals) {
    const key = keyOf(signal.rule, signal.subjectKind, signal.subject, signal.occurrence);
    if (signal.level === 'NONE') found.delete(key);
    else found.set(key, signal);
  }
  return found;
}

function keyOf(...parts: readonly string[]): string {
  return parts.join(' ');
}

/** The same rows in another order, the same for every run. */
function shuffled<T>(values: readonly T[]): readonly T[] {
  let state = SEED;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state;
  };
  return values
    .map((value) => ({ value, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
