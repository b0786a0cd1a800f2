import type { TransactionSql } from 'postgres';
import type { Notice } from '../words.ts';
import { insertNotices, SELECTION } from './notices.ts';

type Addressed = Pick<Notice, 'lane' | 'recipient'>;

/** A line of a digest: the subject of what it tells. */
export interface DigestLine {
  readonly digest: string;
  readonly subject: string;
}

/** How many notices of their own, no digests, each of these recipients was written since an instant. */
export async function singlesSince(
  tx: TransactionSql,
  of: readonly Addressed[],
  since: number,
): Promise<readonly (readonly [recipient: string, count: number])[]> {
  if (of.length === 0) return [];
  const rows = await tx<{ recipient: string; count: number }[]>`/* singlesSince */
    select k.recipient, n.count from ${recipients(tx, of)}
    cross join lateral (select count(*)::int as count from notice n where n.lane = k.lane and n.recipient = k.recipient collate "C"
      and n.at > ${since}::timestamptz and n.told is null and n.state <> 'DIGESTED') n`;
  return rows.map(({ recipient, count }) => [recipient, count]);
}

/** The digest that still collects for each of these recipients. */
export async function digestsOpen(
  tx: TransactionSql,
  of: readonly Addressed[],
  now: number,
): Promise<readonly Notice[]> {
  if (of.length === 0) return [];
  return tx<Notice[]>`/* digestsOpen */
    select t.* from ${recipients(tx, of)}
    cross join lateral (select ${tx.unsafe(SELECTION)} from notice t where t.lane = k.lane and t.recipient = k.recipient collate "C"
      and t.due_at > ${now}::timestamptz and t.told is not null and t.attempts = 0 limit 1 for no key update) t`;
}

/** The gravest of what these digests tell, of each at most so many. */
export async function linesOf(
  tx: TransactionSql,
  digests: readonly Pick<Notice, 'lane' | 'id'>[],
  most: number,
): Promise<readonly DigestLine[]> {
  const keys = JSON.stringify(digests.map(({ lane, id }) => ({ lane, id })));
  return tx<DigestLine[]>`/* digestLines */
    select k.id as digest, n.subject from jsonb_to_recordset(${keys}::text::jsonb) as k (lane smallint, id text)
    cross join lateral (select subject, level, seq, id from notice n where n.lane = k.lane and n.digest = k.id collate "C"
      order by array_position(array['RED', 'YELLOW', 'WARNING'], level), seq, id limit ${most}) n
    order by k.id, array_position(array['RED', 'YELLOW', 'WARNING'], n.level), n.seq, n.id`;
}

/** Writes digests; of one that is there already its text and how much it tells. */
export async function writeDigests(tx: TransactionSql, digests: readonly Notice[]): Promise<void> {
  await insertNotices(tx, digests);
  const rows = JSON.stringify(digests.map(({ lane, id, subject, body, told }) => ({ lane, id, subject, body, told })));
  await tx`/* writeDigests */
    update notice n set subject = r.subject, body = r.body, told = r.told
    from jsonb_to_recordset(${rows}::text::jsonb) as r (lane smallint, id text, subject text, body text, told integer)
    where n.lane = r.lane and n.id = r.id collate "C"`;
}

function recipients(tx: TransactionSql, of: readonly Addressed[]) {
  const keys = new Map(of.map(({ lane, recipient }) => [recipient, { lane, recipient }]));
  return tx`jsonb_to_recordset(${JSON.stringify([...keys.values()])}::text::jsonb) as k (lane smallint, recipient text)`;
}
