import type { Node } from './node.ts';

const STRENGTH: Readonly<Record<string, number>> = {
  '?:': 0,
  '||': 1,
  '&&': 2,
  relation: 3,
  '+': 4,
  '-': 4,
  '*': 5,
  unary: 6,
  atom: 7,
};

/** Writes a checked expression as CEL again, in one canonical form. */
export function printExpression(node: Node): string {
  return print(node, 0);
}

function print(node: Node, outer: number): string {
  const [text, strength] = write(node);
  return strength < outer ? `(${text})` : text;
}

function write(node: Node): [text: string, strength: number] {
  const s = (name: string): number => STRENGTH[name] ?? 7;
  const binary = (a: Node, sign: string, b: Node, name: string): [string, number] => [
    `${print(a, s(name))} ${sign} ${print(b, s(name) + 1)}`,
    s(name),
  ];
  const call = (name: string, ...args: (Node | null)[]): [string, number] => [
    `${name}(${args.flatMap((arg) => (arg === null ? [] : [print(arg, 0)])).join(', ')})`,
    7,
  ];
  switch (node.op) {
    case 'literal':
      return typeof node.value === 'number' && node.value < 0
        ? [printLiteral(node.value, node.type.kind), s('unary')]
        : [printLiteral(node.value, node.type.kind), 7];
    case 'parameter':
      return [`p.${node.named.name}`, 7];
    case 'fact':
      return [node.named.name, 7];
    case 'field':
      return [`${node.variableName}.${node.named.name}`, 7];
    case 'not':
      return [`!${print(node.a, s('unary'))}`, s('unary')];
    case 'negate':
      return [`-${print(node.a, 7)}`, s('unary')];
    case 'and':
    case 'or': {
      const sign = node.op === 'and' ? '&&' : '||';
      return [node.items.map((item) => print(item, s(sign) + 1)).join(` ${sign} `), s(sign)];
    }
    case 'choose':
      return [`${print(node.condition, 1)} ? ${print(node.a, 1)} : ${print(node.b, 0)}`, 0];
    case 'compare':
      return binary(node.a, node.relation, node.b, 'relation');
    case 'arithmetic':
      return binary(node.a, node.sign, node.b, node.sign);
    case 'extreme':
      return call(node.which, node.a, node.b);
    case 'convert':
      return call(node.type.kind, node.a);
    case 'in':
      return binary(node.a, 'in', node.list, 'relation');
    case 'size':
      return call('size', node.a);
    case 'has':
      return call('has', node.of);
    case 'exists':
    case 'all':
      return [`${print(node.list, 7)}.${node.op}(${node.variableName}, ${print(node.body, 0)})`, 7];
    case 'limit':
    case 'expired':
      return call(node.op, node.of, node.limit);
    case 'quantity':
      return call(node.quantity, node.of, node.limit);
    case 'turn':
      return [`${call(node.quantity, node.of, node.limit)[0]} ${node.relation} ${print(node.bound, 4)}`, 3];
  }
}

function printLiteral(value: boolean | number | string | readonly string[], kind: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  if (kind === 'double') return Number.isInteger(value) ? `${value}.0` : String(value);
  return JSON.stringify(value);
}
