import { type DocumentNode, type GraphQLError, Kind, parse, visit } from 'graphql';
import { composeServices } from './apollo.ts';

/** A subgraph's part in the composition. */
export interface SubgraphText {
  readonly name: string;
  /** Where it runs when it stands alone; part of the supergraph, overridden by the gateway's connections. */
  readonly url: string;
  readonly typeDefs: string;
}
/** What a field asks of the viewer, split off the schema because the executor refuses a supergraph that has it. */
export interface AccessRule {
  /** Any of these sets of scopes admits; empty when signing in is enough. */
  readonly scopes: readonly (readonly string[])[];
}
/** Access rules by schema coordinate: `Type` or `Type.field`. */
export type AccessTable = Readonly<Record<string, AccessRule>>;
export type Composition =
  | { readonly supergraphSdl: string; readonly access: AccessTable; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[]; readonly supergraphSdl?: undefined };

const ACCESS_DIRECTIVES = new Set(['authenticated', 'requiresScopes', 'policy']);

/**
 * Composes subgraphs into one supergraph, offline. `@authenticated`, `@requiresScopes` and `@policy` leave the schema for a table:
 * the gateway enforces it early, and each subgraph for itself, because `_entities` is a door round every root check.
 */
export function composeSupergraph(subgraphs: readonly SubgraphText[]): Composition {
  const access: Record<string, AccessRule> = {};
  const byName = [...subgraphs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const services = byName.map(({ name, url, typeDefs }) => ({
    name,
    url,
    typeDefs: withoutAccess(parse(typeDefs), access),
  }));
  const result = composeServices(services);
  if (result.errors) return { errors: result.errors };
  return { supergraphSdl: result.supergraphSdl, access };
}

function withoutAccess(document: DocumentNode, access: Record<string, AccessRule>): DocumentNode {
  const owners: string[] = [];
  return visit(document, {
    enter(node) {
      if ('name' in node && node.name && node.kind !== Kind.DIRECTIVE && node.kind !== Kind.NAMED_TYPE)
        owners.push(node.name.value);
      if (node.kind === Kind.DIRECTIVE && ACCESS_DIRECTIVES.has(node.name.value)) {
        const coordinate = owners.slice(0, 2).join('.');
        const scopes = node.arguments?.find(({ name }) => name.value === 'scopes' || name.value === 'policies')?.value;
        const known = access[coordinate]?.scopes ?? [];
        access[coordinate] = { scopes: [...known, ...(scopes ? literalSets(scopes) : [])] };
        return null;
      }
      // The link to the federation names what it imports.
      if (node.kind === Kind.STRING && node.value.startsWith('@') && ACCESS_DIRECTIVES.has(node.value.slice(1)))
        return null;
      return undefined;
    },
    leave(node) {
      if ('name' in node && node.name && node.kind !== Kind.DIRECTIVE && node.kind !== Kind.NAMED_TYPE) owners.pop();
    },
  });
}

function literalSets(value: unknown): string[][] {
  const { values } = value as { values: { values: { value: string }[] }[] };
  return values.map((set) => set.values.map((scope) => scope.value));
}
