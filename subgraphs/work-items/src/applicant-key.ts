import { createHmac, randomBytes } from 'node:crypto';
import type { Database } from '@gnomon/store';

/**
 * The keyed hash by which equal applicants are found without keeping who they are (HMAC-SHA-256, first eight bytes).
 * The key is made once a database and never leaves it.
 */
export async function openApplicantHash(database: Database): Promise<(text: string) => bigint> {
  const made = randomBytes(32).toString('hex');
  await database.sql`/* makeApplicantKey */
    insert into reference (type, key, body) values ('secret', 'applicant', ${JSON.stringify(made)}::text::json) on conflict do nothing`;
  const [row] = await database.sql<
    { body: string }[]
  >`select body from reference where type = 'secret' and key = 'applicant'`;
  const key = Buffer.from(row!.body, 'hex');
  return (text) => createHmac('sha256', key).update(text).digest().readBigInt64BE(0);
}
