import type { Facts } from '@gnomon/rule-engine';
import type { WorkCalendar } from '@gnomon/working-time';
import type { Card } from '../card.ts';
import { type Course, planReturns } from '../life/course.ts';
import { FALLEN, isOpen } from '../words.ts';
import { type CardHistory, cardClocks, issuedLevel, ownAnswerAt } from './card-clocks.ts';
import type { LoopLimits } from './limits.ts';

/** Whether a card is judged for its deadlines: it was issued to somebody, and is not itself about a card (no cards about cards about cards). */
export function isJudged({ issuedAt, agency, domain }: Pick<Card, 'issuedAt' | 'agency' | 'domain'>): boolean {
  return issuedAt !== null && agency !== '' && domain !== 'LOOP';
}

/** The facts of a card, as rules/facts/card.yaml lists them. Pure, and free of the present. */
export function cardFacts(history: CardHistory, calendar: WorkCalendar, limits: LoopLimits): Facts {
  const { card, course, relapsedAt } = history;
  const clocks = cardClocks(history, calendar, limits);
  const open = isOpen(card.state);
  const answeredAt = ownAnswerAt(course);
  const underway = course.plan !== null;
  const planWaits = course.plans.at(-1)?.returnedAt === null;
  const resultWaits = course.results.at(-1)?.sentBackAt === null;
  return {
    issuedLevel: issuedLevel(card),
    stands: !FALLEN.has(card.state),
    signed: course.signedAt !== null || answeredAt !== null,
    signing: clocks.signing,
    signingHours: clocks.signingHours,
    answers: [{ id: 'ANSWER', open: open && answeredAt === null, clock: clocks.answer }],
    planOwed: course.planOwedSince !== null || clocks.silentFrom !== null,
    planOpen: open && !planWaits,
    plan: clocks.plan,
    planReturns: planReturns(course),
    missingAfterReturn: missingAfterReturn(course),
    underway,
    rectifying: open && underway && !resultWaits,
    rectification: clocks.rectification,
    progress: clocks.progress,
    progressMissed: clocks.progressMissed,
    handovers: underway ? [{ id: 'HANDOVER', clock: clocks.rectification }] : [],
    ...(open || card.closedAt === null ? {} : { endedAt: card.closedAt }),
    closed: course.closedAt !== null,
    observation: clocks.observation,
    relapsed: relapsedAt !== null,
    falseReport: course.falseReportAt !== null,
  };
}

/** The most elements that were missing in a plan handed in after a return. */
function missingAfterReturn({ plans }: Course): number {
  const first = plans.findIndex(({ returnedAt }) => returnedAt !== null);
  return first === -1 ? 0 : Math.max(0, ...plans.slice(first + 1).map(({ missing }) => missing.length));
}
