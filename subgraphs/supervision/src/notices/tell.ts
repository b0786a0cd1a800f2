import { createHash } from 'node:crypto';
import type { FeedEntry } from '@gnomon/store';
import type { Ports } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { FeedPayload } from '../card.ts';
import { aboutOf, FEED_STREAM } from '../feed-entries.ts';
import { laneOf } from '../lane.ts';
import type { FeedKind } from '../words.ts';
import { type Drafted, gather, keepDigests, OLD_AFTER_MS } from './digest.ts';
import { type Addressee, addresseesOf } from './occasions.ts';
import { insertNotices } from './store/notices.ts';
import { type KnownAgency, knownAgencies, recipientsOf, type SetTemplate, templatesOf } from './store/recipients.ts';
import { type FollowPorts, takeNew } from './take-new.ts';
import { DEFAULT_TEMPLATE, fill, type Occurrence } from './template.ts';
import type { Notice, Recipient } from './words.ts';

/** Entries of one transaction. */
const BATCH = 200;

/**
 * Writes the notices of what is in the feed now; gives how many entries that was. No entry is left out, and none is told twice.
 */
export async function tellNew(ports: FollowPorts & Pick<Ports, 'time'>): Promise<number> {
  return takeNew(ports, FEED_STREAM, BATCH, async (tx, entries) => {
    const now = ports.time.now();
    const { notices, digests } = await gather(tx, await writeAll(tx, entries, now), now);
    await insertNotices(tx, notices);
    await keepDigests(tx, digests);
  });
}

interface Told {
  readonly entry: FeedEntry;
  readonly payload: FeedPayload;
  readonly addressee: Addressee;
}

async function writeAll(tx: TransactionSql, entries: readonly FeedEntry[], now: number): Promise<readonly Drafted[]> {
  const told = entries.flatMap((entry): Told[] => {
    const payload = entry.payload as FeedPayload;
    return addresseesOf(payload).map((addressee) => ({ entry, payload, addressee }));
  });
  if (told.length === 0) return [];
  const owners = [...new Set(told.map(({ addressee }) => addressee.owner))];
  const recipients = Map.groupBy(await recipientsOf(tx, owners), ({ owner }) => owner);
  const templates = new Map((await templatesOf(tx, owners)).map((one) => [`${one.owner} ${one.kind}`, one]));
  const agencies = await knownAgencies(tx, [...new Set(told.map(({ payload }) => aboutOf(payload).agency))]);
  return told.flatMap((one) => {
    const { addressee, payload } = one;
    const list = (recipients.get(addressee.owner) ?? []).filter(({ post }) => addressee.posts.includes(post));
    const template = templates.get(`${addressee.owner} ${payload.kind}`);
    const isOld = isOldNews(payload, now);
    if (list.length === 0) return addressee.mustBeTold ? [{ notice: unaddressed(one, now), isOld }] : [];
    return list.map((recipient) => ({ notice: write(one, recipient, template, agencies, now), isOld }));
  });
}

/** What the hub finds by itself. What somebody does, or what becomes of a card that is known, is always new. */
const FINDINGS: ReadonlySet<FeedKind> = new Set(['WARNING_ISSUED', 'ISSUED', 'HELD']);

/** A finding of a time long past: a history import, or rows that came very late. */
function isOldNews(payload: FeedPayload, now: number): boolean {
  return FINDINGS.has(payload.kind) && now - aboutOf(payload).turnedAt > OLD_AFTER_MS;
}

function write(
  { entry, payload, addressee }: Told,
  recipient: Recipient,
  template: SetTemplate | undefined,
  agencies: ReadonlyMap<string, KnownAgency>,
  now: number,
): Notice {
  const { agency } = aboutOf(payload);
  const known = agencies.get(agency);
  const agencyName = { zh: known?.name ?? agency, en: known?.nameEn ?? known?.name ?? agency };
  const of: Occurrence = { payload, agencyName };
  const { subject, body } = template ?? DEFAULT_TEMPLATE;
  const { post, channel, address, language } = recipient;
  return {
    ...commonOf(entry, payload, addressee, recipient.id),
    ...{ post, channel, address, language },
    // A warning has no number: the blank that it leaves goes.
    subject: fill(subject, language, of).trim(),
    body: fill(body, language, of).trim(),
    state: 'PENDING',
    dueAt: now,
    settledAt: null,
  };
}

/** Nobody is on the list of an agency that got a card: recorded, so that it is seen. */
function unaddressed({ entry, payload, addressee }: Told, now: number): Notice {
  return {
    ...commonOf(entry, payload, addressee, ''),
    ...{ post: 'CONTACT', channel: null, address: null, language: 'ZH', subject: '', body: '' },
    state: 'UNADDRESSED',
    dueAt: null,
    settledAt: now,
  };
}

function commonOf(entry: FeedEntry, payload: FeedPayload, { owner, agency, division }: Addressee, recipient: string) {
  const { kind, at, card, warning } = payload;
  const { rule } = aboutOf(payload);
  const lane = laneOf(owner);
  return {
    ...{
      lane,
      id: keyOf(entry.seq, owner, recipient),
      seq: entry.seq,
      kind,
      at,
      rule,
      owner,
      agency,
      division,
      recipient,
    },
    level: card?.level ?? ('WARNING' as const),
    card: card?.id ?? null,
    warning: warning?.id ?? null,
    ...{ attempts: 0, digest: null, told: null },
  };
}

/** The key of a notice: the same for the same entry and recipient, whoever writes it, however often. */
function keyOf(seq: number, owner: string, recipient: string): string {
  return createHash('sha256').update(`notice:${FEED_STREAM}:${seq}:${owner}:${recipient}`).digest('hex').slice(0, 32);
}
