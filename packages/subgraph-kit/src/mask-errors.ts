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
  if (isUnstorableText(cause)) {
    return refusal('BAD_INPUT', {
      zh: '文本含有无法保存或比较的字符（空字符 U+0000），请去掉后重试。',
      en: 'A text holds a character that cannot be kept or compared (NUL, U+0000); remove it and ask again.',
    });
  }
  return null;
}

/** PostgreSQL's `character_not_in_repertoire` and `untranslatable_character`: what was sent is no text to it. */
const UNSTORABLE_TEXT = new Set<unknown>(['22021', '22P05']);

function isUnstorableText(cause: unknown): boolean {
  return (
    cause instanceof Error && (UNSTORABLE_TEXT.has((cause as { code?: unknown }).code) || isUnstorableText(cause.cause))
  );
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
