import { requirePermission } from '@gnomon/subgraph-kit';
import type { RecordContext } from '../access.ts';
import { aggregateOutcomes, aggregateUnder, keptAggregates } from '../rehearsal/aggregates.ts';
import {
  MOST_REHEARSED,
  NOTHING_YET,
  pageSize,
  type RehearsalArguments,
  type RehearsedTexts,
  rehearsalNode,
  rehearsalPeriod,
  tooMany,
} from '../rehearsal/answer.ts';
import { askedRules } from '../rehearsal/asked-rules.ts';
import { movedNode } from '../rehearsal/moved-clocks.ts';
import { movedOfRecords } from '../rehearsal/moved-deadlines.ts';
import { outcomesOf } from '../rehearsal/outcomes.ts';
import { type Replay, rehearse } from '../rehearsal/rehearse.ts';
import { countBundles, loggedRows, readLogged, replayRecords } from '../rehearsal/replay-domain.ts';
import { horizonOf } from '../store/batches.ts';
import { trimDivision } from '../store/read-records.ts';

/** What a rule text would have changed over the records of a period, judged up to now. */
export async function recordRehearsal(_: unknown, args: RehearsalArguments, context: RecordContext) {
  const rules = rulesFor(args, context);
  if ('__typename' in rules) return rules;
  const period = rehearsalPeriod(args);
  if ('__typename' in period) return period;
  const { database, ports, time } = context.records;
  const until = await database.transaction((tx) => horizonOf(tx, time.now()));
  if (!Number.isFinite(until)) return NOTHING_YET;
  const count = await database.asViewer(context.scope, (tx) => countBundles(tx, until));
  if (count > MOST_REHEARSED) return tooMany(count);
  const [rows, aggregates] = await database.asViewer(context.scope, async (tx) => [
    await loggedRows(tx, until),
    await keptAggregates(tx, { from: period.from, until: Math.min(period.to, until) }),
  ]);
  const read = readLogged(ports, rows);
  const within = placeFilter(args);
  const replays: readonly Replay[] = [
    {
      subjects: new Set(rows.map(({ kind, record }) => `${kind} ${record}`)).size,
      outcomes: (side) => outcomesOf(replayRecords(ports, side, read, { ...period, until }).signals).filter(within),
    },
    ...aggregates.map((one) => ({
      subjects: 1,
      outcomes: (side: typeof rules.before) =>
        aggregateOutcomes(aggregateUnder(one, rules.before, side), side, until).filter(within),
    })),
  ];
  return rehearsalNode(await rehearse(rules, inTurn(replays)), args);
}

/** Which deadlines of open records a proposed calendar would move, soonest first. */
export async function recordMovedDeadlines(
  _: unknown,
  args: RehearsedTexts & { readonly first?: number | null },
  context: RecordContext,
) {
  const rules = rulesFor(args, context);
  if ('__typename' in rules) return rules;
  const { ports, database, time } = context.records;
  const { subjects, moved } = await movedOfRecords(
    { ports, read: (work) => database.asViewer(context.scope, work), now: time.now() },
    rules,
  );
  return {
    __typename: 'MovedDeadlines',
    subjects,
    moved: moved.length,
    deadlines: moved.slice(0, pageSize(args.first)).map(({ subject, clock }) => movedNode(subject, clock)),
  };
}

function rulesFor(asked: RehearsedTexts, context: RecordContext) {
  const { division } = requirePermission(context, 'MAKE_RULES');
  const { ports, time } = context.records;
  return askedRules(ports.rules, asked, { division, now: time.now() });
}

function placeFilter({ agency, division }: RehearsalArguments) {
  const below = division === null || division === undefined ? '' : trimDivision(division);
  return (one: { readonly agency: string; readonly division: string }): boolean =>
    one.division.startsWith(below) && (agency === null || agency === undefined || one.agency === agency);
}

/** One large replay by itself, the small ones in batches. */
async function* inTurn(replays: readonly Replay[]): AsyncGenerator<readonly Replay[]> {
  for (let start = 0; start < replays.length; start += start === 0 ? 1 : 200)
    yield replays.slice(start, start === 0 ? 1 : start + 200);
}
