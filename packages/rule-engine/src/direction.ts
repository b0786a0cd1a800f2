import { childrenOf, type Node } from './node.ts';
import type { Parameter } from './rule.ts';

/**
 * How an expression moves when a parameter grows: not at all, only up (false to true), only down, or not provably one way.
 * Facts and time stand for any value.
 */
export type Direction = 'CONSTANT' | 'UP' | 'DOWN' | 'UNPROVED';

const FLIPPED: Readonly<Record<Direction, Direction>> = {
  CONSTANT: 'CONSTANT',
  UP: 'DOWN',
  DOWN: 'UP',
  UNPROVED: 'UNPROVED',
};

/** The proof behind Art. 12: found by structure alone, and `UNPROVED` whenever structure does not show it. */
export function directionOf(node: Node, parameter: string, parameters: ReadonlyMap<string, Parameter>): Direction {
  const of = (inner: Node): Direction => directionOf(inner, parameter, parameters);
  switch (node.op) {
    case 'parameter':
      return node.named.name === parameter ? 'UP' : 'CONSTANT';
    case 'not':
    case 'negate':
      return FLIPPED[of(node.a)];
    case 'and':
    case 'or':
      return node.items.map(of).reduce(join, 'CONSTANT');
    case 'convert':
      return of(node.a);
    case 'extreme':
      return join(of(node.a), of(node.b));
    case 'arithmetic':
      if (node.sign === '*') return product(node.a, node.b, of, parameters);
      return join(of(node.a), node.sign === '+' ? of(node.b) : FLIPPED[of(node.b)]);
    case 'compare':
      if (node.relation === '==' || node.relation === '!=') return constantOnly(node, of);
      return node.relation === '>' || node.relation === '>='
        ? join(of(node.a), FLIPPED[of(node.b)])
        : join(FLIPPED[of(node.a)], of(node.b));
    case 'choose':
      return of(node.condition) === 'CONSTANT' ? join(of(node.a), of(node.b)) : 'UNPROVED';
    case 'exists':
    case 'all':
      return of(node.body);
    case 'turn': {
      const quantity = underLimit(node.quantity, node.limit, of);
      const bound = of(node.bound);
      return node.relation === '>' || node.relation === '>='
        ? join(quantity, FLIPPED[bound])
        : join(FLIPPED[quantity], bound);
    }
    case 'expired':
      return node.limit === null ? 'CONSTANT' : FLIPPED[of(node.limit)];
    case 'limit':
      // `limit(c, x)` is x itself.
      return node.limit === null ? 'CONSTANT' : of(node.limit);
    case 'quantity':
      return underLimit(node.quantity, node.limit, of);
    default:
      return constantOnly(node, of);
  }
}

/** A longer limit leaves more and overruns less; what has elapsed it does not touch. */
function underLimit(quantity: string, limit: Node | null, of: (node: Node) => Direction): Direction {
  if (limit === null || quantity === 'elapsed') return 'CONSTANT';
  return quantity === 'left' ? of(limit) : FLIPPED[of(limit)];
}

function join(a: Direction, b: Direction): Direction {
  if (a === 'CONSTANT' || a === b) return b;
  return b === 'CONSTANT' ? a : 'UNPROVED';
}

function constantOnly(node: Node, of: (node: Node) => Direction): Direction {
  return childrenOf(node).every((child) => of(child) === 'CONSTANT') ? 'CONSTANT' : 'UNPROVED';
}

function product(
  a: Node,
  b: Node,
  of: (node: Node) => Direction,
  parameters: ReadonlyMap<string, Parameter>,
): Direction {
  const [da, db] = [of(a), of(b)];
  if (da === 'CONSTANT' && db === 'CONSTANT') return 'CONSTANT';
  const scaled = (direction: Direction, factor: Node): Direction => {
    if (direction === 'CONSTANT') return 'CONSTANT';
    const sign = signOf(factor, parameters);
    return sign === 0 ? 'UNPROVED' : sign > 0 ? direction : FLIPPED[direction];
  };
  return join(scaled(da, b), scaled(db, a));
}

/** 1: never below zero; -1: never above zero; 0: not known. */
function signOf(node: Node, parameters: ReadonlyMap<string, Parameter>): -1 | 0 | 1 {
  const sign = (inner: Node): -1 | 0 | 1 => signOf(inner, parameters);
  switch (node.op) {
    case 'literal':
      return typeof node.value === 'number' ? (node.value >= 0 ? 1 : -1) : 0;
    case 'parameter': {
      const parameter = parameters.get(node.named.name);
      const least = parameter?.min ?? (parameter?.tighten === null ? parameter.value : null);
      return typeof least === 'number' && least >= 0 ? 1 : 0;
    }
    case 'limit':
      return node.limit === null ? 1 : sign(node.limit);
    case 'size':
      return 1;
    case 'convert':
      return sign(node.a);
    case 'negate':
      return -sign(node.a) as -1 | 0 | 1;
    case 'extreme': {
      const signs = [sign(node.a), sign(node.b)];
      const wins = node.which === 'greatest' ? 1 : -1;
      if (signs.includes(wins)) return wins;
      return signs[0] === signs[1] ? (signs[0] ?? 0) : 0;
    }
    case 'arithmetic':
      if (node.sign === '*') return (sign(node.a) * sign(node.b)) as -1 | 0 | 1;
      return node.sign === '+' && sign(node.a) === sign(node.b) ? sign(node.a) : 0;
    default:
      return 0;
  }
}
