import type { ASTNode } from '@marcbachmann/cel-js';
import { call } from './check-call.ts';
import { type Comparing, comparison, membership } from './check-comparison.ts';
import { nearest } from './nearest-name.ts';
import { type Node, type Place, RELATIONS, type Relation } from './node.ts';
import { bool, type Mode, mismatch, number, reference, sameType, untimed } from './node-demands.ts';
import { type ExpressionProblem, parseExpression, Stop } from './parse-expression.ts';
import { BOOL, DOUBLE, INT, type Named, nameOfType, STRING, type ValueType } from './value-type.ts';

export const MAX_MACRO_NESTING = 2;

/** What an expression may name. */
export interface Names {
  readonly facts: ReadonlyMap<string, Named>;
  readonly parameters: ReadonlyMap<string, Named>;
  /** Values of parameters, for checks against lists of codes. */
  readonly parameterValues: ReadonlyMap<string, boolean | number | string | readonly string[]>;
  /** The part's `each` variable; it is variable 0. */
  readonly each: { readonly name: string; readonly list: string; readonly fields: ReadonlyMap<string, Named> } | null;
}

interface Variable {
  readonly name: string;
  readonly index: number;
  readonly list: string;
  readonly fields: ReadonlyMap<string, Named>;
}

/**
 * Parses and checks one condition or one placeholder of a message.
 * In a `condition` the result is bool and time appears only as the language allows; in a `message` time is free.
 */
export function checkExpression(
  text: string,
  names: Names,
  mode: Mode,
): { node: Node } | { problem: ExpressionProblem } {
  try {
    const node = new Checker(names, mode).expression(parseExpression(text), [], 0);
    if (mode === 'condition' && node.type.kind !== 'bool')
      throw new Stop(
        'RULE-309',
        node,
        `条件应为 bool，实为 ${nameOfType(node.type)}`,
        `a condition is bool, this is ${nameOfType(node.type)}`,
      );
    if (mode === 'message' && ['list', 'record', 'clock', 'strings'].includes(node.type.kind))
      throw new Stop(
        'RULE-304',
        node,
        `消息中不能显示 ${nameOfType(node.type)}`,
        `a message cannot show a ${nameOfType(node.type)}`,
      );
    return { node };
  } catch (error) {
    if (error instanceof Stop) return { problem: error.problem };
    throw error;
  }
}

class Checker {
  private readonly names: Names;
  private readonly comparing: Comparing;
  private variables = 1;
  constructor(names: Names, mode: Mode) {
    this.names = names;
    this.comparing = { mode, values: names.parameterValues };
  }

  expression(ast: ASTNode, scope: readonly Variable[], macros: number): Node {
    const at = (type: ValueType, ...parts: readonly Node[]): Place => ({
      start: ast.start,
      end: ast.end,
      type,
      timed: parts.some((part) => part.timed),
    });
    const sub = (inner: ASTNode): Node => this.expression(inner, scope, macros);
    switch (ast.op) {
      case 'value':
        return this.literal(ast, ast.args);
      case 'id':
        return this.name(ast, ast.args);
      case '.':
        return this.select(ast, ast.args[0], ast.args[1], scope);
      case '!_': {
        const a = bool(sub(ast.args));
        return { op: 'not', a, ...at(BOOL, a) };
      }
      case '-_': {
        const a = this.untimed(number(sub(ast.args)));
        if (a.op === 'literal' && typeof a.value === 'number') return { op: 'literal', value: -a.value, ...at(a.type) };
        return { op: 'negate', a, ...at(a.type, a) };
      }
      case '&&':
      case '||': {
        const op = ast.op === '&&' ? 'and' : 'or';
        const items = ast.args.map((arg) => bool(sub(arg))).flatMap((item) => (item.op === op ? item.items : [item]));
        return { op, items, ...at(BOOL, ...items) };
      }
      case '?:': {
        const [condition, a, b] = [bool(sub(ast.args[0])), sub(ast.args[1]), sub(ast.args[2])];
        if (!sameType(a.type, b.type)) throw mismatch(b, nameOfType(a.type), b.type);
        if (['clock', 'list', 'record', 'strings'].includes(a.type.kind))
          throw mismatch(a, 'bool, int, double, string, instant', a.type);
        const type =
          a.type.kind === 'code' && b.type.kind === 'code'
            ? ({ kind: 'code', values: [...new Set([...a.type.values, ...b.type.values])] } as const)
            : a.type;
        const node: Node = { op: 'choose', condition, a, b, ...at(type, condition, a, b) };
        if (type.kind !== 'bool') this.untimed(node);
        return node;
      }
      case '+':
      case '-':
      case '*': {
        const [a, b] = [this.untimed(number(sub(ast.args[0]))), this.untimed(number(sub(ast.args[1])))];
        if (a.type.kind !== b.type.kind) throw mismatch(b, nameOfType(a.type), b.type);
        return { op: 'arithmetic', sign: ast.op, a, b, ...at(a.type, a, b) };
      }
      case 'in':
        return membership(ast, sub(ast.args[0]), sub(ast.args[1]), this.comparing);
      case 'list':
        return this.listLiteral(ast, ast.args.map(sub));
      case 'call':
        return call(ast, ast.args[0], ast.args[1], sub, this.comparing.mode);
      case 'rcall':
        return this.macro(ast, ast.args[0], ast.args[1], ast.args[2], scope, macros);
      default:
        if (isRelation(ast.op)) {
          const [left, right] = ast.args as [ASTNode, ASTNode];
          return comparison(ast, ast.op, sub(left), sub(right), this.comparing);
        }
        throw new Stop('RULE-203', ast, `规则语言不含“${ast.op}”`, `the rule language has no \`${ast.op}\``);
    }
  }

