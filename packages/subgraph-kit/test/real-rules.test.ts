import { fileURLToPath } from 'node:url';
import { type Facts, sealReceipt, verifyReceipt } from '@gnomon/rule-engine';
import { openClock, parseInstant, type Suspension } from '@gnomon/working-time';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { type AdvanceInput, advance, levelsBefore } from '../src/advance.ts';
import { openFolderRules } from '../src/rules-port.ts';
import type { Signal } from '../src/signal.ts';
import type { SubjectState } from '../src/subject-state.ts';

const rules = openFolderRules({
  folder: fileURLToPath(new URL('../../../rules/', import.meta.url)),
  log: pino({ level: 'silent' }),
  runTests: false,
}).current();
const { pack, calendar } = rules;

const HOUR = 3_600_000;
const START = parseInstant('2026-04-20T09:00:00+08:00');
/** Two months with the May holidays in them. */
const END = parseInstant('2026-06-20T00:00:00+08:00');
const SCOPE = { division: '150622', agency: '11430000006122244L', department: 'market', item: '000117002011' };
const SUBJECT = {
  domain: 'WORK_ITEM',
  kind: 'work-item',
  type: 'WorkItem',
  id: '115:1',
  agency: SCOPE.agency,
  division: SCOPE.division,
  item: null,
  source: '115',
};

interface Case {
  readonly acceptedAt: number;
  readonly promiseWorkdays: number;
  readonly finishedAt: number | null;
  readonly suspensions: readonly Suspension[];
  readonly withStatutory: boolean | undefined;
}

const hours = fc.integer({ min: 0, max: 24 * 50 }).map((hour) => hour * HOUR);
const someCase: fc.Arbitrary<Case> = fc.record({
  acceptedAt: fc.integer({ min: 0, max: 48 }).map((hour) => START + hour * HOUR),
  promiseWorkdays: fc.integer({ min: 1, max: 20 }),
  finishedAt: fc.option(
    hours.map((after) => START + 48 * HOUR + after),
    { nil: null },
  ),
  suspensions: fc.array(
    fc
      .tuple(hours, hours)
      .map(([from, length]) => ({ from: START + 48 * HOUR + from, to: START + 49 * HOUR + from + length / 10 })),
    { maxLength: 2 },
  ),
  withStatutory: fc.constantFrom(true, false, undefined),
});
/** Rows reach the hub at these instants; each arrival may revise everything. */
const history = fc
  .array(fc.record({ at: hours.map((after) => START + 24 * HOUR + after), known: someCase }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((arrivals) => arrivals.toSorted((a, b) => a.at - b.at));

it('gives the same signals under the published rules with hourly timers, late timers, or none', () => {
  let told = 0;
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: START, max: END }), { maxLength: 6 }), (arrivals, wakes) => {
      const none = replay(arrivals, []);
      told += none.signals.length;
      expect(replay(arrivals, wakes)).toEqual(none);
      expect(
        replay(
          arrivals,
          Array.from({ length: (END - START) / HOUR }, (_, hour) => START + hour * HOUR),
        ),
      ).toEqual(none);
    }),
    { numRuns: 25 },
  );
  expect(told).toBeGreaterThan(25);
});

it('turns each level at an instant at which it holds, and not a millisecond earlier when time alone turned it', () => {
  fc.assert(
    fc.property(someCase, (known) => {
      const { signals } = replay([{ at: START + 24 * HOUR, known }], []);
      for (const signal of signals) {
        if (signal.kind !== 'ROSE' || signal.level === 'UNKNOWN') continue;
        const turnedAt = Date.parse(signal.turnedAt);
        const facts = factsOf(known, START + 24 * HOUR);
        expect([signal.rule, levelAt(signal, facts, turnedAt)]).toEqual([signal.rule, signal.level]);
        if (signal.turnedAt === signal.knownAt && turnedAt > START + 24 * HOUR)
          expect(levelAt(signal, facts, turnedAt - 1)).not.toBe(signal.level);
      }
    }),
    { numRuns: 60 },
  );
});

