import type { Facts } from '@gnomon/rule-engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Advanced, type AdvanceInput, advance, levelsBefore } from '../src/advance.ts';
import type { Signal } from '../src/signal.ts';
import type { Arrival, Horizon, SubjectState } from '../src/subject-state.ts';
import { CALENDAR, SCOPE, type ToyRule, toyPack, toyReceipt } from './toy-pack.ts';

const LATE: ToyRule = {
  id: 'LATE',
  rungs: [
    { level: 'WARNING', after: 'due', plus: -100, needs: 'open' },
    { level: 'YELLOW', after: 'due', needs: 'late' },
    { level: 'RED', after: 'due', plus: 300, needs: 'late' },
  ],
};
const SUBJECT = {
  domain: 'TOY',
  kind: 'toy',
  type: 'Toy',
  id: 't1',
  agency: 'A',
  division: '150105',
  item: null,
  source: 's',
};

describe('time alone', () => {
  it('dates each rung by the instant at which it turned, however late the timer runs', () => {
    const first = take(null, { facts: { due: 1000, open: true, late: true }, at: 0 });
    const late = pass(first, 50_000);
    expect(told(late.signals)).toEqual([
      'ROSE LATE NONE>WARNING @900',
      'ROSE LATE WARNING>YELLOW @1000',
      'ROSE LATE YELLOW>RED @1300',
    ]);
    expect(late.signals.every((signal) => signal.knownAt === signal.turnedAt)).toBe(true);
    expect(late.dueAt).toBe(Infinity);
  });

  it('says nothing one millisecond before a rung', () => {
    const first = take(null, { facts: { due: 1000, open: true, late: true }, at: 0 });
    expect(pass(first, 899).signals).toEqual([]);
    expect(pass(first, 900).signals).toHaveLength(1);
  });

  it('judges timers that were due before an arrival with the old facts', () => {
    const first = take(null, { facts: { due: 1000, open: true, late: true }, at: 0 });
    const moved = take(first, { facts: { due: 5000, open: true, late: true }, at: 1100, origin: 0 });
    expect(told(moved.signals)).toEqual([
      'ROSE LATE NONE>WARNING @900',
      'ROSE LATE WARNING>YELLOW @1000',
      'CORRECTED LATE YELLOW>NONE @1000',
    ]);
    expect(moved.dueAt).toBe(4900);
  });
});

