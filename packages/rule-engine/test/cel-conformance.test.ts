import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import { describe, expect, test } from 'vitest';
import { checkExpression, type Names } from '../src/check-expression.ts';
import { compilePart } from '../src/compile.ts';
import { evaluateValue } from '../src/evaluate.ts';
import { calendar } from './rule-world.ts';

/** The public CEL conformance vectors that need no variables, held against what the rule language accepts of them. */

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: Vector }[];
}
interface Vector {
  readonly expr: string;
  readonly value?: unknown;
  readonly evalError?: unknown;
  readonly bindings?: unknown;
  readonly typeEnv?: unknown;
  readonly container?: unknown;
  readonly unknown?: unknown;
  readonly typedResult?: { readonly result?: unknown };
}

const vectors = (suite: Suite): readonly Vector[] => [
  ...(suite.tests ?? []).map(({ original }) => original),
  ...(suite.suites ?? []).flatMap(vectors),
];
const NO_NAMES: Names = { facts: new Map(), parameters: new Map(), parameterValues: new Map(), each: null };
const NO_RUNGS = { warning: null, yellow: null };

/** The vector's expected value, or `undefined` when CEL says error. */
function expected({ value, typedResult, evalError }: Vector): unknown {
  if (evalError !== undefined) return undefined;
  const given = (value ?? typedResult?.result ?? { boolValue: true }) as Readonly<Record<string, unknown>>;
  const [kind, content] = Object.entries(given)[0] ?? [];
  if (kind === 'int64Value') return Number(content);
  if (kind === 'doubleValue' && typeof content === 'string') return Number(content);
  return content;
}

const accepted = vectors(tests as Suite).flatMap((vector) => {
  if (vector.bindings !== undefined || vector.typeEnv !== undefined || vector.unknown !== undefined) return [];
  const checked = checkExpression(vector.expr, NO_NAMES, 'message');
  return 'node' in checked ? [{ vector, node: checked.node }] : [];
});

describe('the CEL conformance vectors', () => {
  test('that the language accepts are many and of every kind', () => {
    expect(accepted.length).toBeGreaterThan(150);
    expect(new Set(accepted.map(({ node }) => node.op)).size).toBeGreaterThan(8);
  });

  test.each(accepted.map(({ vector, node }) => [vector.expr, vector, node] as const))('%s', (_expr, vector, node) => {
    const at = { facts: {}, elements: [], parameters: new Map(), calendar, now: 0 };
    const wanted = expected(vector);
    const own = evaluateValue(node, at);
    expect(Object.is(own, -0) ? 0 : own).toEqual(Object.is(wanted, -0) ? 0 : wanted);
    if (node.type.kind !== 'bool') return;
    const { judge } = compilePart({ when: null, rungs: { ...NO_RUNGS, red: node } }, new Map());
    expect(judge({}, {}, calendar, 0, new Float64Array(1)) & 7).toBe(wanted === true ? 4 : wanted === false ? 0 : 1);
  });
});
