/** What a detail of an act may hold: a number, a short text, a list of short texts; never personal data. */
export type ActDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** One act of the hub or of its people (平台行为), before it has its place in the log. */
export interface Act {
  /** What was done, for example `OUTAGE_DECLARED`. */
  readonly kind: string;
  /** When, in ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** The account that did it; `hub` for the hub itself, `withheld` where the record must not name anybody. */
  readonly by: string;
  /** Role and division of the account; `null` for the hub. */
  readonly role: string | null;
  readonly division: string | null;
  /** What it was done to: an id, or `null`. */
  readonly about: string | null;
  readonly detail: ActDetail;
}

/** An act in its place: the hash covers everything before it in this line, the hash of the line before included. */
export interface LogEntry extends Act {
  /** 1, 2, 3 … without a gap. */
  readonly sequence: number;
  /** Where the hub read it: stream and place in the feed; no act is taken into the log twice. */
  readonly origin: string;
  readonly algorithm: HashName;
  readonly previousHash: string;
  /** In hex. */
  readonly hash: string;
}

/** What is signed from time to time: how far the log reaches, and the hash there. */
export interface LogHead {
  /** 1, 2, 3 … without a gap. */
  readonly number: number;
  /** The newest entry that the head covers. */
  readonly sequence: number;
  readonly hash: string;
  /** When it was signed, in ISO 8601. */
  readonly at: string;
  /** Name of the signing key. */
  readonly key: string;
}

/** A head with its signature (base64url) over its canonical JSON. */
export interface SignedHead extends LogHead {
  readonly signature: string;
}

/** Hash functions that a log may use; each entry names its own, so that a log can go over to another. */
export const HASH_NAMES = ['sha256', 'sm3'] as const;
export type HashName = (typeof HASH_NAMES)[number];

/** The hash before the first entry. */
export const NO_HASH = '0'.repeat(64);
