import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

/** All rule files and the calendar, in every receipt: no row's content, and megabytes of it. */
const TOO_LARGE = new Set(['envelope']);

/** Selections of each schema by type and levels: written once. */
const written = new WeakMap<GraphQLSchema, Map<string, string | null>>();

/** Everything that can be asked of a type without giving arguments, so many levels deep; null when that is nothing. */
function wholeSelection(schema: GraphQLSchema, of: GraphQLOutputType, levels: number): string | null {
  const known = written.get(schema) ?? new Map<string, string | null>();
  written.set(schema, known);
  const name = `${getNamedType(of).name} ${levels}`;
  const text = known.get(name) ?? writeSelection(schema, of, levels);
  known.set(name, text);
  return text;
}

function writeSelection(schema: GraphQLSchema, of: GraphQLOutputType, levels: number): string | null {
  const type = getNamedType(of);
  if (isLeafType(type)) return '';
  if (isInterfaceType(type)) {
    const leaves = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
    return `{ __typename ${leaves.map(({ name }) => name).join(' ')} }`;
  }
  if (isUnionType(type)) {
    const members = schema.getPossibleTypes(type).map((member) => {
      const fields = Object.values(member.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
      return `... on ${member.name} { __typename ${fields.map(({ name }) => `${member.name}_${name}: ${name}`).join(' ')} }`;
    });
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(type) || levels === 0) return null;
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument) || TOO_LARGE.has(field.name)) return [];
    const below = wholeSelection(schema, field.type, levels - 1);
    return below === null ? [] : [`${field.name} ${below}`];
  });
  return parts.length === 0 ? null : `{ ${parts.join(' ')} }`;
}

/** A request for one root field with everything below it. */
export function wholeRequest(
  schema: GraphQLSchema,
  operation: 'query' | 'mutation' | 'subscription',
  field: GraphQLField<unknown, unknown>,
  given: Readonly<Record<string, unknown>>,
  levels = 4,
): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> } {
  const used = field.args.filter(({ name }) => name in given);
  const heads = used.map(({ name, type }) => `$${name}: ${String(type)}`);
  const args = used.map(({ name }) => `${name}: $${name}`);
  const [head, list] = used.length === 0 ? ['', ''] : [`(${heads.join(', ')})`, `(${args.join(', ')})`];
  return {
    query: `${operation} ${head} { ${field.name}${list} ${wholeSelection(schema, field.type, levels) ?? ''} }`,
    variables: given,
  };
}

/** One field under several aliases, each with a value of its own for the argument. */
export function aliasedRequest(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  argument: GraphQLArgument,
  values: Readonly<Record<string, unknown>>,
  operation: 'query' | 'mutation' = 'query',
): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> } {
  const selection = wholeSelection(schema, field.type, 2) ?? '';
  const heads = Object.keys(values).map((alias) => `$${alias}: ${String(argument.type)}`);
  const fields = Object.keys(values).map(
    (alias) => `${alias}: ${field.name}(${argument.name}: $${alias}) ${selection}`,
  );
  return { query: `${operation} (${heads.join(', ')}) { ${fields.join(' ')} }`, variables: values };
}

/** A reference to one entity with everything below it. */
export function referenceRequest(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  representation: Readonly<Record<string, unknown>>,
): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> } {
  const selection = wholeSelection(schema, type, 3) ?? '{ __typename }';
  return {
    query: `query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on ${type.name} ${selection} } }`,
    variables: { of: [representation] },
  };
}

/** A value that the type accepts: `id` wherever an id is asked for, the least of everything else. */
export function sampleOf(type: GraphQLInputType, id: string): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType, id);
  if (isListType(type)) return [sampleOf(type.ofType, id)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const asked = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || getNamedType(field.type).name === 'ID',
    );
    return Object.fromEntries(asked.map((field) => [field.name, sampleOf(field.type, id)]));
  }
  return { ID: id, ...SAMPLES }[type.name];
}
const SAMPLES: Readonly<Record<string, unknown>> = {
  String: '依据规定核查后的说明文字',
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: '2026-07-01T09:00:00.000+08:00',
  Date: '2026-07-01',
  JSON: {},
};
