import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';

/** Everything that can be asked of a type without giving arguments, so many levels deep; null when that is nothing. */
export function wholeSelection(schema: GraphQLSchema, of: GraphQLOutputType, levels: number): string | null {
  const type = getNamedType(of);
  if (isLeafType(type)) return '';
  if (isInterfaceType(type)) {
    const leaves = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
    return `{ __typename ${leaves.map(({ name }) => name).join(' ')} }`;
  }
  if (isUnionType(type)) {
    const members = schema.getPossibleTypes(type).map((member) => {
      const fields = Object.values(member.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
      return `... on ${member.name} { ${fields.map(({ name }) => `${member.name}_${name}: ${name}`).join(' ')} }`;
    });
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(type) || levels === 0) return null;
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    const below = wholeSelection(schema, field.type, levels - 1);
    return below === null ? [] : [`${field.name} ${below}`];
  });
  return parts.length === 0 ? null : `{ ${parts.join(' ')} }`;
}

/** A request for one root field with everything below it. */
export function wholeRequest(
  schema: GraphQLSchema,
  operation: 'query' | 'subscription',
  field: GraphQLField<unknown, unknown>,
  given: Readonly<Record<string, unknown>>,
): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> } {
  const used = field.args.filter(({ name }) => name in given);
  const heads = used.map(({ name, type }) => `$${name}: ${String(type)}`);
  const args = used.map(({ name }) => `${name}: $${name}`);
  const [head, list] = used.length === 0 ? ['', ''] : [`(${heads.join(', ')})`, `(${args.join(', ')})`];
  return {
    query: `${operation} ${head} { ${field.name}${list} ${wholeSelection(schema, field.type, 4) ?? ''} }`,
    variables: given,
  };
}

/** How the field is asked for one agency, by an argument or by its filter; null when it cannot be. */
export function forAgency(args: readonly GraphQLArgument[], uscc: string): Readonly<Record<string, unknown>> | null {
  if (args.some(({ name }) => name === 'agency')) return { agency: uscc };
  const filter = args.find(({ name }) => name === 'filter');
  const type = filter === undefined ? null : getNamedType(filter.type);
  const agency = isInputObjectType(type) ? type.getFields().agency : undefined;
  if (agency === undefined) return null;
  return { filter: { agency: String(agency.type).startsWith('[') ? [uscc] : uscc } };
}
