import {
  faultyText,
  horizonOf,
  MOST_REHEARSED,
  type MovedClock,
  movedNode,
  NOTHING_YET,
  pageSize,
  type RehearsalArguments,
  rehearsalNode,
  rehearsalPeriod,
  rehearsalRules,
  tooMany,
  UNKNOWN_TEXT,
} from '@gnomon/records';
import { requirePermission } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { movedDeadlines } from '../moved-deadlines.ts';
import { rehearseItems } from '../rehearse.ts';
import { countHistories } from '../store/read-history.ts';
import { trimDivision } from './division-code.ts';

/** What a rule text would have changed over the items of a period, judged up to now. */
export async function workItemRehearsal(_: unknown, args: RehearsalArguments, context: WorkItemsContext) {
  const viewer = requirePermission(context, 'MAKE_RULES');
  const { database, ports, scope, time } = context;
  const period = rehearsalPeriod(args);
  if ('__typename' in period) return period;
  const until = await database.transaction((tx) => horizonOf(tx, time.now()));
  if (!Number.isFinite(until)) return NOTHING_YET;
  const rules = rehearsalRules(ports.rules, { text: args.text, division: viewer.division, now: time.now() });
  if (rules === null) return UNKNOWN_TEXT;
  if ('problems' in rules) return faultyText(rules.problems);
  const filter = {
    ...period,
    agency: args.agency ?? null,
    division: args.division === null || args.division === undefined ? null : trimDivision(args.division),
  };
  const count = await database.asViewer(scope, (tx) => countHistories(tx, filter));
  if (count > MOST_REHEARSED) return tooMany(count);
  return rehearsalNode(await rehearseItems({ ports, scope, until }, filter, rules), args);
}

/** Which deadlines of open items a proposed calendar would move, soonest first. */
export async function workItemMovedDeadlines(
  _: unknown,
  { text, first }: { readonly text: string; readonly first?: number | null },
  context: WorkItemsContext,
) {
  const viewer = requirePermission(context, 'MAKE_RULES');
  const { ports, scope, time } = context;
  const now = time.now();
  const rules = rehearsalRules(ports.rules, { text, division: viewer.division, now });
  if (rules === null) return UNKNOWN_TEXT;
  if ('problems' in rules) return faultyText(rules.problems);
  const { subjects, moved } = await movedDeadlines({ ports, scope, now }, rules);
  const sorted = moved.toSorted((a, b) => (soonestOf(a.clock) < soonestOf(b.clock) ? -1 : 1));
  return {
    __typename: 'MovedDeadlines',
    subjects,
    moved: moved.length,
    deadlines: sorted
      .slice(0, pageSize(first))
      .map(({ item, clock }) => movedNode({ type: 'WorkItem', id: item.id, agency: item.place.agency }, clock)),
  };
}

const soonestOf = ({ fromAt, toAt }: MovedClock): number => Math.min(fromAt, toAt);
