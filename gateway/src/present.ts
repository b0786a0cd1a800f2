import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import type { ExecutionAnswer } from './plan/execute-operation.ts';
import type { EdgeResult } from './types.ts';

/** A `GraphQLError`, or what is left of one after formatting. */
export interface PresentableError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  readonly path?: ReadonlyArray<string | number> | undefined;
  readonly locations?: GraphQLFormattedError['locations'];
  readonly originalError?: Error | null | undefined;
}

/** Extensions that never leave the hub. */
const HIDDEN_EXTENSIONS = new Set(['stacktrace', 'exception', 'response']);

/** What the codes of GraphQL itself mean, for who reads Chinese; the English text, which names the place, is the message. */
const STANDARD_CODES_ZH: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: '查询无法解析，请检查语法',
  GRAPHQL_VALIDATION_FAILED: '查询与数据图的结构不符，请对照图模式检查字段、参数和类型',
  BAD_USER_INPUT: '变量与声明的类型不符，请检查 variables',
  BAD_REQUEST: '请求格式不正确，请以 JSON 发送 query 与 variables',
  OPERATION_RESOLUTION_FAILURE: '没有指明要执行的操作，请在 operationName 中写明其名称',
};

/**
 * Makes errors fit for a client: stack traces and raw answers of subgraphs never leave; what has no code or is a bug is logged under
 * an id, and only the id goes out.
 */
export function presentError(error: PresentableError, log: Logger): GraphQLFormattedError {
  const code = error.extensions?.code;
  // A subgraph masks its own bugs and gives their id; its text goes through.
  const isOwn = error.extensions?.serviceName === undefined;
  const isBug =
    isOwn &&
    (code === 'INTERNAL_SERVER_ERROR' ||
      (code === undefined && error.originalError !== undefined && error.originalError !== null));
  const extensions: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(error.extensions ?? {}))
    if (!HIDDEN_EXTENSIONS.has(name)) extensions[name] = value;
  const zh = typeof code === 'string' && extensions.messageZh === undefined ? STANDARD_CODES_ZH[code] : undefined;
  if (zh !== undefined) extensions.messageZh = zh;
  const place = {
    ...(error.locations ? { locations: error.locations } : {}),
    ...(error.path ? { path: error.path } : {}),
  };
  if (!isBug) return { message: error.message, ...place, extensions };
  const errorId = randomUUID();
  log.error(
    { errorId, err: error.originalError ?? error },
    'an operation failed by a bug; the client was given the id',
  );
  return {
    message: `Internal error ${errorId}; tell it to the operator`,
    ...place,
    extensions: {
      ...extensions,
      code: 'INTERNAL_SERVER_ERROR',
      errorId,
      messageZh: `内部错误（编号 ${errorId}），请联系运行维护人员`,
    },
  };
}

/** An answer as it goes out over WebSocket or to a caller in this process. */
export function presentAnswer(answer: ExecutionAnswer, log: Logger): EdgeResult {
  const { data, errors, extensions } = answer;
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors && errors.length > 0 ? { errors: errors.map((error) => presentError(error, log)) } : {}),
    ...(extensions ? { extensions } : {}),
  };
}