it('tallies add up under the published rules', () => {
  fc.assert(
    fc.property(history, (arrivals) => {
      let added: ReadonlyMap<string, string> | null = null;
      replay(arrivals, [START + 700 * HOUR], (input, levels) => {
        expect(levelsBefore(input)).toEqual(added);
        added = levels ?? added;
      });
    }),
    { numRuns: 30 },
  );
});

it('makes receipts that a program without any server computes again', () => {
  const known: Case = {
    acceptedAt: START,
    promiseWorkdays: 5,
    finishedAt: null,
    suspensions: [],
    withStatutory: false,
  };
  const late = replay([{ at: START + HOUR, known }], []).signals.filter(
    ({ receipt, rule }) => receipt !== null && rule === 'WI-03',
  );
  expect(late.map(({ level, turnedAt }) => [level, turnedAt])).toEqual([
    // Five working days after 20 April are the 27th: the last one begins, it is over, three more are over (1-5 May are days off).
    ['WARNING', '2026-04-26T16:00:00.000Z'],
    ['YELLOW', '2026-04-27T16:00:00.000Z'],
    ['RED', expect.any(String)],
  ]);
  for (const { receipt } of late) {
    const envelope = JSON.parse(JSON.stringify(sealReceipt(receipt!, pack, calendar))) as unknown;
    expect(verifyReceipt(envelope)).toMatchObject({ match: true });
  }
});

function factsOf(known: Case, asOf: number): Facts {
  const { acceptedAt, promiseWorkdays, suspensions, withStatutory } = known;
  const finishedAt = known.finishedAt !== null && known.finishedAt <= asOf ? known.finishedAt : null;
  const clock = (amount: number) =>
    openClock({ calendar, limit: { amount, unit: 'WORKDAY' }, start: acceptedAt, suspensions, stoppedAt: finishedAt });
  return {
    kind: 'PROMISE',
    state: finishedAt === null ? 'IN_REVIEW' : 'FINISHED',
    open: finishedAt === null,
    accepted: true,
    finished: finishedAt !== null,
    acceptedAt,
    promise: clock(promiseWorkdays),
    statutory: clock(20),
    ...(withStatutory === undefined ? {} : { hasStatutory: withStatutory }),
    ...(finishedAt === null ? {} : { finishedAt }),
  };
}

function replay(
  arrivals: readonly { readonly at: number; readonly known: Case }[],
  wakes: readonly number[],
  watch: (input: AdvanceInput, levels: ReadonlyMap<string, string> | null) => void = () => {},
): { signals: readonly Signal[]; state: SubjectState | null } {
  const steps = [
    ...arrivals.map(({ at, known }) => ({ at, known })),
    ...wakes.map((at) => ({ at, known: null })),
    { at: END, known: null },
  ];
  steps.sort((a, b) => a.at - b.at || Number(a.known !== null) - Number(b.known !== null));
  const signals: Signal[] = [];
  let state: SubjectState | null = null;
  for (const { at, known } of steps) {
    if (known === null && state === null) continue;
    const arrival =
      known === null
        ? null
        : {
            facts: factsOf(known, at),
            at,
            origin: START,
            happenedAt: at,
            asOf: (instant: number) => factsOf(known, instant),
          };
    const input: AdvanceInput = { pack, calendar, scope: SCOPE, subject: SUBJECT, previous: state, arrival, until: at };
    const { facts, standing, dueAt, signals: told, levels } = advance(input);
    watch(input, levels);
    signals.push(...told);
    state = { facts, standing, dueAt };
  }
  return { signals, state };
}

function levelAt({ rule, occurrence }: Signal, facts: Facts, now: number): string | undefined {
  return pack
    .judgeRule(rule, 'work-item', facts, SCOPE, calendar, now)
    .find((verdict) => verdict.occurrence === occurrence)?.level;
}
