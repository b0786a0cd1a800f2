import { createHash } from 'node:crypto';
import type { TransactionSql } from 'postgres';
import { type DigestLine, digestsOpen, linesOf, singlesSince, writeDigests } from './store/digests.ts';
import type { Notice } from './words.ts';

/** A finding is old news (旧闻) when its rule turned longer ago than this: two weeks, ten working days in ordinary ones. Our reading. */
export const OLD_AFTER_MS = 14 * 86_400_000;
/** So many notices of their own a recipient gets in an hour; what comes beyond goes into digests. Our reading. */
export const SINGLES_AN_HOUR = 20;
/** For so long a digest (汇总告知) collects: half of the time within which people are to be told. */
const COLLECTING_MS = 5 * 60_000;

const HOUR_MS = 3_600_000;
/** Entries that a digest names; the others are counted, and read in the hub. */
const MOST_NAMED = 50;

/** A notice as it was written, and whether it tells of something long past. */
export interface Drafted {
  readonly notice: Notice;
  readonly isOld: boolean;
}

/**
 * Sorts what is told by itself from what goes into the recipient's digest: old news, as a history import brings it, and whatever comes on top of
 * an hour's share. Nothing is lost: each entry keeps its notice, which names the digest in which it went.
 */
export async function gather(
  tx: TransactionSql,
  drafted: readonly Drafted[],
  now: number,
): Promise<{ readonly notices: readonly Notice[]; readonly digests: readonly Notice[] }> {
  const addressed = drafted.filter(({ notice }) => notice.channel !== null).map(({ notice }) => notice);
  const singles = new Map(await singlesSince(tx, addressed, now - HOUR_MS));
  const open = new Map((await digestsOpen(tx, addressed, now)).map((digest) => [digest.recipient, digest]));
  const touched = new Map<string, Notice>();
  const notices = drafted.map(({ notice, isOld }): Notice => {
    const count = singles.get(notice.recipient) ?? 0;
    if (notice.channel === null || (!isOld && count < SINGLES_AN_HOUR)) {
      singles.set(notice.recipient, count + 1);
      return notice;
    }
    const known = touched.get(notice.recipient) ?? open.get(notice.recipient) ?? digestFor(notice, now);
    touched.set(notice.recipient, { ...known, told: (known.told ?? 0) + 1 });
    return { ...notice, state: 'DIGESTED', digest: known.id, dueAt: null, settledAt: now };
  });
  return { notices, digests: [...touched.values()] };
}

/** Writes the digests, each with the text of all that it tells by now. After its entries were written. */
export async function keepDigests(tx: TransactionSql, digests: readonly Notice[]): Promise<void> {
  if (digests.length === 0) return;
  const lines = Map.groupBy(await linesOf(tx, digests, MOST_NAMED), ({ digest }) => digest);
  await writeDigests(
    tx,
    digests.map((digest) => ({ ...digest, ...textOf(digest, lines.get(digest.id) ?? []) })),
  );
}

/** A digest that begins with this notice. */
function digestFor(notice: Notice, now: number): Notice {
  const id = createHash('sha256').update(`digest:${notice.id}`).digest('hex').slice(0, 32);
  return { ...notice, id, card: null, warning: null, told: 0, dueAt: now + COLLECTING_MS };
}

function textOf({ told, language }: Notice, lines: readonly DigestLine[]): Pick<Notice, 'subject' | 'body'> {
  const all = told ?? 0;
  const named = lines.map(({ subject }) => `· ${subject}`);
  const more = all - lines.length;
  if (language === 'EN')
    return {
      subject: `[Service supervision] digest: ${all} ${all === 1 ? 'entry' : 'entries'}`,
      body: [
        'These were found for a time long past, or came together in great number; the gravest stand first.',
        ...named,
        ...(more > 0 ? [`… and ${more} more.`] : []),
        'Sign in to Gnomon to read and act on each.',
      ].join('\n'),
    };
  return {
    subject: `【政务服务效能监督】汇总告知：${all} 项`,
    body: [
      '以下各项属较早时间的发现，或短时间内集中产生，按等级由重到轻列出。',
      ...named,
      ...(more > 0 ? [`……另有 ${more} 项。`] : []),
      '请登录圭臬逐项查看、办理。',
    ].join('\n'),
  };
}
