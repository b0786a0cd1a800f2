import type { ASTNode } from '@marcbachmann/cel-js';
import type { Node, Ordering, Relation } from './node.ts';
import { type Mode, mismatch, number, timeMisuse, untimed } from './node-demands.ts';
import { Stop } from './parse-expression.ts';
import { BOOL, isNumber, isText, nameOfType } from './value-type.ts';

/** What comparisons are checked under. */
export interface Comparing {
  readonly mode: Mode;
  /** Values of parameters, for checks against lists of codes. */
  readonly values: ReadonlyMap<string, boolean | number | string | readonly string[]>;
}

const FLIPPED: Readonly<Record<Ordering, Ordering>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** A comparison of values that can be compared; of time with a value free of time it is a turn. */
export function comparison(ast: ASTNode, relation: Relation, a: Node, b: Node, { values, mode }: Comparing): Node {
  const place = { start: ast.start, end: ast.end, type: BOOL };
  if (a.op === 'quantity' || b.op === 'quantity') return turn(ast, relation, a, b, mode);
  const equality = relation === '==' || relation === '!=';
  if (isNumber(a.type) && isNumber(b.type))
    return { op: 'compare', relation, a, b, ...place, timed: a.timed || b.timed };
  if (a.type.kind === 'instant' && b.type.kind === 'instant')
    return { op: 'compare', relation, a, b, ...place, timed: false };
  if (!equality) throw mismatch(b, 'int, double, instant', b.type);
  if (a.type.kind === 'bool' && b.type.kind === 'bool') {
    untimed(a, mode);
    untimed(b, mode);
    return { op: 'compare', relation, a, b, ...place, timed: false };
  }
  if (!isText(a.type)) throw mismatch(a, 'bool, int, double, string, code, instant', a.type);
  if (!isText(b.type)) throw mismatch(b, nameOfType(a.type), b.type);
  listed(a, b, values);
  listed(b, a, values);
  return { op: 'compare', relation, a, b, ...place, timed: false };
}

/** A listed string compared with a constant outside its list can never be equal: surely a slip. */
function listed(code: Node, other: Node, values: Comparing['values']): void {
  if (code.type.kind !== 'code') return;
  const allowed = code.type.values;
  const used =
    constantsOf(other, values) ??
    (other.type.kind === 'code' && !other.type.values.some((value) => allowed.includes(value))
      ? other.type.values
      : []);
  const wrong = used.find((value) => !allowed.includes(value));
  if (wrong === undefined) return;
  throw new Stop(
    'RULE-305',
    other,
    `“${wrong}”不在代码值 ${allowed.join('、')} 之内`,
    `\`${wrong}\` is not one of ${allowed.join(', ')}`,
  );
}

function constantsOf(node: Node, values: Comparing['values']): readonly string[] | null {
  const value = node.op === 'literal' ? node.value : node.op === 'parameter' ? values.get(node.named.name) : undefined;
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value : null;
}

function turn(ast: ASTNode, relation: Relation, a: Node, b: Node, mode: Mode): Node {
  const [time, bound] = a.op === 'quantity' ? [a, b] : [b, a];
  if (time.op !== 'quantity') throw new TypeError('turn needs a quantity');
  const place = { start: ast.start, end: ast.end, type: BOOL, timed: true };
  number(bound);
  if (mode === 'message') return { op: 'compare', relation, a, b, ...place };
  if (bound.timed) throw timeMisuse(bound);
  if (relation === '==' || relation === '!=') throw timeMisuse(ast);
  return {
    op: 'turn',
    quantity: time.quantity,
    of: time.of,
    limit: time.limit,
    relation: time === a ? relation : FLIPPED[relation],
    bound,
    ...place,
  };
}

/** Whether a text is among a list of texts. */
export function membership(ast: ASTNode, a: Node, list: Node, { values }: Pick<Comparing, 'values'>): Node {
  if (list.type.kind !== 'strings') throw mismatch(list, 'list of strings', list.type);
  if (!isText(a.type)) throw mismatch(a, 'string, code', a.type);
  listed(a, list, values);
  return { op: 'in', a, list, start: ast.start, end: ast.end, type: BOOL, timed: false };
}
