import {
  askedRules,
  horizonOf,
  MOST_REHEARSED,
  type MovedClock,
  movedNode,
  NOTHING_YET,
  pageSize,
  type RehearsalArguments,
  type RehearsedTexts,
  rehearsalNode,
  rehearsalPeriod,
  tooMany,
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
  const rules = askedRules(ports.rules, args, { division: viewer.division, now: time.now() });
  if ('__typename' in rules) return rules;
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
  args: RehearsedTexts & { readonly first?: number | null },
  context: WorkItemsContext,
) {
  const viewer = requirePermission(context, 'MAKE_RULES');
  const { ports, scope, time } = context;
  const now = time.now();
  const rules = askedRules(ports.rules, args, { division: viewer.division, now });
  if ('__typename' in rules) return rules;
  const { subjects, moved } = await movedDeadlines({ ports, scope, now }, rules);
  const sorted = moved.toSorted((a, b) => (soonestOf(a.clock) < soonestOf(b.clock) ? -1 : 1));
  return {
    __typename: 'MovedDeadlines',
    subjects,
    moved: moved.length,
    deadlines: sorted
      .slice(0, pageSize(args.first))
      .map(({ item, clock }) => movedNode({ type: 'WorkItem', id: item.id, agency: item.place.agency }, clock)),
  };
}

const soonestOf = ({ fromAt, toAt }: MovedClock): number => Math.min(fromAt, toAt);
