import { requirePermission } from '@gnomon/subgraph-kit';
import type { MutationRecordTalkArgs } from '../../generated/resolvers.ts';
import { type SupervisionContext, subjectKey } from '../context.ts';
import type { Report } from '../reports/report.ts';
import { recordTalk } from '../talk/record.ts';
import type { Talk } from '../talk/store.ts';
import { TALK_RULE, talkDutyId } from '../talk/talk.ts';
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
  const { talk, verdicts } = context.load;
  const subject = subjectKey({ subjectType: 'FeedbackReport', subject: report.id });
  const [held, standing] = await Promise.all([talk.load(report.id), verdicts.load(subject)]);
  const isDue = held === null && standing.some(({ rule, level }) => rule === TALK_RULE && level === 'WARNING');
  return held === null && !isDue ? null : { report, isDue, held };
}

/** A talk, from its record and from its duty. */
export const ReportTalk = {
  dueAt: async ({ report }: ReportTalk, _args: unknown, { load }: SupervisionContext) => {
    const duty = await load.duty.load(talkDutyId(report));
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
