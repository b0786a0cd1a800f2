import { hash, randomBytes } from 'node:crypto';
import type { Database } from '@gnomon/store';

/**
 * The keyed hash by which equal applicants are found without keeping who they are (SHA-256 with a secret key around the text, first eight bytes).
 * The key is made once a database and never leaves it.
 */
export async function openApplicantHash(database: Database): Promise<(text: string) => bigint> {
  const made = randomBytes(32).toString('hex');
  await database.sql`/* makeApplicantKey */
    insert into reference (type, key, body) values ('secret', 'applicant', ${JSON.stringify(made)}::text::json) on conflict do nothing`;
  const [row] = await database.sql<
    { body: string }[]
  >`select body from reference where type = 'secret' and key = 'applicant'`;
  const key = row!.body;
  // The key stands before and after the text; one call of `hash` costs a tenth of an Hmac object.
  return (text) => BigInt.asIntN(64, BigInt(`0x${hash('sha256', `${key}\n${text}\n${key}`, 'hex').slice(0, 16)}`));
}
