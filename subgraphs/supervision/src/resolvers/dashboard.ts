import { MAX_PAGE_SIZE, refusal, requirePermission } from '@gnomon/subgraph-kit';
import type { QueryAgencyCardsArgs, QuerySupervisionChangesArgs } from '../../generated/resolvers.ts';
import type { FeedPayload } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import { cutDivision } from '../division-code.ts';
import { FEED_STREAM, isReadable } from '../feed-entries.ts';
import { countCards } from '../store/single-reads.ts';
import { createFilter, eventOf } from './Subscription.ts';

/** The most batches read for one page: a viewer of little gets an empty page with a cursor, not a long wait. */
const MOST_READS = 20;
const BATCH = 500;

/** The feed as a page. Entries that the viewer may not read do not exist: they are passed over, and the cursor moves on. */
export async function supervisionChanges(
  _root: unknown,
  { filter, first, after }: QuerySupervisionChangesArgs,
  context: SupervisionContext,
) {
  requirePermission(context, 'READ_FEED');
  const size = first ?? 100;
  refuseSize(size);
  const admits = createFilter(filter ?? {});
  const nodes: ReturnType<typeof eventOf>[] = [];
  let cursor = after ?? null;
  for (let read = 0; read < MOST_READS; read += 1) {
    const entries = await context.ports.feed.read(FEED_STREAM, cursor, BATCH);
    if (entries.length === 0) return { nodes, endCursor: cursor, hasNextPage: false };
    for (const entry of entries) {
      if (nodes.length === size) return { nodes, endCursor: cursor, hasNextPage: true };
      cursor = entry.cursor;
      const payload = entry.payload as FeedPayload;
      if (isReadable(payload, context.scope) && admits(payload)) nodes.push(eventOf(payload, cursor));
    }
  }
  return { nodes, endCursor: cursor, hasNextPage: true };
}

/** Issued cards by agency. */
export async function agencyCards(
  _root: unknown,
  { division, from, to }: QueryAgencyCardsArgs,
  context: SupervisionContext,
) {
  requirePermission(context, 'READ_CARDS');
  const filter = {
    state: ['ISSUED'],
    division: division ? cutDivision(division) : null,
    from: from ?? null,
    to: to ?? null,
  };
  const counts = await context.ports.database.asViewer(context.scope, (tx) =>
    countCards(tx, context.scope, filter, 'AGENCY'),
  );
  return [...Map.groupBy(counts, ({ key }) => key)].map(([uscc, levels]) => ({
    agency: uscc === '' ? null : { uscc },
    agencyCode: uscc,
    yellow: levels.find(({ level }) => level === 'YELLOW')?.count ?? 0,
    red: levels.find(({ level }) => level === 'RED')?.count ?? 0,
  }));
}

function refuseSize(first: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= MAX_PAGE_SIZE) return;
  throw refusal('BAD_PAGE', {
    zh: `supervisionChanges 的 first 应为 1 至 ${MAX_PAGE_SIZE} 的整数，收到 ${first}。`,
    en: `supervisionChanges: \`first\` must be an integer from 1 to ${MAX_PAGE_SIZE}, ${first} came.`,
  });
}
