import { requirePermission } from '@gnomon/subgraph-kit';
import { formatDay } from '@gnomon/working-time';
import { secondRoundUntil } from '../appeal/clocks.ts';
import type { Card as CardRow } from '../card.ts';
import type { SupervisionContext } from '../context.ts';
import { pausesOf, rectificationClock } from '../duties/card-clocks.ts';
import { acknowledgeWarning } from '../life/acknowledge.ts';
import { courseOf, limitInForce } from '../life/course.ts';
import { issueByHand } from '../life/issue-by-hand.ts';
import { nextActs } from '../life/next-acts.ts';
import { cancelCard, escalateCard, exemptCard, orderCard } from '../life/oversee.ts';
import { type Outcome, perform } from '../life/perform.ts';
import { returnPlan, submitPlan } from '../life/plan.ts';
import {
  askExtension,
  closeCard,
  decideExtension,
  reportFalseRectification,
  reportProgress,
  reportResult,
  sendBackResult,
} from '../life/rectify.ts';
import type { ActKind } from '../words.ts';
import type { FieldsOf } from './fields-of.ts';

type Act<Input> = (ports: SupervisionContext['ports'], request: SupervisionContext, input: Input) => Promise<Outcome>;

/** Acts on cards and warnings. Who cannot read cards is turned away at the door; all else is a member of the result. */
export const lifeMutations = {
  signCard: field(noted('SIGNED')),
  acceptCard: field(noted('ACCEPTED')),
  submitPlan: field(submitPlan),
  approvePlan: field(noted('PLAN_APPROVED')),
  returnPlan: field(returnPlan),
  reportProgress: field(reportProgress),
  askExtension: field(askExtension),
  decideExtension: field(decideExtension),
  reportResult: field(reportResult),
  sendBackResult: field(sendBackResult),
  closeCard: field(closeCard),
  reportFalseRectification: field(reportFalseRectification),
  orderCard: field(orderCard),
  escalateCard: field(escalateCard),
  cancelCard: field(cancelCard),
  exemptCard: field(exemptCard),
  issueCard: field(issueByHand),
  acknowledgeWarning: field((ports, request, { warningId }: { readonly warningId: string }) =>
    acknowledgeWarning(ports, request, warningId),
  ),
} satisfies FieldsOf<'Mutation'>;

/** What of a card's life the graph tells beside its row: as it is now, also on a snapshot of the feed. */
export const cardLife = {
  async rectification(card: CardRow, _args: unknown, { load, ports }: SupervisionContext) {
    const history = await load.history.load(card.id);
    const course = courseOf(history);
    if (course.planOwedSince === null && course.plans.length === 0) return null;
    const calendar = ports.rules.current().calendarFor(card.division);
    const clock = rectificationClock({ course, pauses: pausesOf(history) }, calendar, card.closedAt);
    return {
      owedSince: course.planOwedSince,
      plan: course.plans.at(-1) ?? null,
      plans: course.plans,
      limitWorkdays: limitInForce(course),
      dueOn: clock === undefined ? null : formatDay(calendar.dayOfWorkday(clock.due)),
      isProvisional: clock?.provisional ?? null,
      extension: course.extension,
      progress: course.progress,
      results: course.results,
    };
  },
  async orders({ id }: CardRow, _args: unknown, { load }: SupervisionContext) {
    return courseOf(await load.history.load(id)).orders;
  },
  async nextActs({ id }: CardRow, _args: unknown, { load, ports, viewer }: SupervisionContext) {
    // The row as it stands, not the snapshot: what was possible then is possible no more.
    const card = await load.card.load(id);
    if (card === null) return [];
    const history = await load.history.load(id);
    const course = courseOf(history);
    const decidedAt = course.appeals.at(-1)?.decidedAt ?? null;
    const secondAppealUntil =
      decidedAt === null ? null : secondRoundUntil(decidedAt, card.division, ports.rules.current());
    return nextActs(viewer, card, course, { history, at: ports.time.now(), secondAppealUntil });
  },
} satisfies FieldsOf<'Card'>;

function field<Input, Result>(
  act: (ports: SupervisionContext['ports'], request: SupervisionContext, input: Input) => Promise<Result>,
) {
  return (_root: unknown, { input }: { readonly input: Input }, context: SupervisionContext): Promise<Result> => {
    requirePermission(context, 'READ_CARDS');
    return act(context.ports, context, input);
  };
}

/** An act that carries nothing but a note. */
function noted(kind: ActKind): Act<{ readonly cardId: string; readonly note?: string | null }> {
  return (ports, request, { cardId, note }) =>
    perform(ports, request, { card: cardId, kind, reason: note?.trim() ? note : null });
}
