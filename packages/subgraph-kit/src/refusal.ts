import type { TokenRefused } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { GraphQLError } from 'graphql';

/**
 * Codes of request faults: what a caller can mend. Refusals of business (a card that cannot be signed) are no errors but
 * members of a mutation's union result.
 */
export const REFUSAL_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_CURSOR',
  'BAD_PAGE',
  'BAD_ID',
  'BAD_INPUT',
  'TOO_LARGE',
  'TOKEN_EXPIRED',
  'UNAVAILABLE',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/**
 * An expected fault: it reaches the caller as it is, with `extensions.code` and the Chinese text in
 * `extensions.messageZh`. The texts name the thing, what was expected, what came, and the remedy.
 */
export function refusal(
  code: RefusalCode,
  text: Bilingual,
  details: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(text.en, { extensions: { code, messageZh: text.zh, ...details } });
}

/** A token's refusal as a request fault. */
export function tokenRefusal(refused: TokenRefused): GraphQLError {
  const code = refused.code === 'TOKEN_EXPIRED' ? 'TOKEN_EXPIRED' : 'UNAUTHENTICATED';
  return refusal(code, { zh: refused.messageZh, en: refused.message }, { reason: refused.code });
}

/** Whether an error may reach the caller as it is. */
export function isExpected(error: GraphQLError): boolean {
  const code = error.extensions.code;
  if (typeof code === 'string' && (REFUSAL_CODES as readonly string[]).includes(code)) return true;
  // Syntax, validation and coercion errors of graphql-js speak of the request alone and wrap no foreign error.
  return error.originalError === undefined || error.originalError instanceof GraphQLError;
}
