import type { Bilingual } from '@gnomon/rule-engine';
import type { ChannelName, Notice } from '../words.ts';

/** What a channel carries: a notice with somewhere to go, and the key that a webhook's receiver checks its signature with. */
export interface Message {
  readonly notice: Notice & { readonly address: string };
  readonly secret: string;
}

/** What came of an attempt: what the other side answered, in its own words. */
export interface Outcome {
  readonly arrived: boolean;
  /** The other side says that it will never take it; asking again is of no use. */
  readonly isFinal?: boolean;
  readonly response: string;
}

/**
 * A way to people. One that a province has beside these plugs in here: it takes a message, hands it on under the notice's id as
 * idempotency key, and says what the other side answered. It neither repeats nor waits: that is the deliverer's matter.
 */
export interface Channel {
  readonly name: ChannelName;
  /** Why an address cannot be one of this channel; `null` when it can. */
  refuses(address: string): Bilingual | null;
  /** Hands a message on. What is thrown counts as not arrived. */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** The channels that are set up here. */
export type Channels = ReadonlyMap<ChannelName, Channel>;

/** The longest answer that is kept, in characters. */
const RESPONSE_LIMIT = 300;

/** An answer as it is kept: one line, of limited length, without control characters. */
export function keptResponse(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, RESPONSE_LIMIT);
}