describe('an arrival', () => {
  it('issues no warning for a rung that already passed', () => {
    const late = take(null, { facts: { due: 1000, open: true, late: true }, at: 1200, origin: 0 });
    expect(told(late.signals)).toEqual(['ROSE LATE NONE>YELLOW @1000']);
    expect(late.signals[0]!.knownAt).toBe(new Date(1200).toISOString());
  });

  it('lets a warning fall when the finish came after it, at the finish', () => {
    const warned = pass(take(null, { facts: { due: 1000, open: true, late: true }, at: 0 }), 950);
    const finished = finish(warned, 960, 980);
    expect(told(finished.signals)).toEqual(['FELL LATE WARNING>NONE @960']);
  });

  it('corrects a warning when the finish, learnt late, came before it', () => {
    const warned = pass(take(null, { facts: { due: 1000, open: true, late: true }, at: 0 }), 950);
    const finished = finish(warned, 800, 980);
    expect(told(finished.signals)).toEqual(['CORRECTED LATE WARNING>NONE @900']);
  });

  it('withdraws the stronger level and raises the weaker that holds instead', () => {
    const red = take(null, { facts: { due: 1000, open: true, late: true }, at: 1400, origin: 0 });
    const moved = take(red, { facts: { due: 1200, open: true, late: true }, at: 1450, origin: 0 });
    expect(told(moved.signals)).toEqual(['CORRECTED LATE RED>YELLOW @1300', 'ROSE LATE NONE>YELLOW @1200']);
    expect(moved.signals.map((signal) => signal.n)).toEqual([2, 3]);
  });

  it('never withdraws because a fact is gone', () => {
    const yellow = take(null, { facts: { due: 1000, open: true, late: true }, at: 1200, origin: 0 });
    const gone = take(yellow, { facts: { due: 1000, late: true }, at: 1250, origin: 0 });
    expect(gone.signals).toEqual([]);
    const weaker = take(yellow, { facts: { due: 1000, open: true }, at: 1250, origin: 0 });
    expect(weaker.signals.map(({ kind, level, reason }) => [kind, level, reason])).toEqual([
      ['FELL', 'WARNING', 'MISSING'],
    ]);
    const nothing = take(yellow, { facts: {}, at: 1250, origin: 0 });
    expect(nothing.signals.map(({ kind, level, reason }) => [kind, level, reason])).toEqual([
      ['FELL', 'UNKNOWN', 'MISSING'],
    ]);
  });

  it('names the missing facts in an unknown verdict, which ends as known', () => {
    const unknown = take(null, { facts: { late: false, open: false }, at: 0 });
    expect(unknown.signals).toEqual([]);
    const asked = take(null, { facts: { late: true, open: true }, at: 0 });
    expect(asked.signals[0]!.level).toBe('UNKNOWN');
    expect(asked.signals[0]!.message.zh).toContain('due');
    expect(asked.signals[0]!.receipt).toBeNull();
    const known = take(asked, { facts: { late: true, open: true, due: 9000 }, at: 10 });
    expect(known.signals.map(({ kind, reason }) => [kind, reason])).toEqual([['FELL', 'KNOWN']]);
  });

  it('dates a level that no time turned by when its facts happened', () => {
    const plain = toyPack([{ id: 'PLAIN', rungs: [{ level: 'YELLOW', needs: 'bad' }] }]);
    const bad = take(null, { facts: { bad: true }, at: 500, origin: 100, happenedAt: 450 }, { pack: plain });
    expect(told(bad.signals)).toEqual(['ROSE PLAIN NONE>YELLOW @450']);
    const worse = take(null, { facts: { bad: true }, at: 500, origin: 100, happenedAt: 9999 }, { pack: plain });
    expect(told(worse.signals)).toEqual(['ROSE PLAIN NONE>YELLOW @500']);
  });

  it('keeps occurrences apart and ends one that is gone', () => {
    const pack = toyPack([{ id: 'EACH', each: 'list', rungs: [{ level: 'YELLOW', after: 'due' }] }]);
    const two = take(
      null,
      {
        facts: {
          list: [
            { id: 'a', due: 10 },
            { id: 'b', due: 20 },
          ],
        },
        at: 30,
        origin: 0,
      },
      { pack },
    );
    expect(two.signals.map(({ occurrence, turnedAt }) => [occurrence, Date.parse(turnedAt)])).toEqual([
      ['a', 10],
      ['b', 20],
    ]);
    const one = take(two, { facts: { list: [{ id: 'b', due: 20 }] }, at: 40, origin: 0 }, { pack });
    expect(one.signals.map(({ kind, occurrence }) => [kind, occurrence])).toEqual([['CORRECTED', 'a']]);
  });
});

describe('precedence', () => {
  const pack = toyPack([
    { id: 'A-STRONG', rungs: [{ level: 'YELLOW', after: 'strong' }] },
    { id: 'B-WEAK', rungs: [{ level: 'YELLOW', after: 'weak' }], yieldsTo: ['A-STRONG'] },
  ]);

  it('tells that a verdict yielded at the instant the other rule took it', () => {
    const first = take(null, { facts: { weak: 100, strong: 200 }, at: 0 }, { pack });
    const both = pass(first, 300, { pack });
    expect(told(both.signals)).toEqual([
      'ROSE B-WEAK NONE>YELLOW @100',
      'ROSE A-STRONG NONE>YELLOW @200',
      'FELL B-WEAK YELLOW>NONE @200',
    ]);
    expect(both.signals[2]!.reason).toBe('YIELDED');
  });

  it('gives it back when the other rule is corrected', () => {
    const both = pass(take(null, { facts: { weak: 100, strong: 200 }, at: 0 }, { pack }), 300, { pack });
    const back = take(both, { facts: { weak: 100, strong: 9000 }, at: 400, origin: 0 }, { pack });
    expect(told(back.signals)).toEqual(['CORRECTED A-STRONG YELLOW>NONE @200', 'ROSE B-WEAK NONE>YELLOW @100']);
  });
});

