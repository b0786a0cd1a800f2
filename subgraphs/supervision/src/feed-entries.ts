import { isWithin, type ViewerScope } from '@gnomon/identity';
import type { OutboxEntry } from '@gnomon/store';
import type { Card, FeedPayload, Warning } from './card.ts';

/** The stream of the feed into which supervision writes. */
export const FEED_STREAM = 'supervision';

/** The outbox entries of what happened, in order. */
export function feedEntries(payloads: readonly FeedPayload[]): readonly OutboxEntry[] {
  return payloads.map((payload) => ({
    stream: FEED_STREAM,
    type: payload.card === null ? 'warning' : 'card',
    key: `${aboutOf(payload).subjectType}:${aboutOf(payload).subject}`,
    at: payload.at,
    payload,
  }));
}

/** The card or warning that an entry is about. */
export function aboutOf(payload: FeedPayload): Card | Warning {
  const about = payload.card ?? payload.warning;
  if (about === null)
    throw new Error('supervision feed: an entry is about a card or a warning, and this one is about neither');
  return about;
}

/**
 * Whether a viewer may read an entry: the same test as the row policies make, on the entry alone. A card that was never
 * issued is the supervision bodies' matter.
 */
export function isReadable(payload: FeedPayload, scope: ViewerScope): boolean {
  const { division, agency, source } = aboutOf(payload);
  const unissued = payload.card !== null && payload.card.issuedAt === null;
  return isWithin(scope, unissued ? { division, agency: null, source: null } : { division, agency, source });
}
