import { hash } from 'node:crypto';
import type { Database } from '@gnomon/store';

/**
 * The keyed hash by which equal applicants are found without keeping who they are: SHA-256 with the hub's secret key around the document
 * number, first eight bytes. All domains hash with the same key, so that equal numbers are found in each other's records.
 */
export async function openApplicantHash(database: Database): Promise<(text: string) => bigint> {
  const [row] = await database.sql<{ key: string }[]>`/* readHashKey */ select key from hub.hash_key`;
  const key = row!.key;
  // The key stands before and after the text; one call of `hash` costs a tenth of an Hmac object.
  return (text) => BigInt.asIntN(64, BigInt(`0x${hash('sha256', `${key}\n${text}\n${key}`, 'hex').slice(0, 16)}`));
}
