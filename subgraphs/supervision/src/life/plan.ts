import type { RequestContext } from '@gnomon/subgraph-kit';
import type { ReturnPlanInput, SubmitPlanInput } from '../../generated/resolvers.ts';
import type { Card } from '../card.ts';
import type { LoopPorts } from '../duties/judged.ts';
import { type Course, missingElements, type Plan, type PlanElement, planReturns } from './course.ts';
import { refusedNumber, refusedWords } from './input.ts';
import { PLAN_RETURNS, PLAN_WORKDAYS } from './limits.ts';
import { type OpenAct, type Outcome, perform, performOpen, type Refusal, refusedInput } from './perform.ts';

type ActPorts = LoopPorts;
type Elements = Pick<Plan, 'content' | 'measures' | 'limitWorkdays' | 'responsible'>;

const ELEMENT_NAMES: Readonly<Record<PlanElement, { readonly zh: string; readonly en: string }>> = {
  CONTENT: { zh: '整改内容', en: 'content' },
  MEASURES: { zh: '整改措施', en: 'measures' },
  TIME_LIMIT: { zh: '整改时限', en: 'time limit' },
  RESPONSIBLE: { zh: '责任人', en: 'responsible person' },
};

/**
 * Hands in a plan. One that lacks an element (Art. 9: content, measures, time limit, responsible person) is on record and returned by the hub
 * in the same transaction; after two returns it is refused instead, and nothing is recorded.
 */
export async function submitPlan(ports: ActPorts, request: RequestContext, input: SubmitPlanInput): Promise<Outcome> {
  const plan = elementsOf(input);
  const faulty = refusedElements(plan);
  if (faulty !== null) return faulty;
  const missing = missingElements(plan);
  return perform(
    ports,
    request,
    { card: input.cardId, kind: 'PLAN_SUBMITTED', content: { ...plan } },
    {
      check: async ({ card, course }) => refusedLimit(plan, card) ?? refusedForGood(card, course, missing),
      also: async (open, done) => returnIncomplete(open, done, missing),
    },
  );
}

/** Returns a plan to the agency, with what must be changed. */
export async function returnPlan(
  ports: ActPorts,
  request: RequestContext,
  { cardId, reason }: ReturnPlanInput,
): Promise<Outcome> {
  const faulty = refusedWords('reason', reason);
  return faulty ?? perform(ports, request, { card: cardId, kind: 'PLAN_RETURNED', reason });
}

/** Blank is as good as missing. */
function elementsOf({ content, measures, limitWorkdays, responsible }: SubmitPlanInput): Elements {
  const given = (value: string | null | undefined) => (value == null || value.trim() === '' ? null : value.trim());
  return {
    content: given(content),
    measures: given(measures),
    limitWorkdays: limitWorkdays ?? null,
    responsible: given(responsible),
  };
}

function refusedElements({ content, measures, responsible }: Elements): Refusal | null {
  return (
    (content === null ? null : refusedWords('content', content, 'LONG')) ??
    (measures === null ? null : refusedWords('measures', measures, 'LONG')) ??
    (responsible === null ? null : refusedWords('responsible', responsible, 'SHORT'))
  );
}

function refusedLimit({ limitWorkdays }: Elements, { level }: Card): Refusal | null {
  if (limitWorkdays === null) return null;
  const name = { zh: '整改时限（自方案通过起的工作日）', en: 'time limit, in working days from the approval,' };
  return refusedNumber(name, limitWorkdays, 1, PLAN_WORKDAYS[level]);
}

function refusedForGood(card: Card, course: Course, missing: readonly PlanElement[]): Refusal | null {
  if (missing.length === 0 || planReturns(course) < PLAN_RETURNS) return null;
  const { zh, en } = namesOf(missing);
  return refusedInput({
    zh: `方案缺少${zh}；牌 ${card.number} 的方案已退回 ${PLAN_RETURNS} 次，缺项的方案不再接收，请补齐后提交。`,
    en: `The plan lacks: ${en}. Plans of card ${card.number} were returned ${PLAN_RETURNS} times, so an incomplete one is not taken any more; complete it and hand it in.`,
  });
}

function returnIncomplete(open: OpenAct, done: Card, missing: readonly PlanElement[]): void {
  if (missing.length === 0) return;
  const { zh, en } = namesOf(missing);
  performOpen(
    { ...open, card: done, viewer: null },
    {
      kind: 'PLAN_RETURNED',
      reason: {
        zh: `方案缺少${zh}，由平台自动退回，请补齐后重新提交。`,
        en: `The plan lacks: ${en}. Returned by the hub itself; complete it and hand it in again.`,
      },
      content: { missing },
    },
  );
}

function namesOf(missing: readonly PlanElement[]) {
  const names = missing.map((element) => ELEMENT_NAMES[element]);
  return { zh: names.map(({ zh }) => zh).join('、'), en: names.map(({ en }) => en).join(', ') };
}
