import { isWithin } from '@gnomon/identity';
import type { RowScope } from '@gnomon/store';
import {
  type Alarm,
  type AlarmEvent,
  createPaging,
  type PageArguments,
  requirePermission,
  WATCH_STREAM,
} from '@gnomon/subgraph-kit';
import type {
  QueryAlarmsArgs,
  QueryWatchArgs,
  QueryWatchEventsArgs,
  SubscriptionWatchFeedArgs,
} from '../../generated/resolvers.ts';
import type { SupervisionContext } from '../context.ts';
import type { FieldsOf } from '../resolvers/fields-of.ts';
import { type MinuteKey, type StandingAlarm, standingAlarms, type WatchedMinute, watchedMinutes } from './read.ts';

const minutePaging = createPaging<MinuteKey>('watch', ['number', 'string', 'string']);
const alarmPaging = createPaging<[number, string]>('alarms', ['number', 'string']);
const NEVER = new AbortController().signal;
/** Entries of the feed that one page looks at, at most: a viewer of few sources gets short pages rather than slow ones. */
const MOST_READ = 2_000;

/** Root fields of the proof of watching. */
export const watchQueries = {
  async watch(_root: unknown, args: QueryWatchArgs, context: SupervisionContext) {
    const scope = scopeOfWatch(context);
    const page = minutePaging.request(pageOf(args));
    const filter = { from: args.from, to: args.to, domain: args.domain ?? null, source: args.source ?? null };
    const texts = [filter.domain, filter.source, page.after?.[1], page.after?.[2]];
    const isAskable = texts.every((text) => text === null || text === undefined || isStorable(text));
    const rows = isAskable
      ? await context.ports.database.asViewer(scope, (tx) => watchedMinutes(tx, filter, page))
      : [];
    const { edges, ...connection } = minutePaging.connection(rows, page, ({ minute, domain, source }) => [
      minute,
      domain,
      source,
    ]);
    return {
      ...connection,
      nodes: connection.nodes.map(minuteNode),
      edges: edges.map(({ cursor, node }) => ({ cursor, node: minuteNode(node) })),
    };
  },
  async alarms(_root: unknown, args: QueryAlarmsArgs, context: SupervisionContext) {
    const scope = scopeOfWatch(context);
    const page = alarmPaging.request(pageOf(args));
    const isAskable = page.after === null || isStorable(page.after[1]);
    const rows = isAskable
      ? await context.ports.database.asViewer(scope, (tx) => standingAlarms(tx, args.kind ?? null, page))
      : [];
    const { edges, ...connection } = alarmPaging.connection(rows, page, ({ raisedAt, key }) => [raisedAt, key]);
    return {
      ...connection,
      nodes: connection.nodes.map(standingNode),
      edges: edges.map(({ cursor, node }) => ({ cursor, node: standingNode(node) })),
    };
  },
  async watchEvents(_root: unknown, args: QueryWatchEventsArgs, context: SupervisionContext) {
    const scope = scopeOfWatch(context);
    const { first } = alarmPaging.request({ first: args.first ?? null });
    const entries = await context.ports.feed.read(WATCH_STREAM, args.after ?? null, MOST_READ);
    const nodes = [];
    for (const [index, { cursor, payload }] of entries.entries()) {
      const event = payload as AlarmEvent;
      if (isVisible(scope, event.alarm)) nodes.push(eventNode(event, cursor));
      if (nodes.length === first) return { nodes, endCursor: cursor, hasNextPage: index + 1 < entries.length };
    }
    const endCursor = entries.at(-1)?.cursor ?? args.after ?? null;
    return { nodes, endCursor, hasNextPage: entries.length === MOST_READ };
  },
  watchExpectation(_root: unknown, _args: unknown, context: SupervisionContext) {
    scopeOfWatch(context);
    const reading = context.ports.expected?.();
    if (reading === undefined || 'problem' in reading) return null;
    const { basis, hash, files, years, text } = reading.expected;
    const rules = Object.keys(files).flatMap((path) => /^base\/(.+)\.ya?ml$/.exec(path)?.[1] ?? []);
    return { basis, hash, rules, years: Object.keys(years).map(Number), text };
  },
} satisfies FieldsOf<'Query'>;

/** Alarms as they are raised and cleared. */
export const watchFeed = {
  async subscribe(_root: unknown, { after }: SubscriptionWatchFeedArgs, context: SupervisionContext) {
    const scope = scopeOfWatch(context);
    const { feed } = context.ports;
    const from = after ?? (await feed.head(WATCH_STREAM));
    // A cursor that is none is refused here, before the subscription begins.
    if (after) await feed.read(WATCH_STREAM, after, 1);
    return events(context, from, scope);
  },
};

async function* events(context: SupervisionContext, from: string | null, scope: RowScope) {
  for await (const entries of context.ports.feed.follow(WATCH_STREAM, from, { signal: context.signal ?? NEVER }))
    for (const { cursor, payload } of entries) {
      const event = payload as AlarmEvent;
      if (isVisible(scope, event.alarm)) yield { watchFeed: eventNode(event, cursor), cursor };
    }
}

/**
 * Whose counts and alarms the viewer may see: supervisors and auditors those of sources in their places; operators all of them, since
 * they hold no content of any record.
 */
function scopeOfWatch(context: SupervisionContext): RowScope {
  requirePermission(context, 'READ_WATCH');
  return context.viewer?.role === 'OPERATOR' ? { ...context.scope, all: true } : context.scope;
}

/** An alarm that is about no source is the hub's own matter, which all who watch it may know. */
function isVisible(scope: RowScope, { source, division, agency }: Alarm): boolean {
  return source === null || isWithin(scope, { source, division, agency });
}

function minuteNode({ source, ...minute }: WatchedMinute) {
  return { ...minute, source: source === '' ? null : { id: source } };
}

function standingNode({ key, kind, source, since, raisedAt, content }: StandingAlarm) {
  const { about, what, expected, remedy } = content;
  return {
    id: key,
    kind,
    about,
    source: source === null ? null : { id: source },
    since,
    raisedAt,
    what,
    expected,
    remedy,
  };
}

function eventNode({ kind, at, alarm }: AlarmEvent, cursor: string) {
  const { key, source, ...rest } = alarm;
  return { cursor, kind, at, alarm: { ...rest, id: key, source: source === null ? null : { id: source } } };
}

function pageOf({ first, after }: { readonly first?: number | null; readonly after?: string | null }): PageArguments {
  return { first: first ?? null, after: after ?? null };
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
