import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from './nearest-name.ts';
import { type Node, type Place, QUANTITIES, type Quantity } from './node.ts';
import { double, type Mode, mismatch, number, reference, untimed } from './node-demands.ts';
import { Stop } from './parse-expression.ts';
import { BOOL, DOUBLE, INT, nameOfType, type ValueType } from './value-type.ts';

const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  ...QUANTITIES,
  'limit',
  'expired',
  'greatest',
  'least',
  'double',
  'int',
  'size',
  'has',
]);
const isQuantity = (name: string): name is Quantity => (QUANTITIES as readonly string[]).includes(name);

/** A call of one of the language's functions; `sub` checks an argument. */
export function call(
  ast: ASTNode,
  name: string,
  args: readonly ASTNode[],
  sub: (ast: ASTNode) => Node,
  mode: Mode,
): Node {
  const free = (node: Node): Node => untimed(node, mode);
  const at = (type: ValueType, timed = false): Place => ({ start: ast.start, end: ast.end, type, timed });
  const wrongCount = (wanted: string): Stop =>
    new Stop(
      'RULE-303',
      ast,
      `${name} 需要${wanted}个参数，给了${args.length}个`,
      `${name} takes ${wanted} argument(s), got ${args.length}`,
    );
  const first = args[0];
  if (first === undefined) throw FUNCTION_NAMES.has(name) ? wrongCount('1–2') : unknownFunction(ast, name);
  const second = args[1];
  if (name === 'greatest' || name === 'least') {
    if (second === undefined || args.length !== 2) throw wrongCount('2');
    const [a, b] = [free(number(sub(first))), free(number(sub(second)))];
    if (a.type.kind !== b.type.kind) throw mismatch(b, nameOfType(a.type), b.type);
    return { op: 'extreme', which: name, a, b, ...at(a.type) };
  }
  if (name === 'limit' || name === 'expired' || name === 'left' || name === 'overdue' || name === 'elapsed') {
    if (args.length > 2) throw wrongCount('1–2');
    const of = reference(sub(first), 'clock');
    const limit = second === undefined ? null : double(free(sub(second)));
    if (name === 'limit') return { op: 'limit', of, limit, ...at(DOUBLE) };
    if (name === 'expired') return { op: 'expired', of, limit, ...at(BOOL, true) };
    return { op: 'quantity', quantity: name, of, limit, ...at(DOUBLE, true) };
  }
  if (!FUNCTION_NAMES.has(name)) throw unknownFunction(ast, name);
  if (args.length !== 1) throw wrongCount('1');
  const a = sub(first);
  if (isQuantity(name))
    return {
      op: 'quantity',
      quantity: name,
      of: reference(a, 'instant'),
      limit: null,
      ...at(name === 'workdaysSince' ? INT : DOUBLE, true),
    };
  if (name === 'has') return { op: 'has', of: reference(a, null), ...at(BOOL) };
  if (name === 'size') {
    if (a.type.kind !== 'list' && a.type.kind !== 'strings') throw mismatch(a, 'list', a.type);
    return { op: 'size', a, ...at(INT) };
  }
  return { op: 'convert', a: free(number(a)), ...at(name === 'int' ? INT : DOUBLE) };
}

function unknownFunction(ast: ASTNode, name: string): Stop {
  const near = nearest(name, [...FUNCTION_NAMES]);
  const hint = near === null ? ['', ''] : [`，是否指 ${near}`, `; did you mean ${near}?`];
  return new Stop('RULE-303', ast, `没有函数“${name}”${hint[0]}`, `there is no function \`${name}\`${hint[1]}`);
}
