import {
  createPaging,
  dueSoonOf,
  endOfWorkdaysAhead,
  type PageArguments,
  type RequestContext,
  requirePermission,
  requireViewer,
} from '@gnomon/subgraph-kit';
import type { RecordWorld } from './access.ts';
import { dueNode } from './due-node.ts';
import { passTime } from './judge-subject.ts';
import { pushHorizon } from './lateness.ts';
import { horizonOf } from './store/batches.ts';
import { type DueFilter, type DueKey, subjectsDueUntil } from './store/read-due.ts';

/** As of when a domain of records speaks (`AsOf` of the graph): up to where it has judged, and where its feed stands. */
export async function answerAsOf({ domain, database, feed, time }: RecordWorld, context: RequestContext) {
  requireViewer(context);
  const at = await database.transaction((tx) => horizonOf(tx, time.now()));
  return { domain: domain.name, at, cursor: await feed.head(domain.name) };
}

/** The arguments of a look ahead; `division` has been cut of its trailing zeros. */
export interface DueSoonArguments extends PageArguments, DueFilter {
  readonly withinWorkdays?: number | null;
}
const WORKDAYS_AHEAD = 2;
const paging = createPaging<DueKey>('dueSoon', ['number', 'string', 'string']);

/**
 * What time alone will turn (`DueSoonPage` of the graph): the timers' own step for the time to come, with nothing written. Subjects
 * whose rows may come by the end of the next working day are judged by what must be known then, so that their timers run later than
 * what they tell of.
 */
export async function answerDueSoon(world: RecordWorld, args: DueSoonArguments, context: RequestContext) {
  requirePermission(context, 'READ_CASES');
  const { database, domain, ports, time } = world;
  const page = paging.request(args);
  const rules = ports.rules.current();
  const until = endOfWorkdaysAhead(rules.calendar, time.now(), args.withinWorkdays ?? WORKDAYS_AHEAD);
  const told = pushHorizon(rules.calendar).inverse(until);
  const due = await database.asViewer(context.scope, (tx) => subjectsDueUntil(tx, told, args, page.after, page.limit));
  // Judging moves a subject's timer on in place: the place in the page is read before.
  const { nodes, pageInfo } = paging.connection(due, page, ({ dueAt, kind, id }) => [dueAt!, kind, id]);
  const signals = nodes.flatMap((subject) => passTime(subject, { rules, domain: domain.domain }, told));
  return {
    until,
    nodes: dueSoonOf(signals, until).map(dueNode),
    endCursor: pageInfo.endCursor ?? args.after ?? null,
    hasNextPage: pageInfo.hasNextPage,
  };
}