  private literal(ast: ASTNode, value: unknown): Node {
    const place = { start: ast.start, end: ast.end, timed: false };
    if (typeof value === 'boolean') return { op: 'literal', value, type: BOOL, ...place };
    if (typeof value === 'string') return { op: 'literal', value, type: STRING, ...place };
    if (typeof value === 'number') return { op: 'literal', value, type: DOUBLE, ...place };
    if (typeof value === 'bigint') {
      if (value > BigInt(Number.MAX_SAFE_INTEGER))
        throw new Stop('RULE-310', ast, `整数 ${value} 过大`, `the integer ${value} is too large`);
      return { op: 'literal', value: Number(value), type: INT, ...place };
    }
    throw new Stop(
      'RULE-203',
      ast,
      '规则语言只有布尔、整数、小数与字符串常量',
      'the rule language has only bool, int, double and string literals',
    );
  }

  private name(ast: ASTNode, name: string): Node {
    const named = this.names.facts.get(name);
    if (named === undefined) throw this.unknownName(ast, name);
    return { op: 'fact', named, start: ast.start, end: ast.end, type: named.type, timed: false };
  }

  private unknownName(ast: ASTNode, name: string): Stop {
    const near = nearest(name, [...this.names.facts.keys()]);
    const [zh, en] = near === null ? ['', ''] : [`，是否指 ${near}`, `; did you mean ${near}?`];
    return new Stop('RULE-301', ast, `词典中没有“${name}”${zh}`, `the dictionary has no \`${name}\`${en}`);
  }

  private select(ast: ASTNode, operand: ASTNode, field: string, scope: readonly Variable[]): Node {
    if (operand.op !== 'id')
      throw new Stop(
        'RULE-203',
        ast,
        '只能取参数 p.名称 或元素变量的字段',
        'only p.<parameter> or a field of an element variable can be selected',
      );
    const place = { start: ast.start, end: ast.end, timed: false };
    const variable = this.variable(operand.args, scope);
    if (variable !== null) {
      const named = variable.fields.get(field);
      if (named === undefined)
        throw new Stop(
          'RULE-301',
          ast,
          `${variable.list} 的元素没有“${field}”`,
          `elements of ${variable.list} have no \`${field}\``,
        );
      return {
        op: 'field',
        variable: variable.index,
        variableName: variable.name,
        list: variable.list,
        named,
        type: named.type,
        ...place,
      };
    }
    if (operand.args !== 'p') throw this.unknownName(operand, operand.args);
    const named = this.names.parameters.get(field);
    if (named === undefined)
      throw new Stop('RULE-302', ast, `没有参数“${field}”`, `there is no parameter \`${field}\``);
    return { op: 'parameter', named, type: named.type, ...place };
  }

  private variable(name: string, scope: readonly Variable[]): Variable | null {
    const inner = scope.findLast((variable) => variable.name === name);
    if (inner !== undefined) return inner;
    const each = this.names.each;
    return each !== null && each.name === name ? { name, index: 0, list: each.list, fields: each.fields } : null;
  }

  private untimed(node: Node): Node {
    return untimed(node, this.comparing.mode);
  }

  private listLiteral(ast: ASTNode, items: readonly Node[]): Node {
    const values = items.map((item) => {
      if (item.op !== 'literal' || typeof item.value !== 'string') throw mismatch(item, 'string literal', item.type);
      return item.value;
    });
    return {
      op: 'literal',
      value: values,
      start: ast.start,
      end: ast.end,
      type: { kind: 'strings', values },
      timed: false,
    };
  }

  private macro(
    ast: ASTNode,
    name: string,
    receiver: ASTNode,
    args: readonly ASTNode[],
    scope: readonly Variable[],
    macros: number,
  ): Node {
    const [element, body] = args;
    if ((name !== 'exists' && name !== 'all') || element?.op !== 'id' || body === undefined || args.length !== 2)
      throw new Stop(
        'RULE-203',
        ast,
        `列表只能用 exists(x, 条件) 与 all(x, 条件)，不能用 ${name}`,
        `lists know exists(x, condition) and all(x, condition), not ${name}`,
      );
    if (macros >= MAX_MACRO_NESTING)
      throw new Stop('RULE-307', ast, '列表宏嵌套超过两层', 'list macros are nested more than twice');
    const variableName = element.args;
    if (variableName === 'p' || this.names.facts.has(variableName) || this.variable(variableName, scope) !== null)
      throw new Stop('RULE-308', element, `变量名“${variableName}”已被占用`, `the name \`${variableName}\` is taken`);
    const list = reference(this.expression(receiver, scope, macros), 'list');
    if (list.type.kind !== 'list') throw mismatch(list, 'list', list.type);
    const variable = this.variables++;
    const inner = [...scope, { name: variableName, index: variable, list: list.named.name, fields: list.type.fields }];
    const checked = bool(this.expression(body, inner, macros + 1));
    return {
      op: name,
      list,
      variable,
      variableName,
      body: checked,
      start: ast.start,
      end: ast.end,
      type: BOOL,
      timed: checked.timed,
    };
  }
}

const isRelation = (op: string): op is Relation => (RELATIONS as readonly string[]).includes(op);
