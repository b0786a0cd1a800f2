import { createHmac } from 'node:crypto';
import type { Database } from '@gnomon/store';

/**
 * The keyed hash by which equal numbers of persons are found without keeping them: 16 hex digits of a SHA-256 with the
 * hub's secret key before and after the text. One key for all domains of a hub, so that they find each other's.
 */
export async function openKeyedHash(database: Database): Promise<(text: string) => string> {
  const [row] = await database.sql<{ key: string }[]>`/* readHashKey */ select key from hub.hash_key`;
  if (row === undefined) throw new Error('hub.hash_key: expected the hub’s key, found none; restore it from a backup.');
  const { key } = row;
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}
