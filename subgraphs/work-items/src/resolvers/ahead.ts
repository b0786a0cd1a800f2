import { dueNode, horizonOf, pushHorizon } from '@gnomon/records';
import { readTallies, type TallySum } from '@gnomon/store';
import {
  createPaging,
  dueSoonOf,
  endOfWorkdaysAhead,
  type PageArguments,
  requirePermission,
  requireViewer,
} from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { judgeItem } from '../judge-item.ts';
import { countItems, type DueFilter, itemsDueUntil } from '../store/read-due.ts';
import { judgingOf, STREAM } from '../take-chunk.ts';
import { trimDivision } from './division-code.ts';

/** A rule that judges every work item, whatever else holds: its tallies count them. */
const JUDGES_EVERY_ITEM = 'DP-15';
const paging = createPaging<[number, string]>('workItemsDueSoon', ['number', 'string']);

/** As of when this domain speaks. */
export async function workItemAsOf(_: unknown, _args: unknown, context: WorkItemsContext) {
  requireViewer(context);
  const { database, feed, time } = context;
  const at = await database.transaction((tx) => horizonOf(tx, time.now()));
  return { domain: 'work-items', at, cursor: await feed.head(STREAM) };
}

/**
 * What time alone will turn: the timers' own step for the time to come, with nothing written. Sources whose rows may come by the end of
 * the next working day are judged by what must be known then, so that their timers run later than what they tell of.
 */
export async function workItemsDueSoon(
  _: unknown,
  { withinWorkdays, ...args }: { withinWorkdays: number } & DueFilter & PageArguments,
  context: WorkItemsContext,
) {
  requirePermission(context, 'READ_CASES');
  const { database, ports, time } = context;
  const page = paging.request(args);
  const { calendar } = ports.rules.current();
  const until = endOfWorkdaysAhead(calendar, time.now(), withinWorkdays);
  const told = pushHorizon(calendar).inverse(until);
  const filter = { agency: args.agency ?? null, division: trimDivision(args.division) };
  const items = await database.asViewer(context.scope, (tx) => itemsDueUntil(tx, told, filter, page.after, page.limit));
  // Judging moves an item's timer on in place: the place in the page is read before.
  const { nodes, pageInfo } = paging.connection(items, page, ({ dueAt, id }) => [dueAt!, id]);
  const judging = judgingOf(ports);
  const signals = nodes.flatMap((item) => judgeItem(item, judging, null, told));
  return {
    until,
    nodes: dueSoonOf(signals, until).map(dueNode),
    endCursor: pageInfo.endCursor ?? args.after ?? null,
    hasNextPage: pageInfo.hasNextPage,
  };
}

/** Numbers of work items by agency. */
export async function workItemCounts(
  _: unknown,
  args: DueFilter & { from?: string | null; to?: string | null },
  context: WorkItemsContext,
) {
  requirePermission(context, 'READ_INDICATORS');
  const filter = { ...args, division: trimDivision(args.division) };
  const counted = await context.database.asViewer(context.scope, async (tx) =>
    context.rules.current().pack.rules.has(JUDGES_EVERY_ITEM)
      ? byAgency(await readTallies(tx, { ...givenOf(filter), indicators: [JUDGES_EVERY_ITEM] }, ['agency']))
      : countItems(tx, filter),
  );
  return counted.map(({ agency, count }) => ({ agency: { uscc: agency }, agencyCode: agency, count }));
}

function byAgency(sums: readonly TallySum[]) {
  const agencies = Map.groupBy(
    sums.filter(({ key }) => key[0] !== ''),
    ({ key }) => key[0]!,
  );
  return [...agencies].map(([agency, levels]) => ({ agency, count: levels.reduce((sum, { n }) => sum + n, 0) }));
}

function givenOf<T extends object>(filter: T): { readonly [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null && value !== undefined)) as {
    readonly [K in keyof T]?: NonNullable<T[K]>;
  };
}
