import type { Facts } from '@gnomon/rule-engine';
import { type Database, openFeed, relayOnce } from '@gnomon/store';
import { openTestDatabase, type SettableTime, settableTime, type TestDatabase } from '@gnomon/test-kit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJudgedSubjects, type JudgedSubjects, type SubjectArrival } from '../src/judged-subjects.ts';
import { kitMetrics } from '../src/metrics.ts';
import { fixedRules } from '../src/rules-port.ts';
import type { Signal } from '../src/signal.ts';
import { earliestDueAt } from '../src/subject-store.ts';
import { CALENDAR, toyPack, toyReceipt } from './toy-pack.ts';

const T = Date.UTC(2026, 0, 5);
const pack = toyPack([
  {
    id: 'LATE',
    rungs: [
      { level: 'WARNING', after: 'due', plus: -100 },
      { level: 'YELLOW', after: 'due' },
      { level: 'RED', after: 'due', plus: 300 },
    ],
  },
  { id: 'BAD', rungs: [{ level: 'YELLOW', needs: 'bad' }] },
]);

let test: TestDatabase;
let database: Database;
let time: SettableTime;
let rules: ReturnType<typeof fixedRules>;
let subjects: JudgedSubjects;
let tallied: string[];

beforeEach(async () => {
  test = await openTestDatabase({ toy: new URL('./toy-migrations/', import.meta.url) });
  database = await test.open('toy');
  time = settableTime(T);
  rules = fixedRules({ pack, calendar: CALENDAR, calendarFor: () => CALENDAR });
  tallied = [];
  subjects = openSubjects();
});
afterEach(() => test.close());

describe('judged subjects', () => {
  it('keep facts, verdicts, signals and timers of an arrival in one transaction', async () => {
    await take(arrival('a', { due: T + 1000, bad: true }));
    expect(await signals()).toEqual(['a ROSE BAD YELLOW 0']);
    expect(await database.transaction((tx) => earliestDueAt(tx, 'subject'))).toBe(T + 900);
    const [row] = await database.sql`select kind, id, facts, standing, due_at, fault from subject`;
    expect(row).toMatchObject({
      kind: 'toy',
      id: 'a',
      facts: { due: T + 1000, bad: true },
      standing: { signals: 1, verdicts: [{ rule: 'BAD', level: 'YELLOW' }] },
      due_at: T + 900,
      fault: null,
    });
  });

  it('leave nothing behind when the transaction fails, and the same again is then new', async () => {
    await expect(
      database.transaction(async (tx) => {
        await subjects.take(tx, [arrival('a', { due: T, bad: true })]);
        throw new Error('cut');
      }),
    ).rejects.toThrow('cut');
    expect(await signals()).toEqual([]);
    expect(await database.sql`select 1 from subject`).toHaveLength(0);
    await take(arrival('a', { due: T + 5000, bad: true }));
    expect(await signals()).toEqual(['a ROSE BAD YELLOW 0']);
  });

  it('turn by time at the exact instant, however late the timers run', async () => {
    await take(
      arrival('a', { due: T + 1000, bad: false }),
      arrival('b', { due: T + 1050, bad: false }),
      arrival('c', { due: T + 99_000, bad: false }),
    );
    time.set(T + 899);
    expect(await subjects.passTime()).toBe(0);
    time.set(T + 60_000);
    expect(await subjects.passTime()).toBe(2);
    expect(await signals()).toEqual([
      'a ROSE LATE WARNING 900',
      'b ROSE LATE WARNING 950',
      'a ROSE LATE YELLOW 1000',
      'b ROSE LATE YELLOW 1050',
      'a ROSE LATE RED 1300',
      'b ROSE LATE RED 1350',
    ]);
    expect(await subjects.passTime()).toBe(0);
    expect(await database.transaction((tx) => earliestDueAt(tx, 'subject'))).toBe(T + 98_900);
  });

  it('give the same signals whether timers ran in time, late, or only with the next arrival', async () => {
    const histories: string[][] = [];
    for (const [index, wakes] of [[900, 1000, 1100, 1200], [1200], []].entries()) {
      const id = `s${index}`;
      await take(arrival(id, { due: T + 1000, bad: false }, T));
      for (const wake of wakes) {
        time.set(T + wake);
        await subjects.passTime();
      }
      await take(arrival(id, { due: T + 50_000, bad: true }, T + 1200));
      histories.push((await signals()).filter((line) => line.startsWith(id)).map((line) => line.slice(id.length + 1)));
      time.set(T);
    }
    expect(histories[0]).toEqual([
      'ROSE LATE WARNING 900',
      'ROSE LATE YELLOW 1000',
      'ROSE BAD YELLOW 1200',
      'CORRECTED LATE NONE 1000',
    ]);
    expect(histories[1]).toEqual(histories[0]);
    expect(histories[2]).toEqual(histories[0]);
  });

  it('are judged once each when two processes share the timers', async () => {
    await take(
      ...Array.from({ length: 60 }, (_, index) => arrival(`m${index}`, { due: T + 1000 + index, bad: false })),
    );
    time.set(T + 1500);
    const judged = await Promise.all([subjects.passTime(), openSubjects().passTime(), openSubjects().passTime()]);
    expect(judged.reduce((sum, count) => sum + count, 0)).toBe(60);
    const lines = await signals();
    expect(lines).toHaveLength(180);
    expect(new Set(lines).size).toBe(180);
  });

  it('rest with their fault named when they cannot be judged, and lose no instant by it', async () => {
    await take(arrival('a', { due: T + 1000, bad: false }), arrival('poison', { due: T + 1000, bad: false }));
    const judge = pack.judgeSubject;
    const broken = {
      ...pack,
      judgeSubject: ((kind, facts, ...rest) => {
        if (facts.poison === true) throw new Error('a broken rule');
        return judge(kind, facts, ...rest);
      }) as typeof judge,
    };
    await database.sql`update subject set facts = facts || '{"poison": true}' where id = 'poison'`;
    rules.swap({ ...rules.current(), pack: broken });
    time.set(T + 2000);
    await subjects.passTime();
    expect((await signals()).filter((line) => line.startsWith('a'))).toHaveLength(3);
    const [row] = await database.sql`select fault, due_at from subject where id = 'poison'`;
    expect(row).toEqual({ fault: 'a broken rule', due_at: T + 900 });
    expect(await subjects.passTime()).toBe(0);

    rules.swap({ ...rules.current(), pack });
    expect(await subjects.passTime()).toBe(1);
    expect((await signals()).filter((line) => line.startsWith('poison'))).toEqual([
      'poison ROSE LATE WARNING 900',
      'poison ROSE LATE YELLOW 1000',
      'poison ROSE LATE RED 1300',
    ]);
  });

  it('are judged once under new rules, dated when those came into force, also after a restart', async () => {
    await take(arrival('a', { due: T + 90_000, bad: false }), arrival('done', { bad: false, due: T - 400 }));
    time.set(T + 10);
    await subjects.passTime();
    const stricter = {
      ...toyPack([{ id: 'LATE', rungs: [{ level: 'YELLOW', after: 'due', plus: -90_000 }] }]),
      hash: 'stricter',
    };
    rules.swap({ ...rules.current(), pack: stricter });
    time.set(T + 500);
    const restarted = openSubjects();
    expect(await restarted.passTime()).toBe(1);
    expect((await signals()).filter((line) => line.startsWith('a '))).toEqual(['a ROSE LATE YELLOW 500']);
    // Once: neither the other process nor the next pass looks again.
    expect(await subjects.passTime()).toBe(0);
    expect(await openSubjects().passTime()).toBe(0);
  });

  it('run by themselves until told to stop', async () => {
    await take(arrival('a', { due: T + 1000, bad: false }));
    const stop = new AbortController();
    const running = subjects.timers.run(stop.signal, () => {});
    time.set(T + 5000);
    await expect.poll(signals).toHaveLength(3);
    stop.abort();
    await running;
  });

  it('refuse two arrivals of one subject in one call, by name', async () => {
    await expect(take(arrival('a', {}), arrival('a', {}))).rejects.toThrow('toy a came twice');
  });

  it('hand each change to the tallies with the levels before and after', async () => {
    await take(arrival('a', { due: T + 1000, bad: true }));
    time.set(T + 1000);
    await subjects.passTime();
    await take(arrival('a', { due: T + 1000, bad: false }, T + 1100));
    expect(tallied).toEqual([
      'a - > BAD YELLOW, LATE NONE',
      'a BAD YELLOW, LATE NONE > BAD YELLOW, LATE YELLOW',
      'a BAD YELLOW, LATE YELLOW > BAD NONE, LATE YELLOW',
    ]);
  });
});

