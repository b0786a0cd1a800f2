import type { Database } from './types.ts';

/**
 * The secret of this hub's keyed hashes and of the names that its parts sign for one another; no viewer's role may read it. Whoever derives
 * something from it puts a purpose of its own before the text.
 * @throws {Error} when it is gone: it comes back from a backup only.
 */
export async function readHubKey({ sql }: Pick<Database, 'sql'>): Promise<string> {
  const [row] = await sql<{ key: string }[]>`/* readHubKey */ select key from hub.hash_key`;
  if (row === undefined) throw new Error('hub.hash_key: expected the hub’s key, found none; restore it from a backup.');
  return row.key;
}
