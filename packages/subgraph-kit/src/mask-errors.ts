import { randomUUID } from 'node:crypto';
import { TokenRefused } from '@gnomon/identity';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isExpected, refusal, tokenRefusal } from './refusal.ts';

/** Replaces what a caller must not read. Expected faults pass; anything else is logged under an id, and the id is given. */
export function maskError(error: GraphQLError, log: Logger): GraphQLError {
  const cause = rootCause(error);
  const translated = translate(cause);
  if (translated !== null) return placed(translated, error);
  if (isExpected(error)) return error;
  const errorId = randomUUID();
  log.error({ err: cause, errorId, path: error.path }, 'a field could not be answered; the caller got the id instead');
  return placed(
    new GraphQLError(`Internal error ${errorId}; tell the operator this id.`, {
      extensions: { code: 'INTERNAL', errorId, messageZh: `内部错误 ${errorId}，请将此编号告知运行维护人员。` },
    }),
    error,
  );
}

/** The same for all errors of a result. */
export function maskResult<R extends ExecutionResult>(result: R, log: Logger): R {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => maskError(error, log)) };
}

function translate(cause: unknown): GraphQLError | null {
  if (cause instanceof TokenRefused) return tokenRefusal(cause);
  // By name: the feed's error class belongs to the store, and a cursor may come from another copy of it.
  if (cause instanceof Error && cause.name === 'BadCursorError') {
    return refusal('BAD_CURSOR', {
      zh: '游标无效：不属于该数据流，请从头读取或使用收到的最后一个游标。',
      en: cause.message,
    });
  }
  return null;
}

function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}

function placed(error: GraphQLError, at: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    extensions: error.extensions,
    ...(at.nodes === undefined ? {} : { nodes: at.nodes }),
    ...(at.path === undefined ? {} : { path: at.path }),
  });
}
