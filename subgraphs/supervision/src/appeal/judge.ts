import type { Ports, RequestContext } from '@gnomon/subgraph-kit';
import { actorsOf, holderName } from '../life/actors.ts';
import { type OpenAct, refusedText } from '../life/perform.ts';
import { type Appeal, type AppealDecisionKind, appealId, DECISION_ACTS, judgingTier, readAppealId } from './appeal.ts';
import { decisionDueAt } from './clocks.ts';
import { downgrade } from './downgrade.ts';
import { type AppealOutcome, performAppeal } from './perform-appeal.ts';
import { type AppealRefusal, notFound, refuse } from './refusals.ts';

/** What a supervision body decides. */
export interface DecisionInput {
  readonly appeal: string;
  readonly decision: AppealDecisionKind;
  readonly reason: string;
  readonly legalBasis: string;
  readonly deviationReason: string | null;
}

const REASON = { zh: '理由', en: 'reason' };
const BASIS = { zh: '依据', en: 'legal basis' };
const DEVIATION = { zh: '不采信理由', en: 'reason for departing from the verdict under the claimed facts' };

/** Decides an appeal (申诉研判, Art. 8). What stands afterwards is put in place with it. */
export async function decideAppeal(
  ports: Ports,
  request: RequestContext,
  input: DecisionInput,
): Promise<AppealOutcome> {
  const { appeal: id, decision, reason, legalBasis, deviationReason } = input;
  const faulty =
    refusedText(REASON, reason, 10, 500) ??
    refusedText(BASIS, legalBasis, 4, 300) ??
    (deviationReason === null ? null : refusedText(DEVIATION, deviationReason, 10, 500));
  if (faulty !== null) return faulty;
  const named = readAppealId(id);
  if (named === null) return notFound(id);
  const content = { appeal: id, round: named.round, decision, legalBasis, deviationReason };
  const outcome = await performAppeal(
    ports,
    request,
    { card: named.card, kind: DECISION_ACTS[decision], reason, content },
    {
      check: async (open, appeals) => refusedJudge(open, appeals, id) ?? refusedDecision(appeals.at(-1)!, input),
      also: async (open, done) => {
        if (decision === 'DOWNGRADE') await downgrade(open, done);
      },
    },
  );
  return asAppealRefusal(outcome, id);
}

/** Extends the time for judging a complex appeal (申诉研判延期): once, in the first round against a yellow card. */
export async function extendAppealDecision(
  ports: Ports,
  request: RequestContext,
  input: { readonly appeal: string; readonly reason: string },
): Promise<AppealOutcome> {
  const { appeal: id, reason } = input;
  const faulty = refusedText(REASON, reason, 10, 500);
  if (faulty !== null) return faulty;
  const named = readAppealId(id);
  if (named === null) return notFound(id);
  const content = { appeal: id, round: named.round };
  const outcome = await performAppeal(
    ports,
    request,
    { card: named.card, kind: 'APPEAL_EXTENDED', reason, content },
    {
      check: async (open, appeals) => refusedJudge(open, appeals, id) ?? refusedExtension(open, appeals.at(-1)!, ports),
    },
  );
  return asAppealRefusal(outcome, id);
}

/** A card that is not there is an appeal that is not there. */
function asAppealRefusal(outcome: AppealOutcome, id: string): AppealOutcome {
  return outcome.__typename === 'CardNotFound' ? notFound(id) : outcome;
}

/** Who may judge: the body of the round's tier, and in it nobody who issued or confirmed the card, or decided before (Art. 8). */
function refusedJudge({ card, viewer }: OpenAct, appeals: readonly Appeal[], id: string): AppealRefusal | null {
  const last = appeals.at(-1);
  if (last === undefined || last.id !== id)
    return appeals.some((appeal) => appeal.id === id)
      ? {
          ...refuse(
            'CardTransitionRefused',
            `申诉 ${id} 已有结论；正在研判的是 ${last?.id}。`,
            `Appeal ${id} is decided; the one to be judged is ${last?.id}.`,
          ),
          state: card.state,
        }
      : notFound(id);
  const tier = judgingTier(card, last.round);
  const actor = last.round === 1 ? 'SUPERVISOR' : 'SUPERVISOR_ABOVE';
  if (!actorsOf(viewer, card).includes(actor)) {
    const who = holderName({ ...card, escalatedTo: tier });
    return refuse(
      'CardNotYours',
      `申诉 ${last.number}（第 ${last.round} 轮）由${who.zh}研判，当前账户不是。`,
      `Appeal ${last.number} (round ${last.round}) is judged by the ${who.en}; this account is not.`,
    );
  }
  const issued = card.issuedBy === viewer?.id;
  if (!issued && !appeals.some(({ decision }) => decision?.by === viewer?.id)) return null;
  return refuse(
    'AppealJudgeExcluded',
    issued
      ? `牌 ${card.number} 由当前账户发出或确认，申诉应由他人研判。`
      : `申诉 ${appealId(card.id, 1)} 由当前账户决定，复核应由他人研判。`,
    issued
      ? `This account issued or confirmed card ${card.number}; another person judges the appeal.`
      : `This account decided the first round, ${appealId(card.id, 1)}; another person judges the second.`,
  );
}

/** A decision that departs from the verdict under the claimed facts says why; one that follows it has nothing to explain. */
function refusedDecision({ computed }: Appeal, { decision, deviationReason }: DecisionInput): AppealRefusal | null {
  if (computed === null || computed === decision || deviationReason !== null) return null;
  return {
    ...refuse(
      'AppealDeviationUnexplained',
      `按所主张的事实应为 ${computed}，本决定为 ${decision}；须另写不采信理由（deviationReason）。`,
      `Under the claimed facts it would be ${computed}, and this decision is ${decision}; say why in deviationReason.`,
    ),
    computed,
  };
}

function refusedExtension({ card, at }: OpenAct, appeal: Appeal, ports: Ports): AppealRefusal | null {
  const dueAt = decisionDueAt(appeal, ports.rules.current());
  const inTime = dueAt === null || at < dueAt;
  if (card.level === 'YELLOW' && appeal.round === 1 && appeal.extendedAt === null && inTime) return null;
  const due = dueAt === null ? '—' : new Date(dueAt).toISOString();
  return refuse(
    'AppealNotExtendable',
    `申诉 ${appeal.number} 不能延期：仅黄牌第一轮、期限届满前可延期一次（等级 ${card.level}，第 ${appeal.round} 轮，期限 ${due}，${appeal.extendedAt === null ? '未' : '已'}延期）。`,
    `Appeal ${appeal.number} cannot be extended: a first round against a yellow card can, once, before its time is over (level ${card.level}, round ${appeal.round}, due ${due}, ${appeal.extendedAt === null ? 'not ' : ''}extended before).`,
  );
}
