import { CelScalar, celEnv, celFunc, isCelError, parse, plan } from '@bufbuild/cel';
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkExpression } from '../src/check-expression.ts';
import { compilePart } from '../src/compile.ts';
import { readDictionary } from '../src/dictionary.ts';
import { evaluateCondition } from '../src/evaluate.ts';
import type { Node } from '../src/node.ts';
import type { FactRecord } from '../src/types.ts';
import { parseYamlFile } from '../src/yaml-file.ts';
import { conditionText, factsArbitrary, type RandomFacts } from './condition-arbitrary.ts';
import { calendar, DICTIONARY } from './rule-world.ts';

type Answer = true | false | 'unknown';

const parsed = parseYamlFile(DICTIONARY);
if (!('yaml' in parsed)) throw new Error('the dictionary does not parse');
const read = readDictionary(parsed.yaml);
if (!('dictionary' in read)) throw new Error('the dictionary has problems');
const names = { facts: read.dictionary.facts, parameters: new Map(), parameterValues: new Map(), each: null };

const INTEGERS: ReadonlySet<string> = new Set(['i1', 'i2', 't1', 't2', 'n']);

/** Facts as CEL sees them: integers are int64, what is missing is not bound. */
function bindings(facts: RandomFacts): Record<string, never> {
  const convert = (record: object): object =>
    Object.fromEntries(
      Object.entries(record).flatMap(([name, value]) => {
        if (value === undefined) return [];
        if (Array.isArray(value)) return [[name, value.map(convert)]];
        return [[name, INTEGERS.has(name) ? BigInt(value as number) : value]];
      }),
    );
  return convert(facts) as Record<string, never>;
}

function checked(text: string): Node {
  const result = checkExpression(text, names, 'condition');
  if ('problem' in result) throw new Error(`${text}: ${result.problem.en}`);
  return result.node;
}

function compiledAnswer(node: Node, facts: RandomFacts): Answer {
  const { judge } = compilePart({ when: null, rungs: { warning: null, yellow: null, red: node } }, new Map());
  const code = judge(facts as FactRecord, {}, calendar, 0, new Float64Array(1)) & 7;
  return code === 4 ? true : code === 1 ? 'unknown' : false;
}

function plainAnswer(node: Node, facts: RandomFacts): Answer {
  const { value } = evaluateCondition(node, {
    facts: facts as FactRecord,
    elements: [],
    parameters: new Map(),
    calendar,
    now: 0,
  });
  return value === 2 ? true : value === 0 ? false : 'unknown';
}

const least = <T extends bigint | number>(a: T, b: T): T => (a < b ? a : b);
const greatest = <T extends bigint | number>(a: T, b: T): T => (a > b ? a : b);
const bufEnv = celEnv({
  funcs: [
    celFunc('greatest', [CelScalar.INT, CelScalar.INT], CelScalar.INT, greatest),
    celFunc('least', [CelScalar.INT, CelScalar.INT], CelScalar.INT, least),
    celFunc('greatest', [CelScalar.DOUBLE, CelScalar.DOUBLE], CelScalar.DOUBLE, greatest),
    celFunc('least', [CelScalar.DOUBLE, CelScalar.DOUBLE], CelScalar.DOUBLE, least),
  ],
});
const marcEnv = new Environment()
  .registerVariable('b1', 'bool')
  .registerVariable('b2', 'bool')
  .registerVariable('b3', 'bool')
  .registerVariable('i1', 'int')
  .registerVariable('i2', 'int')
  .registerVariable('d1', 'double')
  .registerVariable('d2', 'double')
  .registerVariable('s1', 'string')
  .registerVariable('c1', 'string')
  .registerVariable('c2', 'string')
  .registerVariable('t1', 'int')
  .registerVariable('t2', 'int')
  .registerVariable('xs', 'list<map<string, dyn>>')
  .registerFunction('greatest(int, int): int', greatest<bigint>)
  .registerFunction('least(int, int): int', least<bigint>)
  .registerFunction('greatest(double, double): double', greatest<number>)
  .registerFunction('least(double, double): double', least<number>);

function bufAnswer(text: string, facts: RandomFacts): Answer {
  const result = plan(bufEnv, parse(text))(bindings(facts));
  return isCelError(result) ? 'unknown' : (result as boolean);
}

function marcAnswer(text: string, facts: RandomFacts): Answer {
  try {
    return marcEnv.evaluate(text, bindings(facts)) as boolean;
  } catch {
    return 'unknown';
  }
}

describe('conditions mean what CEL means', () => {
  test('random typed conditions over facts with gaps agree with two CEL implementations and with the plain evaluator', () => {
    const seen = { true: 0, false: 0, unknown: 0 };
    fc.assert(
      fc.property(conditionText, fc.array(factsArbitrary, { minLength: 3, maxLength: 3 }), (text, cases) => {
        const node = checked(text);
        for (const facts of cases) {
          const own = compiledAnswer(node, facts);
          seen[`${own}`] += 1;
          expect(plainAnswer(node, facts), `plain: ${text}`).toBe(own);
          expect(bufAnswer(text, facts), `@bufbuild/cel: ${text}`).toBe(own);
          expect(marcAnswer(text, facts), `cel-js: ${text}`).toBe(own);
        }
      }),
      { numRuns: 1000 },
    );
    // The comparison is worth nothing when one answer hardly occurs.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(300);
  });
});
