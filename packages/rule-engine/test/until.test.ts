import { expired } from '@gnomon/working-time';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkExpression } from '../src/check-expression.ts';
import { compilePart, RUNG_SLOTS } from '../src/compile.ts';
import { readDictionary } from '../src/dictionary.ts';
import { evaluateCondition, evaluateValue } from '../src/evaluate.ts';
import type { Node } from '../src/node.ts';
import type { FactRecord } from '../src/types.ts';
import { parseYamlFile } from '../src/yaml-file.ts';
import { calendar, DICTIONARY } from './rule-world.ts';
import { END, START, sampleInstants, timedCondition, timedFacts } from './timed-arbitrary.ts';

const parsed = parseYamlFile(DICTIONARY);
if (!('yaml' in parsed)) throw new Error('the dictionary does not parse');
const read = readDictionary(parsed.yaml);
if (!('dictionary' in read)) throw new Error('the dictionary has problems');
const names = { facts: read.dictionary.facts, parameters: new Map(), parameterValues: new Map(), each: null };

function checked(text: string, mode: 'condition' | 'message'): Node {
  const result = checkExpression(text, names, mode);
  if ('problem' in result) throw new Error(`${text}: ${result.problem.en}`);
  return result.node;
}

const surroundings = (facts: object, now: number) => ({
  facts: facts as FactRecord,
  elements: [],
  parameters: new Map(),
  calendar,
  now,
});
const NO_RUNGS = { warning: null, yellow: null, red: null };

describe('until', () => {
  test('nothing changes before until, and stepping from until to until visits every change', () => {
    let turns = 0;
    fc.assert(
      fc.property(timedCondition, timedCondition, timedFacts, sampleInstants, (yellow, red, facts, samples) => {
        const { judge } = compilePart(
          {
            when: null,
            rungs: { ...NO_RUNGS, yellow: checked(yellow, 'condition'), red: checked(red, 'condition') },
          },
          new Map(),
        );
        const out = new Float64Array(1);
        const levelAt = (now: number): number => judge(facts as FactRecord, {}, calendar, now, out) & 7;
        let now = START;
        for (let steps = 0; now < END; steps++) {
          expect(steps).toBeLessThan(200);
          const level = levelAt(now);
          const until = out[0] as number;
          expect(until).toBeGreaterThan(now);
          const last = Math.min(until, END) - 1;
          for (const probe of [last, ...samples.filter((sample) => sample > now && sample < last)])
            expect(levelAt(probe), `${yellow} / ${red} at ${probe}`).toBe(level);
          if (until < END && levelAt(until) !== level) turns += 1;
          now = until;
        }
      }),
      { numRuns: 500 },
    );
    expect(turns).toBeGreaterThan(300);
  });

  test('the compiled rungs and the plain evaluator agree on value and until', () => {
    fc.assert(
      fc.property(timedCondition, timedCondition, timedFacts, sampleInstants, (when, rung, facts, samples) => {
        const [scope, node] = [checked(when, 'condition'), checked(rung, 'condition')];
        const { judgeRungs } = compilePart({ when: scope, rungs: { ...NO_RUNGS, red: node } }, new Map());
        const out = new Float64Array(8);
        for (const now of samples) {
          judgeRungs(facts as FactRecord, {}, calendar, now, out);
          const whole = evaluateCondition(
            { op: 'and', items: [scope, node], start: 0, end: 0, timed: true, type: { kind: 'bool' } },
            surroundings(facts, now),
          );
          expect([out[RUNG_SLOTS.red], out[RUNG_SLOTS.red + 1]], `${when} / ${rung}`).toEqual([
            whole.value,
            whole.until,
          ]);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('a turn by its instant and a comparison of the quantity say the same at every instant', () => {
    fc.assert(
      fc.property(timedCondition, timedFacts, sampleInstants, (text, facts, samples) => {
        const [byTurn, byQuantity] = [checked(text, 'condition'), checked(text, 'message')];
        for (const sample of samples) {
          const { until } = evaluateCondition(byTurn, surroundings(facts, sample));
          for (const now of Number.isFinite(until) ? [sample, until - 1, until] : [sample]) {
            const { value } = evaluateCondition(byTurn, surroundings(facts, now));
            const plain = evaluateValue(byQuantity, surroundings(facts, now));
            expect(plain === undefined ? 1 : plain ? 2 : 0, text).toBe(value);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('expired by its instant and the question itself say the same', () => {
    const node = checked('expired(w1)', 'condition');
    fc.assert(
      fc.property(timedFacts, sampleInstants, (facts, samples) => {
        const { w1 } = facts;
        if (w1 === undefined) return;
        for (const now of samples)
          expect(evaluateCondition(node, surroundings(facts, now)).value).toBe(expired(calendar, w1, now) ? 2 : 0);
      }),
      { numRuns: 200 },
    );
  });
});
