import { createLoader, requirePermission } from '@gnomon/subgraph-kit';
import type DataLoader from 'dataloader';
import type { MutationRecordTalkArgs } from '../../generated/resolvers.ts';
import type { SupervisionContext } from '../context.ts';
import type { Report } from '../reports/report.ts';
import { dutiesById } from '../store/owed-duties.ts';
import { recordTalk } from '../talk/record.ts';
import { type JudgedReport, judgedReports, type Talk, talksOf } from '../talk/store.ts';
import { TALK_RULE } from '../talk/talk.ts';
import type { FieldsOf } from './fields-of.ts';

/** What is known of a report's talk: that it is due, or that it was held. */
interface ReportTalk {
  readonly report: Report;
  readonly isDue: boolean;
  readonly held: Talk | null;
}

/** The talk that a report made due; `null` where none is due and none was held. */
export async function reportTalk(
  report: Report,
  _args: unknown,
  context: SupervisionContext,
): Promise<ReportTalk | null> {
  requirePermission(context, 'READ_CARDS');
  const { talks, judged } = loadersOf(context);
  const [held, found] = await Promise.all([talks.load(report.id), judged.load(report.id)]);
  const isDue = found?.verdicts.some(({ rule, level }) => rule === TALK_RULE && level === 'WARNING') ?? false;
  return held === null && !isDue ? null : { report, isDue, held };
}

/** A talk, from its record and from its duty. */
export const ReportTalk = {
  dueAt: async ({ report }: ReportTalk, _args: unknown, { ports, scope }: SupervisionContext) => {
    const id = `talk:${report.agency}:${report.period}`;
    const [duty] = await ports.database.asViewer(scope, (tx) => dutiesById(tx, [id]));
    return duty?.facts.dueAt ?? null;
  },
  heldAt: ({ held }: ReportTalk) => held?.heldAt ?? null,
  conclusion: ({ held }: ReportTalk) => held?.conclusion ?? null,
  minutes: ({ held }: ReportTalk) => (held === null ? null : { name: held.minutesName, sha256: held.minutesSha256 }),
  recordedAt: ({ held }: ReportTalk) => held?.recordedAt ?? null,
  recordedBy: ({ held }: ReportTalk) => held?.recordedBy ?? null,
} satisfies FieldsOf<'ReportTalk'>;

/** Steps on talks. Refusals are members of the result, not errors. */
export const talkMutations = {
  recordTalk(_root: unknown, { input }: MutationRecordTalkArgs, context: SupervisionContext) {
    requirePermission(context, 'ACT_ON_CARDS');
    return recordTalk(context.ports, context, input);
  },
} satisfies FieldsOf<'Mutation'>;

interface TalkLoaders {
  readonly talks: DataLoader<string, Talk | null>;
  readonly judged: DataLoader<string, JudgedReport | null>;
}
const known = new WeakMap<SupervisionContext, TalkLoaders>();

function loadersOf(context: SupervisionContext): TalkLoaders {
  let loaders = known.get(context);
  if (loaders === undefined) {
    const { ports, scope } = context;
    loaders = {
      talks: createLoader<string, Talk>(
        (ids) => ports.database.asViewer(scope, (tx) => talksOf(tx, ids)),
        (talk) => talk.report,
      ),
      judged: createLoader<string, JudgedReport>(
        (ids) => ports.database.asViewer(scope, (tx) => judgedReports(tx, ids)),
        (row) => row.id,
      ),
    };
    known.set(context, loaders);
  }
  return loaders;
}
