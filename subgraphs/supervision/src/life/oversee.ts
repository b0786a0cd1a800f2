import type { RequestContext } from '@gnomon/subgraph-kit';
import { CHINA_OFFSET_MS, DAY_MS, dayOf, formatDay } from '@gnomon/working-time';
import type { CancelCardInput, EscalateCardInput, ExemptCardInput, OrderCardInput } from '../../generated/resolvers.ts';
import type { Card } from '../card.ts';
import type { LoopPorts } from '../duties/judged.ts';
import { actorsOf } from './actors.ts';
import { handOver } from './hand-over.ts';
import { refusedWords } from './input.ts';
import { type OpenAct, type Outcome, perform, type Refusal, refusedInput } from './perform.ts';
import { reinstateWeaker } from './reinstate.ts';

type ActPorts = LoopPorts;

const LONGEST_ORDER_DAYS = 366;

/** Gives a supervision order (督办). */
export async function orderCard(
  ports: ActPorts,
  request: RequestContext,
  { cardId, text, dueAt, to }: OrderCardInput,
): Promise<Outcome> {
  const faulty = refusedWords('order', text, 'LONG');
  if (faulty !== null) return faulty;
  const check = async (open: OpenAct) => refusedDue(dueAt, open.at) ?? refusedAddressee(to, open);
  return perform(ports, request, { card: cardId, kind: 'ORDERED', content: { text, dueAt, to } }, { check });
}

/** Takes a card over to the tier above (提级督办). */
export async function escalateCard(
  ports: ActPorts,
  request: RequestContext,
  { cardId, reason }: EscalateCardInput,
): Promise<Outcome> {
  const faulty = refusedWords('reason', reason);
  if (faulty !== null) return faulty;
  return perform(
    ports,
    request,
    { card: cardId, kind: 'ESCALATED', reason, content: ({ card }) => handOver(card).content },
    { changes: ({ card }) => handOver(card).changes },
  );
}

/** Cancels a card that a technical error produced (取消); the weaker card that it had superseded stands again. */
export async function cancelCard(
  ports: ActPorts,
  request: RequestContext,
  { cardId, reason }: CancelCardInput,
): Promise<Outcome> {
  const faulty = refusedWords('reason', reason);
  return faulty ?? perform(ports, request, { card: cardId, kind: 'CANCELLED', reason }, { also: reinstateWeaker });
}

/** Exempts a card by a document (豁免), whose period must hold the day on which the card turned. */
export async function exemptCard(
  ports: ActPorts,
  request: RequestContext,
  { cardId, documentNo, from, to, reason }: ExemptCardInput,
): Promise<Outcome> {
  const faulty = refusedWords('documentNo', documentNo, 'SHORT') ?? refusedWords('reason', reason);
  if (faulty !== null) return faulty;
  const content = { documentNo: documentNo.trim(), from, to };
  const check = async ({ card }: OpenAct) => refusedPeriod(card, from, to);
  return perform(ports, request, { card: cardId, kind: 'EXEMPTED', reason, content }, { check });
}

function refusedDue(dueAt: number, now: number): Refusal | null {
  if (dueAt > now && dueAt <= now + LONGEST_ORDER_DAYS * DAY_MS) return null;
  return refusedInput({
    zh: `督办期限应晚于现在且在 ${LONGEST_ORDER_DAYS} 天以内，收到 ${shown(dueAt)}。`,
    en: `An order must be due later than now and within ${LONGEST_ORDER_DAYS} days; ${shown(dueAt)} came.`,
  });
}

function refusedAddressee(to: OrderCardInput['to'], { card, viewer }: OpenAct): Refusal | null {
  if (to === 'AGENCY' || actorsOf(viewer, card).includes('SUPERVISOR_ABOVE')) return null;
  return refusedInput({
    zh: '对承办监督主体的督办只能由上一级监督主体下达；请改为 AGENCY，或报上一级。',
    en: 'Only the supervision body one tier above gives an order to the one that has the card; choose AGENCY, or turn to the tier above.',
  });
}

function refusedPeriod(card: Card, from: string, to: string): Refusal | null {
  const turnedOn = formatDay(dayOf(card.turnedAt));
  if (from <= turnedOn && turnedOn <= to) return null;
  return refusedInput({
    zh: `豁免期间应包含牌 ${card.number} 触发之日 ${turnedOn}，收到 ${from} 至 ${to}。`,
    en: `The exempted period must hold ${turnedOn}, the day on which card ${card.number} turned; ${from} to ${to} came.`,
  });
}

/** An instant in the civil time of China, to the minute. */
function shown(at: number): string {
  return new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}
