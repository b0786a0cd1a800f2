import { type Clock, type LimitUnit, openClock } from '@gnomon/working-time';
import fc from 'fast-check';
import { at, calendar } from './rule-world.ts';

/** Random conditions with time, as text, and random facts with clocks around the National Day holiday of 2024. */

const HOUR_MS = 3_600_000;
export const START = at('2024-09-20');
export const END = at('2024-11-10');

const sign = fc.constantFrom('<', '<=', '>', '>=');
const clockName = fc.constantFrom('w1', 'w1', 'w2', 'h1', 'n1', 'm1');
const bound = fc.oneof(
  fc.constantFrom('0.0', '0.5', '1.0', '1.5', '3.0', '7.25', '-1.0'),
  fc.constantFrom('0.2 * limit(w1)', 'greatest(0.2 * limit(w1), least(1.0, 0.5 * limit(w2)))', 'd1', 'double(i1)'),
);

const atom = fc.oneof(
  fc
    .tuple(fc.constantFrom('left', 'overdue', 'elapsed'), clockName, sign, bound)
    .map(([f, c, s, b]) => `${f}(${c}) ${s} ${b}`),
  fc
    .tuple(fc.constantFrom('left', 'overdue', 'elapsed'), clockName, sign, bound)
    .map(([f, c, s, b]) => `${b} ${s} ${f}(${c}, 4.0)`),
  clockName.map((c) => `expired(${c})`),
  clockName.map((c) => `expired(${c}, 3.0)`),
  fc
    .tuple(fc.constantFrom('since', 'workHoursSince'), fc.constantFrom('t1', 't2'), sign, bound)
    .map(([f, t, s, b]) => `${f}(${t}) ${s} ${b}`),
  fc
    .tuple(fc.constantFrom('t1', 't2'), sign, fc.integer({ min: -1, max: 9 }))
    .map(([t, s, b]) => `workdaysSince(${t}) ${s} ${b}`),
  fc.constantFrom('b1', 'b2', 'd1 > 1.0'),
  fc.constantFrom(
    'xs.exists(x, expired(x.w))',
    'xs.all(x, x.ok || left(x.w) <= 1.0)',
    'xs.exists(x, x.ok && overdue(x.w) > 2.0)',
  ),
);

export const timedCondition: fc.Arbitrary<string> = fc
  .letrec<{ it: string }>((tie) => ({
    it: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc.tuple(tie('it'), fc.constantFrom('&&', '||'), tie('it')).map(([a, s, b]) => `(${a}) ${s} (${b})`),
      fc
        .tuple(tie('it'), fc.constantFrom('&&', '||'), tie('it'), tie('it'))
        .map(([a, s, b, c]) => `(${a}) ${s} (${b}) ${s} (${c})`),
      tie('it').map((a) => `!(${a})`),
      fc.tuple(tie('it'), tie('it'), tie('it')).map(([c, a, b]) => `((${c}) ? (${a}) : (${b}))`),
    ),
  }))
  .it.filter((text) => text.length < 600);

const instant = fc.oneof(
  fc.integer({ min: START, max: END }),
  fc.integer({ min: 0, max: 48 }).map((half) => at('2024-09-27') + half * 12 * HOUR_MS),
);

const clock = (...units: readonly LimitUnit[]): fc.Arbitrary<Clock> =>
  fc
    .record({
      start: instant,
      amount: fc.integer({ min: 0, max: 12 }),
      unit: fc.constantFrom(...units),
      suspended: fc.option(fc.tuple(instant, fc.option(instant, { nil: null })), { nil: null, freq: 2 }),
      stoppedAt: fc.option(instant, { nil: null, freq: 2 }),
    })
    .map(({ start, amount, unit, suspended, stoppedAt }) =>
      openClock({
        calendar,
        limit: { amount, unit },
        start,
        suspensions: suspended === null ? [] : [{ from: suspended[0], to: suspended[1] }],
        stoppedAt,
      }),
    );

const gap = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 8 });

export const timedFacts = fc.record({
  b1: gap(fc.boolean()),
  b2: gap(fc.boolean()),
  d1: gap(fc.constantFrom(0, 0.5, 1.5, 3)),
  i1: gap(fc.integer({ min: -1, max: 6 })),
  t1: gap(instant),
  t2: gap(instant),
  w1: gap(clock('WORKDAY')),
  w2: gap(clock('WORKDAY')),
  h1: gap(clock('WORK_HOUR')),
  n1: gap(clock('DAY', 'MONTH')),
  m1: gap(clock('HOUR')),
  xs: gap(fc.array(fc.record({ ok: gap(fc.boolean()), w: gap(clock('WORKDAY')) }), { maxLength: 3 })),
});

export const sampleInstants = fc.array(instant, { minLength: 6, maxLength: 6 });
