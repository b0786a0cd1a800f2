import type { Named, ValueType } from './value-type.ts';

/** Functions of time: each gives a number that only ever moves one way as time goes on. */
export const QUANTITIES = ['left', 'overdue', 'elapsed', 'since', 'workdaysSince', 'workHoursSince'] as const;
export type Quantity = (typeof QUANTITIES)[number];
export const RELATIONS = ['<', '<=', '>', '>=', '==', '!='] as const;
export type Relation = (typeof RELATIONS)[number];
export type Ordering = Exclude<Relation, '==' | '!='>;

/** What every node carries: its place in the expression's text, its type, and whether `now` can change its value. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly type: ValueType;
  readonly timed: boolean;
}

/** A name in the facts, in the element of the part's `each`, or in a macro's element. */
export type Reference = Place &
  (
    | { readonly op: 'fact'; readonly named: Named }
    | {
        readonly op: 'field';
        readonly variable: number;
        readonly variableName: string;
        readonly list: string;
        readonly named: Named;
      }
  );

/** A checked expression: every name is resolved, every type known, every use of time allowed. */
export type Node =
  | Reference
  | (Place &
      (
        | { readonly op: 'literal'; readonly value: boolean | number | string | readonly string[] }
        | { readonly op: 'parameter'; readonly named: Named }
        | { readonly op: 'not' | 'negate'; readonly a: Node }
        | { readonly op: 'and' | 'or'; readonly items: readonly Node[] }
        | { readonly op: 'choose'; readonly condition: Node; readonly a: Node; readonly b: Node }
        | { readonly op: 'compare'; readonly relation: Relation; readonly a: Node; readonly b: Node }
        | { readonly op: 'arithmetic'; readonly sign: '+' | '-' | '*'; readonly a: Node; readonly b: Node }
        | { readonly op: 'extreme'; readonly which: 'greatest' | 'least'; readonly a: Node; readonly b: Node }
        | { readonly op: 'convert'; readonly a: Node }
        | { readonly op: 'in'; readonly a: Node; readonly list: Node }
        | { readonly op: 'size'; readonly a: Node }
        | { readonly op: 'has'; readonly of: Reference }
        | {
            readonly op: 'exists' | 'all';
            readonly list: Reference;
            readonly variable: number;
            readonly variableName: string;
            readonly body: Node;
          }
        | { readonly op: 'limit'; readonly of: Reference; readonly limit: Node | null }
        | { readonly op: 'expired'; readonly of: Reference; readonly limit: Node | null }
        | { readonly op: 'quantity'; readonly quantity: Quantity; readonly of: Reference; readonly limit: Node | null }
        | {
            readonly op: 'turn';
            readonly quantity: Quantity;
            readonly of: Reference;
            readonly limit: Node | null;
            readonly relation: Ordering;
            readonly bound: Node;
          }
      ));

/** The node's own sub-expressions, in reading order. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'literal':
    case 'parameter':
    case 'fact':
    case 'field':
      return [];
    case 'not':
    case 'negate':
    case 'convert':
    case 'size':
      return [node.a];
    case 'and':
    case 'or':
      return node.items;
    case 'choose':
      return [node.condition, node.a, node.b];
    case 'compare':
    case 'arithmetic':
    case 'extreme':
      return [node.a, node.b];
    case 'in':
      return [node.a, node.list];
    case 'has':
      return [node.of];
    case 'exists':
    case 'all':
      return [node.list, node.body];
    case 'limit':
    case 'expired':
    case 'quantity':
      return node.limit === null ? [node.of] : [node.of, node.limit];
    case 'turn':
      return node.limit === null ? [node.of, node.bound] : [node.of, node.limit, node.bound];
  }
}

/** Calls `visit` for the node and everything below it, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}
