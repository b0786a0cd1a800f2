import type { RequestContext } from '@gnomon/subgraph-kit';
import type {
  AskExtensionInput,
  CloseCardInput,
  DecideExtensionInput,
  ReportFalseRectificationInput,
  ReportProgressInput,
  ReportResultInput,
  SendBackResultInput,
} from '../../generated/resolvers.ts';
import type { LoopPorts } from '../duties/judged.ts';
import { handOver } from './hand-over.ts';
import { keptEvidence, refusedEvidence, refusedNumber, refusedWords } from './input.ts';
import { EXTENSION_WORKDAYS, SEND_BACKS } from './limits.ts';
import { type Outcome, perform } from './perform.ts';

type ActPorts = LoopPorts;

/** Reports how far the rectification is (反馈整改进度). */
export async function reportProgress(
  ports: ActPorts,
  request: RequestContext,
  { cardId, text, percent = null }: ReportProgressInput,
): Promise<Outcome> {
  const share = { zh: '完成比例', en: 'percent done' };
  const faulty =
    refusedWords('progress', text, 'LONG') ?? (percent === null ? null : refusedNumber(share, percent, 0, 100));
  return faulty ?? perform(ports, request, { card: cardId, kind: 'PROGRESS_REPORTED', content: { text, percent } });
}

/** Asks for the one extension (申请延期). */
export async function askExtension(
  ports: ActPorts,
  request: RequestContext,
  { cardId, workdays, reason }: AskExtensionInput,
): Promise<Outcome> {
  const name = { zh: '延长工作日', en: 'extension in working days' };
  const faulty = refusedNumber(name, workdays, 1, EXTENSION_WORKDAYS) ?? refusedWords('reason', reason);
  return faulty ?? perform(ports, request, { card: cardId, kind: 'EXTENSION_ASKED', reason, content: { workdays } });
}

/** Grants or refuses it (审批延期); a refusal needs its reason. */
export async function decideExtension(
  ports: ActPorts,
  request: RequestContext,
  { cardId, grant, reason = null }: DecideExtensionInput,
): Promise<Outcome> {
  const faulty = grant && reason === null ? null : refusedWords('reason', reason ?? '');
  const kind = grant ? 'EXTENSION_GRANTED' : 'EXTENSION_REFUSED';
  return faulty ?? perform(ports, request, { card: cardId, kind, reason });
}

/** Hands in the result with its evidence (报送整改结果). */
export async function reportResult(
  ports: ActPorts,
  request: RequestContext,
  { cardId, text, evidence }: ReportResultInput,
): Promise<Outcome> {
  const faulty = refusedWords('result', text, 'LONG') ?? refusedEvidence(evidence, 1);
  const content = { text, evidence: keptEvidence(evidence) };
  return faulty ?? perform(ports, request, { card: cardId, kind: 'RESULT_REPORTED', content });
}

/** Sends the result back (退回整改结果). When it was sent back often enough, the hub hands the card one tier up instead, with this reason. */
export async function sendBackResult(
  ports: ActPorts,
  request: RequestContext,
  { cardId, reason }: SendBackResultInput,
): Promise<Outcome> {
  const faulty = refusedWords('reason', reason);
  if (faulty !== null) return faulty;
  return perform(
    ports,
    request,
    { card: cardId, kind: 'RESULT_SENT_BACK', reason },
    {
      instead: ({ card, course, viewer }) => {
        if (course.sendBacks < SEND_BACKS) return null;
        const { changes, content } = handOver(card);
        return { kind: 'ESCALATED', by: 'HUB', changes, content: { ...content, sentBackBy: viewer?.id ?? null } };
      },
    },
  );
}

/** Closes a card whose result was found good (复核销号). */
export async function closeCard(
  ports: ActPorts,
  request: RequestContext,
  { cardId, conclusion }: CloseCardInput,
): Promise<Outcome> {
  const faulty = refusedWords('conclusion', conclusion);
  return faulty ?? perform(ports, request, { card: cardId, kind: 'CLOSED', reason: conclusion });
}

/** Puts on record that the result of a closed card was false (查实虚假整改). */
export async function reportFalseRectification(
  ports: ActPorts,
  request: RequestContext,
  { cardId, finding, evidence }: ReportFalseRectificationInput,
): Promise<Outcome> {
  const found = evidence ?? [];
  const faulty = refusedWords('finding', finding) ?? refusedEvidence(found, 0);
  const content = { evidence: keptEvidence(found) };
  return faulty ?? perform(ports, request, { card: cardId, kind: 'FALSE_REPORT_FOUND', reason: finding, content });
}