/** Of every stretch of 60 ms all must be known 40 ms after its end. */
const STEPPED: Horizon = {
  of: (r) => Math.floor((r - 40) / 60) * 60,
  inverse: (t) => Math.ceil(t / 60) * 60 + 40,
};

describe('a horizon', () => {
  const open = { due: 1000, open: true, late: true };
  const more = { horizon: STEPPED };

  it('tells a turn when all up to it must be known, and dates it as it turned', () => {
    const first = take(null, { facts: open, at: 0 }, more);
    expect([first.dueAt, first.wakeAt]).toEqual([900, 940]);
    expect(pass(first, 939, more).signals).toEqual([]);
    const late = pass(first, 50_000, more);
    expect(told(late.signals)).toEqual([
      'ROSE LATE NONE>WARNING @900',
      'ROSE LATE WARNING>YELLOW @1000',
      'ROSE LATE YELLOW>RED @1300',
    ]);
    expect(late.signals.map(({ knownAt }) => Date.parse(knownAt))).toEqual([940, 1060, 1360]);
  });

  it('says nothing when the finish comes late but within it', () => {
    const waiting = pass(take(null, { facts: open, at: 0 }, more), 939, more);
    const finished = take(
      waiting,
      { facts: { due: 1000, open: false, late: false }, at: 939, origin: 0, knownTo: 850 },
      more,
    );
    expect(pass(finished, 50_000, more).signals).toEqual([]);
  });

  it('judges facts at the latest event that they tell of, though all before it need not be here', () => {
    const finished = { facts: { due: 1000, open: false, late: true }, at: 1010, origin: 0 };
    expect(told(take(null, { ...finished, knownTo: 1005 }, more).signals)).toEqual(['ROSE LATE NONE>YELLOW @1000']);
    expect(take(null, finished, more).signals).toEqual([]);
    expect(take(null, { ...finished, knownTo: 1_000_000 }, more).judgedTo).toBe(1010);
  });

  it('judges at no earlier instant than before: what was told does not fall because a later event is taken back', () => {
    const late = take(null, { facts: open, at: 1010, origin: 0, knownTo: 1005 }, more);
    expect(told(late.signals)).toEqual(['ROSE LATE NONE>YELLOW @1000']);
    const back = take(late, { facts: open, at: 1020, origin: 0, knownTo: 700 }, more);
    expect([back.signals, back.judgedTo]).toEqual([[], 1005]);
  });

  it('judges a subject that is armed anew at its horizon, known from then on', () => {
    const silent = { facts: open, standing: { verdicts: [], signals: 0 }, dueAt: 960, wakeAt: 1015, judgedTo: 300 };
    const found = pass(silent, 1015, more);
    expect(told(found.signals)).toEqual(['ROSE LATE NONE>WARNING @960']);
    expect(found.signals[0]!.knownAt).toBe(new Date(1015).toISOString());
    expect(found.wakeAt).toBe(1060);
  });
});

