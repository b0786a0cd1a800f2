import { openKeyedHash } from '@gnomon/records';
import type { Database } from '@gnomon/store';

/**
 * The keyed hash by which equal applicants are found without keeping who they are: over the document number alone, with the key of the
 * hub, so that equal numbers are found in the other domains' records too. As a number, for the column that finds them.
 */
export async function openApplicantHash(database: Database): Promise<(text: string) => bigint> {
  const hash = await openKeyedHash(database);
  return (text) => BigInt.asIntN(64, BigInt(`0x${hash(text)}`));
}
