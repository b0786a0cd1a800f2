import { requirePermission } from '@gnomon/subgraph-kit';
import type { FeedFilter, SubscriptionSupervisionFeedArgs } from '../../generated/resolvers.ts';
import type { FeedPayload } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import { cutDivision } from '../division-code.ts';
import { aboutOf, FEED_STREAM, isReadable } from '../feed-entries.ts';
import type { FieldsOf } from './fields-of.ts';

/** The word that asks for the feed from its first entry. */
const BEGINNING = 'beginning';
const NEVER = new AbortController().signal;

/** The supervision feed: filtered and answered from the entries alone, with no query an event. */
export const Subscription = {
  supervisionFeed: {
    async subscribe(_root: unknown, { after, filter }: SubscriptionSupervisionFeedArgs, context: SupervisionContext) {
      requirePermission(context, 'READ_FEED');
      const admits = createFilter(filter ?? {});
      return events(context, await startOf(context, after ?? null), admits);
    },
  },
} satisfies FieldsOf<'Subscription'>;

async function* events(context: SupervisionContext, from: string | null, admits: (payload: FeedPayload) => boolean) {
  const { feed } = context.ports;
  for await (const entries of feed.follow(FEED_STREAM, from, { signal: context.signal ?? NEVER }))
    for (const { cursor, payload } of entries) {
      const read = payload as FeedPayload;
      if (isReadable(read, context.scope) && admits(read)) yield { supervisionFeed: eventOf(read, cursor), cursor };
    }
}

/** A cursor that is none is refused here, before the subscription begins. */
async function startOf(context: SupervisionContext, after: string | null): Promise<string | null> {
  const { feed } = context.ports;
  if (after === null) return feed.head(FEED_STREAM);
  if (after === BEGINNING) return null;
  await feed.read(FEED_STREAM, after, 1);
  return after;
}

/** An entry as the graph gives it. */
export function eventOf(payload: FeedPayload, cursor: string) {
  const { at, kind, card, warning, signal, content = null } = payload;
  return { cursor, at, kind, level: levelOf(payload), domain: aboutOf(payload).domain, card, warning, signal, content };
}

/** The signal of an event is read only when it is selected. */
export const SupervisionEvent = {
  signal: ({ signal }: { readonly signal: string | null }, _args: unknown, { load }: SupervisionContext) =>
    signal === null ? null : load.signal.load(signal),
} satisfies FieldsOf<'SupervisionEvent'>;

function levelOf(payload: FeedPayload): string {
  return payload.card?.level ?? 'WARNING';
}

/** Whether an entry passes the filter. */
export function createFilter(filter: FeedFilter): (payload: FeedPayload) => boolean {
  const among = (values: readonly string[] | null | undefined) => {
    const wanted = values === null || values === undefined ? null : new Set(values);
    return (value: string) => wanted === null || wanted.has(value);
  };
  const kind = among(filter.kind);
  const level = among(filter.level);
  const domain = among(filter.domain);
  const indicator = among(filter.indicator);
  const agency = among(filter.agency);
  const prefix = filter.division ? cutDivision(filter.division) : '';
  return (payload) => {
    const about = aboutOf(payload);
    return (
      kind(payload.kind) &&
      level(levelOf(payload)) &&
      domain(about.domain) &&
      indicator(about.rule) &&
      agency(about.agency) &&
      about.division.startsWith(prefix)
    );
  };
}