describe.each([
  ['without a horizon', undefined],
  ['with a horizon', STEPPED],
] as const)('any split gives the same, %s', (_, horizon) => {
  const pack = toyPack([
    LATE,
    {
      id: 'MISSED',
      rungs: [
        { level: 'WARNING', needs: 'flag' },
        { level: 'YELLOW', after: 'second', plus: 7 },
      ],
      yieldsTo: ['LATE'],
    },
    { id: 'STEPS', each: 'steps', rungs: [{ level: 'YELLOW', after: 'stepDue' }] },
  ]);
  const flag = fc.constantFrom(true, false, undefined);
  const instant = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });
  const facts: fc.Arbitrary<Facts> = fc
    .record({
      due: instant,
      open: flag,
      late: flag,
      flag,
      second: instant,
      steps: fc.uniqueArray(
        fc.record({ id: fc.constantFrom('x', 'y', 'z'), stepDue: fc.integer({ min: 0, max: 400 }) }),
        { selector: (step) => step.id },
      ),
    })
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Facts);
  const history = fc
    .array(fc.record({ facts, at: fc.integer({ min: 0, max: 400 }), knownTo: fc.integer({ min: -100, max: 500 }) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((arrivals) => arrivals.toSorted((a, b) => a.at - b.at));
  const timers = fc.array(fc.integer({ min: 0, max: 800 }), { maxLength: 8 });

  it('live with prompt timers, with late timers, and as one batch', () => {
    fc.assert(
      fc.property(history, timers, (arrivals, wakes) => {
        const prompt = replay(
          pack,
          arrivals,
          Array.from({ length: 801 }, (_, at) => at),
          horizon,
        );
        const late = replay(pack, arrivals, wakes, horizon);
        expect(late.signals).toEqual(prompt.signals);
        expect(late.state).toEqual(prompt.state);
      }),
      { numRuns: 400 },
    );
  });

  it('with instants that are exact against a millisecond by millisecond walk', () => {
    fc.assert(
      fc.property(facts, (one) => {
        const { signals } = replay(pack, [{ facts: one, at: 0 }], [], horizon);
        const walked = walk(pack, one);
        expect(
          signals
            .filter(({ kind }) => kind === 'ROSE')
            .map(({ rule, occurrence, level, turnedAt }) => [Date.parse(turnedAt), rule, occurrence, level]),
        ).toEqual(walked);
      }),
      { numRuns: 200 },
    );
  });

  it('with signal ids that never repeat and ordinals without a gap', () => {
    fc.assert(
      fc.property(history, (arrivals) => {
        const { signals } = replay(pack, arrivals, [], horizon);
        expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length);
        expect(signals.map(({ n }) => n)).toEqual(signals.map((_, index) => index + 1));
      }),
    );
  });

  it('with no turn that is told before all up to it must be known, or is known by its events', () => {
    fc.assert(
      fc.property(history, timers, (arrivals, wakes) => {
        for (const { turnedAt, knownAt, kind } of replay(pack, arrivals, wakes, horizon).signals) {
          if (kind !== 'ROSE') continue;
          const at = Date.parse(knownAt);
          const events = arrivals.filter((arrival) => arrival.at <= at).map(({ knownTo }) => knownTo);
          expect(Date.parse(turnedAt)).toBeLessThanOrEqual(Math.max(0, horizon?.of(at) ?? at, ...events));
        }
      }),
    );
  });

  it('with tallies that add up: what is taken off before a step is what was added after the last', () => {
    fc.assert(
      fc.property(history, timers, (arrivals, wakes) => {
        let added: ReadonlyMap<string, string> | null = null;
        replay(pack, arrivals, wakes, horizon, (input, advanced) => {
          expect(levelsBefore(input)).toEqual(added);
          added = advanced.levels ?? added;
        });
      }),
    );
  });
});

it('a receipt holds what a verdict is computed from', () => {
  const late = take(
    null,
    { facts: { due: 1000, open: true, late: true }, at: 1200, origin: 0 },
    { sources: () => [{ table: 'up_pro_accept', row: 'g1', version: 1, hash: 'h' }] },
  );
  expect(late.signals[0]!.receipt).toMatchObject({
    format: 'gnomon-receipt/1',
    packHash: 'pack-hash',
    calendarHash: 'calendar-hash',
    ruleHash: 'hash-LATE',
    level: 'YELLOW',
    turnedAt: new Date(1000).toISOString(),
    facts: { due: 1000 },
    sources: [{ row: 'g1' }],
  });
});

it('refuses an end before the arrival and a rule that never settles, by name', () => {
  expect(() => advance(inputOf(null, { facts: {}, at: 10 }, 5))).toThrow(/until.*5.*arrival.*10/);
  const stuck = { ...toyPack([LATE]), judgeSubject: () => ({ verdicts: [], until: 0, levels: new Map() }) };
  expect(() => advance({ ...inputOf(null, { facts: {}, at: 10 }, 10), pack: stuck })).toThrow(
    /toy t1 was judged at 10 with until 0/,
  );
});

