import type { Node, Reference } from './node.ts';
import { Stop } from './parse-expression.ts';
import { isNumber, isText, nameOfType, type ValueType } from './value-type.ts';

/* What a part of an expression asks of its parts; each throws `Stop` with the problem, in both languages. */

/** Where an expression stands: in a condition time appears only as the language allows, in a message it is free. */
export type Mode = 'condition' | 'message';

/** A fact or a field, of this kind where one is asked for. */
export function reference(node: Node, kind: 'clock' | 'instant' | 'list' | null): Reference {
  if (node.op !== 'fact' && node.op !== 'field')
    throw new Stop(
      'RULE-304',
      node,
      `此处应为事实名${kind === null ? '' : `（${kind}）`}`,
      `a fact's name${kind === null ? '' : ` of type ${kind}`} is expected here`,
    );
  if (kind !== null && node.type.kind !== kind) throw mismatch(node, kind, node.type);
  return node;
}

/** The node itself, when it is a bool. */
export function bool(node: Node): Node {
  if (node.type.kind !== 'bool') throw mismatch(node, 'bool', node.type);
  return node;
}

/** The node itself, when it is a number. */
export function number(node: Node): Node {
  if (!isNumber(node.type)) throw mismatch(node, 'int, double', node.type);
  return node;
}

/** The node itself, when it is a double. */
export function double(node: Node): Node {
  if (node.type.kind !== 'double') throw mismatch(node, 'double', node.type);
  return node;
}

/** The node itself, when time does not move it; in a message it may. */
export function untimed(node: Node, mode: Mode): Node {
  if (node.timed && mode === 'condition') throw timeMisuse(node);
  return node;
}

/** Whether values of both can stand in one place. */
export function sameType(a: ValueType, b: ValueType): boolean {
  return a.kind === b.kind || (isText(a) && isText(b));
}

/** What is wrong where a value of another type was expected. */
export function mismatch(node: Node, wanted: string, came: ValueType): Stop {
  return new Stop(
    'RULE-304',
    node,
    `此处应为 ${wanted}，实为 ${nameOfType(came)}`,
    `expected ${wanted}, got ${nameOfType(came)}`,
  );
}

/** What is wrong where time stands in a place in which no first instant of change can be computed. */
export function timeMisuse(at: { start: number; end: number }): Stop {
  return new Stop(
    'RULE-306',
    at,
    '时间函数只能单独位于 <、<=、>、>= 的一侧',
    'a time function may only stand alone on one side of <, <=, > or >=',
  );
}
