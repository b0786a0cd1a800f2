import { createHmac } from 'node:crypto';
import { type Database, readHubKey } from '@gnomon/store';

/**
 * The keyed hash by which equal numbers of persons are found without keeping them: 16 hex digits of a SHA-256 with the
 * hub's secret key before and after the text. One key for all domains of a hub, so that they find each other's.
 */
export async function openKeyedHash(database: Database): Promise<(text: string) => string> {
  const key = await readHubKey(database);
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}