function inputOf(
  previous: SubjectState | null,
  arrival: Arrival | null,
  until: number,
  more: Partial<AdvanceInput> = {},
): AdvanceInput {
  return {
    pack: toyPack([LATE]),
    calendar: CALENDAR,
    scope: SCOPE,
    subject: SUBJECT,
    previous,
    arrival,
    until,
    receipts: toyReceipt,
    ...more,
  };
}

function take(previous: SubjectState | null, arrival: Arrival, more: Partial<AdvanceInput> = {}): Advanced {
  return advance(inputOf(previous, arrival, arrival.at, more));
}

function pass(previous: SubjectState, until: number, more: Partial<AdvanceInput> = {}): Advanced {
  return advance(inputOf(previous, null, until, more));
}

/** The finish closes the item; seen from before the finish it was still open. */
function finish(previous: SubjectState, finishedAt: number, at: number): Advanced {
  const facts = (asOf: number): Facts => ({ due: 1000, open: asOf < finishedAt, late: finishedAt > 1000 });
  return take(previous, { facts: facts(at), at, origin: 0, happenedAt: finishedAt, asOf: facts });
}

function told(signals: readonly Signal[]): readonly string[] {
  return signals.map(
    ({ kind, rule, previousLevel, level, turnedAt }) =>
      `${kind} ${rule} ${previousLevel}>${level} @${Date.parse(turnedAt)}`,
  );
}

/** Takes arrivals in order with timer runs at `wakes` between them, and one last run at 800. */
function replay(
  pack: AdvanceInput['pack'],
  arrivals: readonly { readonly facts: Facts; readonly at: number; readonly knownTo?: number }[],
  wakes: readonly number[],
  horizon: Horizon | undefined,
  watch: (input: AdvanceInput, advanced: Advanced) => void = () => {},
): { signals: readonly Signal[]; state: SubjectState | null } {
  const steps = [
    ...arrivals.map((arrival) => ({ at: arrival.at, arrival })),
    ...wakes.map((at) => ({ at, arrival: null })),
    { at: 800, arrival: null },
  ];
  // A wake at the instant of an arrival may run on either side of it: it is put first, and must change nothing.
  steps.sort((a, b) => a.at - b.at || Number(a.arrival !== null) - Number(b.arrival !== null));
  const signals: Signal[] = [];
  let state: SubjectState | null = null;
  for (const { at, arrival } of steps) {
    if (arrival === null && state === null) continue;
    const input = inputOf(state, arrival === null ? null : { ...arrival, origin: 0 }, at, {
      pack,
      ...(horizon === undefined ? {} : { horizon }),
    });
    const advanced = advance(input);
    watch(input, advanced);
    signals.push(...advanced.signals);
    state = { facts: advanced.facts, standing: advanced.standing, dueAt: advanced.dueAt, judgedTo: advanced.judgedTo };
  }
  return { signals, state };
}

/** Every rise of a level, found by judging each millisecond. */
function walk(pack: AdvanceInput['pack'], facts: Facts): readonly (readonly [number, string, string, string])[] {
  const rank = { NONE: 0, UNKNOWN: 1, WARNING: 2, YELLOW: 3, RED: 4 };
  const rises: (readonly [number, string, string, string])[] = [];
  let before = new Map<string, keyof typeof rank>();
  for (let now = 0; now <= 800; now += 1) {
    const { verdicts } = pack.judgeSubject('toy', facts, SCOPE, CALENDAR, now);
    for (const { rule, occurrence, level } of verdicts) {
      if (rank[level] > rank[before.get(`${rule}/${occurrence}`) ?? 'NONE']) rises.push([now, rule, occurrence, level]);
    }
    before = new Map(verdicts.map(({ rule, occurrence, level }) => [`${rule}/${occurrence}`, level]));
  }
  return rises;
}
