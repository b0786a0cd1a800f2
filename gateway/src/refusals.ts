import { GraphQLError } from 'graphql';

/** Every code that the edge itself gives; subgraphs' codes pass through. */
export const REFUSAL_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INTROSPECTION_FORBIDDEN',
  'BAD_REQUEST',
  'DOCUMENT_UNKNOWN',
  'DOCUMENT_REQUIRED',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_MANY_ALIASES',
  'QUERY_TOO_EXPENSIVE',
  'TOO_MANY_REQUESTS',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_SUBSCRIPTIONS',
  'SUBSCRIPTION_OVER_HTTP',
  'SUBGRAPH_UNAVAILABLE',
  'UPSTREAM_LOST',
  'LAGGED',
  'SCHEMA_CHANGED',
  'BAD_CURSOR',
  'GATEWAY_CLOSING',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** An error that tells a person, in both languages, what is wrong and what to do: English in `message`, Chinese in `extensions.messageZh`. */
export function refusal(
  code: RefusalCode,
  text: {
    readonly zh: string;
    readonly en: string;
    readonly extensions?: Record<string, unknown>;
    readonly cause?: unknown;
  },
): GraphQLError {
  return new GraphQLError(text.en, {
    extensions: { code, messageZh: text.zh, ...text.extensions },
    ...(text.cause instanceof Error ? { originalError: text.cause } : {}),
  });
}
