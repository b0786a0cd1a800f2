import { GraphQLError } from 'graphql';
import { refusal } from './refusals.ts';
import type { EdgeContext } from './types.ts';

/** Verifies an `authorization` header; gives or throws an error for a token that is no good. */
export type Authenticate = (authorization: string | undefined) => Promise<EdgeContext | Error>;

/** A token's refusal by the identity package, known by its members. */
interface TokenRefusal {
  readonly code: string;
  readonly messageZh: string;
}

/**
 * Asks who comes. One place for HTTP and WebSocket.
 * @throws {GraphQLError} `UNAUTHENTICATED` in both languages when the token is no good; anything else is an outage.
 */
export async function signIn(authenticate: Authenticate, authorization: string | undefined): Promise<EdgeContext> {
  let answer: EdgeContext | Error;
  try {
    answer = await authenticate(authorization);
  } catch (thrown) {
    if (thrown instanceof GraphQLError || isTokenRefusal(thrown)) answer = thrown as Error;
    else throw thrown;
  }
  if (!(answer instanceof Error)) return answer;
  throw answer instanceof GraphQLError ? answer : unauthenticated(answer);
}

function unauthenticated(error: Error): GraphQLError {
  const { messageZh, code } = isTokenRefusal(error)
    ? error
    : { messageZh: '登录凭证无效或已过期，请重新登录', code: undefined };
  return refusal('UNAUTHENTICATED', { zh: messageZh, en: error.message, extensions: code ? { reason: code } : {} });
}

function isTokenRefusal(error: unknown): error is Error & TokenRefusal {
  return (
    error instanceof Error &&
    typeof (error as Partial<TokenRefusal>).messageZh === 'string' &&
    typeof (error as Partial<TokenRefusal>).code === 'string'
  );
}
