import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

/** Faults of the document or its variables; a well-formed answer names them. */
const REQUEST_FAULTS = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);
const NEW_MEDIA_TYPE = 'application/graphql-response+json';

/**
 * Mends the three cases in which Apollo Server answers otherwise than the GraphQL-over-HTTP specification asks for (audit 572B, FDE2,
 * 7B9B): to a client that accepts `application/json` only, a fault of the document is a well-formed answer with status 200.
 */
export function graphqlOverHttp(): ApolloServerPlugin<BaseContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ request, response }) {
          if (response.body.kind !== 'single' || response.http.status !== 400) return;
          if (request.http?.headers.get('accept')?.includes(NEW_MEDIA_TYPE)) return;
          const { errors } = response.body.singleResult;
          if (errors?.every(({ extensions }) => REQUEST_FAULTS.has(extensions?.code))) response.http.status = 200;
        },
      };
    },
  };
}
