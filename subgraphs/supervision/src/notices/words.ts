import type { Bilingual } from '@gnomon/rule-engine';
import type { FeedKind } from '../words.ts';

/** Posts that are told (告知对象): an agency's contact, its chief representative, its leader; the staff of a supervision body. */
export const POSTS = ['CONTACT', 'CHIEF', 'LEADER', 'SUPERVISOR'] as const;
export type Post = (typeof POSTS)[number];

/** Channels by which a notice goes (告知渠道). */
export const CHANNELS = ['EMAIL', 'WEBHOOK', 'SMS', 'GOV_MESSAGE'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Languages in which a recipient reads (语言). */
export const LANGUAGES = ['ZH', 'EN'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * What became of a notice (告知状态): on its way, arrived, refused for good by whom it went to, given up after a day, or written to nobody
 * because there is no recipient, or told in a digest.
 */
export const NOTICE_STATES = ['PENDING', 'DELIVERED', 'REFUSED', 'GIVEN_UP', 'UNADDRESSED', 'DIGESTED'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** Whose list of recipients it is: an agency's, or, where `agency` is null, that of the supervision body of `division`. */
export interface Owner {
  /** The agency's credit code, or the body's division code; they cannot be mistaken, since one has 18 characters and the other at most 12. */
  readonly owner: string;
  readonly agency: string | null;
  /** Empty while the registry has not published the agency. */
  readonly division: string;
}

/** Somebody who is told (告知接收人). */
export interface Recipient extends Owner {
  readonly lane: number;
  readonly id: string;
  readonly place: number;
  readonly post: Post;
  readonly channel: ChannelName;
  readonly address: string;
  readonly language: Language;
}

/** The text of a notice before its placeholders are filled (告知模板). */
export interface TemplateText {
  readonly subject: Bilingual;
  readonly body: Bilingual;
}

/** A notice (告知): one entry of the feed, told to one recipient. Instants in ms. */
export interface Notice extends Owner {
  readonly lane: number;
  /** Also the idempotency key by which a receiver knows a double. */
  readonly id: string;
  readonly seq: number;
  readonly kind: FeedKind;
  /** The instant of what is told. */
  readonly at: number;
  readonly level: 'WARNING' | 'YELLOW' | 'RED';
  readonly rule: string;
  readonly card: string | null;
  readonly warning: string | null;
  readonly recipient: string;
  readonly post: Post;
  readonly channel: ChannelName | null;
  readonly address: string | null;
  readonly language: Language;
  readonly subject: string;
  readonly body: string;
  readonly state: NoticeState;
  readonly attempts: number;
  readonly dueAt: number | null;
  readonly settledAt: number | null;
  /** The digest in which it went; `null` when it went by itself. */
  readonly digest: string | null;
  /** Of a digest: how many entries it tells; `null` otherwise. */
  readonly told: number | null;
}

/** An attempt to deliver a notice (发送尝试). */
export interface Attempt {
  readonly lane: number;
  readonly notice: string;
  readonly n: number;
  readonly startedAt: number;
  /** `null` when it was cut off: nobody knows whether it arrived. */
  readonly endedAt: number | null;
  readonly arrived: boolean | null;
  readonly response: string | null;
}

/** Within this time of what happened people are to be told (Art. 8; the office's default reading): beyond it a notice is late. */
export const TOLD_WITHIN_MS = 10 * 60_000;

/** Whether a notice has not arrived although ten minutes are over; what went in a digest is late with that. */
export function isLate(notice: Pick<Notice, 'state' | 'at'>, now: number): boolean {
  return notice.state !== 'DELIVERED' && notice.state !== 'DIGESTED' && now - notice.at > TOLD_WITHIN_MS;
}
