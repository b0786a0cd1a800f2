import type { Sql, TransactionSql } from 'postgres';
import { sealedPosition } from './cursor.ts';
import type { FollowerPosition } from './types.ts';

/** The cursor after which a follower goes on; `null` when it has not begun. Positions belong to the role that reads. */
export async function readPosition(
  sql: Sql | TransactionSql,
  follower: string,
  stream: string,
): Promise<string | null> {
  const [row] = await sql<{ cursor: string | null }[]>`
    select cursor from hub.follower where role = current_user and follower = ${follower} and stream = ${stream}`;
  return sealedPosition(sql, stream, row?.cursor ?? null);
}

/**
 * Like `readPosition`, and keeps other processes that follow under the same name waiting until this transaction ends, so that none
 * applies an entry twice.
 */
export async function lockPosition(tx: TransactionSql, follower: string, stream: string): Promise<string | null> {
  await tx`insert into hub.follower (follower, stream) values (${follower}, ${stream}) on conflict do nothing`;
  const [row] = await tx<{ cursor: string | null }[]>`
    select cursor from hub.follower where role = current_user and follower = ${follower} and stream = ${stream} for update`;
  return sealedPosition(tx, stream, row!.cursor);
}

/** Keeps the position in the transaction that holds what the follower derived: after a crash there are both or neither. */
export async function writePosition(tx: TransactionSql, { follower, stream, cursor }: FollowerPosition): Promise<void> {
  await tx`insert into hub.follower (follower, stream, cursor, moved_at) values (${follower}, ${stream}, ${cursor}, now())
    on conflict (role, follower, stream) do update set cursor = excluded.cursor, moved_at = excluded.moved_at`;
}
