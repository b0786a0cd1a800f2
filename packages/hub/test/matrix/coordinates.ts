import { type GraphQLSchema, isObjectType, isUnionType, parse } from 'graphql';

/** Every door of a subgraph: root fields as `Query.cards`, entity references as `_entities.Card`. */
export function doorsOf(schema: GraphQLSchema, typeDefs: string): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) =>
    Object.keys(root?.getFields() ?? {})
      .filter((name) => !name.startsWith('_'))
      .map((name) => `${root!.name}.${name}`),
  );
  return [...fields, ...[...keysOf(schema, typeDefs).keys()].map((type) => `_entities.${type}`)];
}

/**
 * The key field of each entity that the subgraph resolves. A reference that is not resolvable is no door, as long as its type has nothing but
 * its key: asked for, it gives back what came.
 */
export function keysOf(schema: GraphQLSchema, typeDefs: string): ReadonlyMap<string, string> {
  const entities = schema.getType('_Entity');
  const names = new Set(isUnionType(entities) ? entities.getTypes().map(({ name }) => name) : []);
  const keys = new Map<string, string>();
  for (const node of parse(typeDefs).definitions) {
    if (node.kind !== 'ObjectTypeDefinition' && node.kind !== 'ObjectTypeExtension') continue;
    for (const { name, arguments: args = [] } of node.directives ?? []) {
      if (name.value !== 'key' || !names.has(node.name.value)) continue;
      const value = (argument: string) => args.find((one) => one.name.value === argument)?.value;
      const fields = value('fields');
      const resolvable = value('resolvable');
      const key = fields?.kind === 'StringValue' ? fields.value : '';
      const type = schema.getType(node.name.value);
      const isBare = isObjectType(type) && Object.keys(type.getFields()).every((field) => field === key);
      if (!(resolvable?.kind === 'BooleanValue' && !resolvable.value && isBare)) keys.set(node.name.value, key);
    }
  }
  return keys;
}

/** The fields of every type but the roots, over all subgraphs. */
export function fieldsOf(schemas: readonly GraphQLSchema[]): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, Set<string>>();
  for (const schema of schemas) {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('_') || roots.includes(type)) continue;
      const known = fields.get(type.name) ?? new Set();
      for (const field of Object.keys(type.getFields())) known.add(field);
      fields.set(type.name, known);
    }
  }
  return new Map([...fields].sort().map(([type, names]) => [type, [...names].sort()]));
}
