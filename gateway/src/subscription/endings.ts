import { GraphQLError } from 'graphql';
import { refusal } from '../refusals.ts';

/** Why a subscription ends: `null` when the stream is complete. */
export type Ending = readonly SubscriptionError[] | null;
export type SubscriptionError = Pick<GraphQLError, 'message'> & {
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
};

/** The reader fell out of the ring. */
export function lagged(cursor: string | null): GraphQLError {
  return refusal('LAGGED', {
    zh: '读取过慢，已落后于实时数据。请从最后收到的游标（cursor）继续订阅',
    en: 'This subscription reads more slowly than events arrive and was left behind. Subscribe again with extensions.after set to the last cursor',
    extensions: { cursor },
  });
}

/** What a subgraph refuses, it refuses again: only what is away or broke is tried again. `null` for the latter. */
export function refusalOf(cause: unknown): GraphQLError | null {
  if (cause instanceof GraphQLError) {
    const { code } = cause.extensions;
    return code === undefined || code === 'SUBGRAPH_UNAVAILABLE' ? null : cause;
  }
  // The feed of a subgraph in this process throws its own error for a cursor that it did not give out.
  if (!(cause instanceof Error) || (cause as { code?: unknown }).code !== 'BAD_CURSOR') return null;
  return refusal('BAD_CURSOR', { zh: '游标（after）无效，请使用最近一次事件的 extensions.cursor', en: cause.message });
}

/** What the readers of a lost upstream are told: the refusal itself, or how to go on. */
export function lossOf(cause: unknown, cursor: string | null): GraphQLError {
  const refused = refusalOf(cause);
  if (refused) return refused;
  const why = cause instanceof GraphQLError ? `: ${cause.message}` : '';
  return refusal('UPSTREAM_LOST', {
    zh: '与领域的连接中断且无法接续。请从最后收到的游标（cursor）重新订阅；没有游标时请先查询再订阅',
    en: `The stream from the subgraph was lost${why}. Subscribe again with the last cursor, or query first when there is none`,
    extensions: { cursor },
    cause,
  });
}

/** The graph changed under a subscription. */
export function schemaChanged(reason: string): GraphQLError {
  return refusal('SCHEMA_CHANGED', {
    zh: '数据图已更新，此订阅需要重新打开',
    en: `The graph was reloaded and this subscription cannot go on (${reason}). Subscribe again`,
  });
}
