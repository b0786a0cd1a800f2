import type { Resolvers } from '../../generated/resolvers.ts';

/** Names of the fields that a type of the schema has: a resolver of a field that is not there does not compile. */
export type FieldsOf<Type extends keyof Resolvers> = {
  readonly [Field in keyof NonNullable<Resolvers[Type]>]?: unknown;
};