function openSubjects(): JudgedSubjects {
  return createJudgedSubjects({
    database,
    table: 'subject',
    stream: 'toy',
    domain: 'TOY',
    typeOf: () => 'Toy',
    scopeItem: (item) => item,
    rules,
    time,
    log: pino({ level: 'silent' }),
    metrics: kitMetrics(new Registry()),
    receipts: toyReceipt,
    async onChanged(_tx, changes) {
      tallied.push(
        ...changes.map(
          ({ subject, levels, levelsBefore }) => `${subject.id} ${shown(levelsBefore())} > ${shown(levels)}`,
        ),
      );
    },
  });
}

function shown(levels: ReadonlyMap<string, string> | null): string {
  return levels === null
    ? '-'
    : [...levels]
        .map((pair) => pair.join(' '))
        .sort()
        .join(', ');
}

function arrival(id: string, facts: Facts, at = T): SubjectArrival {
  return {
    lane: 1,
    kind: 'toy',
    id,
    division: '150105',
    agency: 'A',
    department: '',
    item: null,
    source: null,
    arrival: { facts, at, origin: T },
  };
}

async function take(...arrivals: readonly SubjectArrival[]): Promise<void> {
  await database.transaction((tx) => subjects.take(tx, arrivals));
}

/** Everything told so far, as `subject kind rule level instant`. */
async function signals(): Promise<string[]> {
  await relayOnce(database);
  const entries = await openFeed(database).read('toy', null, 1000);
  return entries.map(({ payload }) => {
    const { subject, kind, rule, level, turnedAt } = payload as Signal;
    return `${subject} ${kind} ${rule} ${level} ${Date.parse(turnedAt) - T}`;
  });
}
