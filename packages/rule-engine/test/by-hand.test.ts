import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeByHand, loadRules, promiseItems } from '../bench/promise-items.ts';
import { NO_ELEMENT, preparePart } from '../src/judge-part.ts';
import { readingOf } from '../src/pack-reading.ts';
import type { FactRecord } from '../src/types.ts';
import { calendar } from './rule-world.ts';

describe('the promise rule', () => {
  test('compiled from its file gives level and until of a hand-written function, for items with and without gaps', () => {
    const rule = readingOf(loadRules()).rules.get('WI-03');
    const part = rule?.parts[0];
    if (rule === undefined || part === undefined) throw new Error('WI-03 is not there');
    const { judge } = preparePart(rule, part).compiled;
    const items = promiseItems(2000);
    const seen = new Map<number, number>();
    const keys = ['kind', 'accepted', 'open', 'promise', 'answer'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...items),
        fc.subarray([...keys], { maxLength: 2 }),
        fc.constantFrom(true, false),
        fc.integer({ min: -40, max: 60 }),
        (item, gaps, accepted, days) => {
          const facts = Object.fromEntries(
            Object.entries({ ...item, accepted }).filter(([key]) => ![...gaps, 'now'].includes(key as never)),
          );
          const now = item.now + days * 86_400_000;
          const [own, hand] = [new Float64Array(1), new Float64Array(1)];
          const level = judge(facts as FactRecord, NO_ELEMENT, calendar, now, own) & 7;
          seen.set(level, (seen.get(level) ?? 0) + 1);
          expect([level, own[0]]).toEqual([judgeByHand(facts, now, hand), hand[0]]);
        },
      ),
      { numRuns: 5000 },
    );
    for (const level of [0, 1, 2, 3, 4]) expect(seen.get(level) ?? 0).toBeGreaterThan(3);
  });
});
