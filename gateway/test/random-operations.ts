import fc from 'fast-check';
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** Arguments that the test schema's fields need; a field that is not here gets none. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  workItem: ['(id: "W1")', '(id: "none")', '(id: "W-broken")', '(id: "W-null")', '(id: "W-missing")'],
  workItems: ['', '(first: 1)', '(first: $n)'],
  agency: ['(uscc: "A7")', '(uscc: "A-broken")'],
  agencies: ['', '(first: 2)'],
  cards: ['', '(level: RED)'],
};
const DIRECTIVES = ['', '', '', ' @include(if: $yes)', ' @skip(if: $yes)', ' @include(if: true)'];

/**
 * A random valid query: aliases by the arguments (so that fields never clash), fragments on types, conditions. `pick` gives a number
 * below its argument.
 */
export function randomQuery(schema: GraphQLSchema, pick: (below: number) => number): string {
  const body = selection(schema, schema.getQueryType()!, pick, 4);
  return `query($n: Int = 2, $yes: Boolean = true) { __typename used: workItems(first: $n) @include(if: $yes) { id } ${body} }`;
}

function selection(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  pick: (below: number) => number,
  depth: number,
): string {
  const parts: string[] = [];
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  for (const field of fields)
    if (pick(3) > 0 && !field.name.startsWith('_')) parts.push(fieldText(schema, field, pick, depth));
  const concrete = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  for (const one of concrete) {
    if (isAbstractType(type) ? pick(3) > 0 : pick(6) === 0)
      parts.push(
        `... on ${one.name}${DIRECTIVES[pick(DIRECTIVES.length)]} { ${selection(schema, one, pick, depth - 1)} }`,
      );
  }
  if (parts.length === 0 || pick(4) === 0) parts.push('__typename');
  return parts.join(' ');
}

function fieldText(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  pick: (below: number) => number,
  depth: number,
): string {
  const inner = getNamedType(field.type as GraphQLOutputType);
  if (isCompositeType(inner) && depth <= 0) return '__typename';
  const wanted = field.args.length > 0 ? (ARGUMENTS[field.name] ?? ['']) : [''];
  const at = pick(wanted.length);
  // One name for a field, its arguments and its type: fragments may then meet anywhere.
  const alias =
    pick(2) === 0 && wanted.length === 1 ? '' : `${field.name}_${at}_${field.type.toString().replace(/\W/g, '_')}: `;
  const sub = isCompositeType(inner) ? ` { ${selection(schema, inner, pick, depth - 1)} }` : '';
  return `${alias}${field.name}${wanted[at]}${DIRECTIVES[pick(DIRECTIVES.length)]}${sub}`;
}

/** Numbers below what is asked, from a list that fast-check can shrink. */
export const picks = fc
  .infiniteStream(fc.nat(1_000_000))
  .map((stream) => (below: number) => Number(stream.next().value) % below);
