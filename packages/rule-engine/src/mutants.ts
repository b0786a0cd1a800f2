import { childrenOf, type Node, type Ordering, type Reference, type Relation } from './node.ts';
import { printExpression } from './print.ts';
import type { Rule, RulePart } from './rule.ts';
import type { Rung } from './types.ts';

/** A rule with one small mistake in it, named so that the same mistake has the same name tomorrow. */
export interface Mutant {
  readonly id: string;
  readonly rule: Rule;
}

/** Every mutant of a rule: operators, edges, constants, parameters, junctions, rungs and scopes left out. */
export function mutantsOf(rule: Rule): readonly Mutant[] {
  const seen = new Map<string, number>();
  return [...parameterMutants(rule), ...rule.parts.flatMap((part) => partMutants(rule, part))].map((mutant) => {
    const count = (seen.get(mutant.id) ?? 0) + 1;
    seen.set(mutant.id, count);
    return count === 1 ? mutant : { ...mutant, id: `${mutant.id} #${count}` };
  });
}

function partMutants(rule: Rule, part: RulePart): readonly Mutant[] {
  const withPart = (changed: Partial<RulePart>): Rule => ({
    ...rule,
    parts: rule.parts.map((one) => (one === part ? { ...one, ...changed } : one)),
  });
  const withNode = (key: Rung | 'when', node: Node | null): Rule =>
    withPart(key === 'when' ? { when: node } : { rungs: { ...part.rungs, [key]: node } });
  return (['when', 'warning', 'yellow', 'red'] as const).flatMap((key) => {
    const node = key === 'when' ? part.when : part.rungs[key];
    if (node === null) return [];
    const place = `${part.index}.${key}`;
    return [
      { id: `${place}: removed`, rule: withNode(key, null) },
      ...nodeMutants(node).map(({ from, to, whole }) => ({
        id: `${place}: ${from} → ${to}`,
        rule: withNode(key, whole),
      })),
    ];
  });
}

function parameterMutants(rule: Rule): readonly Mutant[] {
  return [...rule.parameters].flatMap(([name, parameter]) =>
    valueMutants(parameter.value, parameter.named.type.kind).map((value) => ({
      id: `p.${name}: ${JSON.stringify(parameter.value)} → ${JSON.stringify(value)}`,
      rule: { ...rule, parameters: new Map([...rule.parameters, [name, { ...parameter, value }]]) },
    })),
  );
}

type Value = boolean | number | string | readonly string[];

function valueMutants(value: Value, kind: string): readonly Value[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') {
    if (kind === 'int') return [value + 1, value - 1];
    return value === 0 ? [0.1, -0.1] : [rounded(value * 1.1), rounded(value * 0.9)];
  }
  return typeof value === 'string' ? [] : value.map((_, index) => value.filter((_item, other) => other !== index));
}

const rounded = (value: number): number => Number(value.toPrecision(12));

interface NodeMutant {
  readonly from: string;
  readonly to: string;
  readonly whole: Node;
}

function nodeMutants(node: Node): readonly NodeMutant[] {
  const own = replacements(node).map((changed) => ({
    from: printExpression(node),
    to: printExpression(changed),
    whole: changed,
  }));
  const below = childrenOf(node).flatMap((child, index) =>
    nodeMutants(child).map((mutant) => ({ ...mutant, whole: withChild(node, index, mutant.whole) })),
  );
  return [...own, ...below];
}

const RELATION_MUTANTS: Readonly<Record<Relation, readonly Relation[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
};

function replacements(node: Node): readonly Node[] {
  switch (node.op) {
    case 'compare':
      return RELATION_MUTANTS[node.relation].map((relation) => ({ ...node, relation }));
    case 'turn':
      return RELATION_MUTANTS[node.relation].map((relation) => ({ ...node, relation: relation as Ordering }));
    case 'and':
    case 'or':
      return [{ ...node, op: node.op === 'and' ? 'or' : 'and' }, ...node.items.map((_, index) => without(node, index))];
    case 'not':
      return [node.a];
    case 'extreme':
      return [{ ...node, which: node.which === 'greatest' ? 'least' : 'greatest' }];
    case 'arithmetic':
      return node.sign === '*' ? [node.a, node.b] : [{ ...node, sign: node.sign === '+' ? '-' : '+' }];
    case 'exists':
    case 'all':
      return [{ ...node, op: node.op === 'exists' ? 'all' : 'exists' }];
    case 'choose':
      return [{ ...node, a: node.b, b: node.a }];
    case 'literal':
      return valueMutants(node.value, node.type.kind).map((value) => ({ ...node, value }));
    default:
      return [];
  }
}

function without(node: Node & { readonly op: 'and' | 'or' }, index: number): Node {
  const items = node.items.filter((_, other) => other !== index);
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { ...node, items };
}

/** The node with one child, counted as `childrenOf` does, put in place of another. */
function withChild(node: Node, index: number, child: Node): Node {
  switch (node.op) {
    case 'not':
    case 'negate':
    case 'convert':
    case 'size':
      return { ...node, a: child };
    case 'and':
    case 'or':
      return { ...node, items: node.items.map((item, other) => (other === index ? child : item)) };
    case 'choose':
      return { ...node, ...(index === 0 ? { condition: child } : index === 1 ? { a: child } : { b: child }) };
    case 'compare':
    case 'arithmetic':
    case 'extreme':
      return { ...node, ...(index === 0 ? { a: child } : { b: child }) };
    case 'in':
      return { ...node, ...(index === 0 ? { a: child } : { list: child }) };
    case 'exists':
    case 'all':
      return index === 0 ? { ...node, list: child as Reference } : { ...node, body: child };
    case 'limit':
    case 'expired':
    case 'quantity':
      return index === 0 ? { ...node, of: child as Reference } : { ...node, limit: child };
    case 'turn': {
      if (index === 0) return { ...node, of: child as Reference };
      return index === 1 && node.limit !== null ? { ...node, limit: child } : { ...node, bound: child };
    }
    default:
      return node;
  }
}
