import type { Ports, RequestContext } from '@gnomon/subgraph-kit';
import type { ActContent, Card } from '../card.ts';
import { laneWithin } from '../lane.ts';
import { actorsOf } from '../life/actors.ts';
import { type OpenAct, refusedInput } from '../life/perform.ts';
import { LIFE } from '../life/table.ts';
import { cards } from '../store/columns.ts';
import { outageById } from '../store/outages.ts';
import { readByKey } from '../store/pages.ts';
import { keepReceipts, type StoredReceipt } from '../store/receipts.ts';
import type { CardState } from '../words.ts';
import { type AppealContent, appealId, type ContestedFact, decisionFrom } from './appeal.ts';
import { secondRoundUntil } from './clocks.ts';
import { type CounterVerdict, counterVerdict, type JudgedReceipt, judgedReceipt } from './counter-verdict.ts';
import { type AppealOutcome, performAppeal } from './perform-appeal.ts';
import { type AppealInput, refusedAppeal } from './raise-input.ts';
import { type AppealRefusal, factsRefused, refuse } from './refusals.ts';

/** An appeal ready to be put on record: what its entry says, and the receipt to be kept with it. */
interface Prepared {
  readonly content: AppealContent;
  readonly claimed: StoredReceipt | null;
}

/**
 * Raises an appeal (申诉, Art. 9): the verdict under the claimed facts is computed here and now, and both verdicts are kept with the appeal. The
 * computing is done before the ledger is locked; what it rests on, a card's receipt, never changes.
 */
export async function raiseAppeal(ports: Ports, request: RequestContext, input: AppealInput): Promise<AppealOutcome> {
  const faulty = refusedAppeal(input);
  if (faulty !== null) return faulty;
  const card = await visibleCard(ports, request, input.card);
  const prepared = card !== null && isOpenTo(request, card) ? await prepare(ports, request, card, input) : null;
  if (prepared !== null && '__typename' in prepared) return prepared;
  const content = prepared?.content ?? null;
  return performAppeal(
    ports,
    request,
    { card: input.card, kind: 'APPEALED', content: content as ActContent | null },
    {
      check: async (open) => refusedRound(open, content, ports),
      also: async ({ tx }) => {
        if (prepared?.claimed) await keepReceipts(tx, [prepared.claimed]);
      },
    },
  );
}

async function visibleCard(ports: Ports, { scope }: RequestContext, id: string): Promise<Card | null> {
  const lane = laneWithin(id);
  if (lane === null) return null;
  const [card] = await ports.database.asViewer(scope, (tx) => readByKey(tx, cards, [{ lane, id }]));
  return card ?? null;
}

/** Whether it is worth computing; who may act and when is decided under the lock. */
function isOpenTo({ viewer }: RequestContext, card: Card): boolean {
  const { by, from } = LIFE.APPEALED;
  const actors = actorsOf(viewer, card);
  return by.some((actor) => actors.includes(actor)) && (from as readonly CardState[]).includes(card.state);
}

async function prepare(
  ports: Ports,
  { scope }: RequestContext,
  card: Card,
  input: AppealInput,
): Promise<Prepared | AppealRefusal> {
  const { judged, outage } = await ports.database.asViewer(scope, async (tx) => ({
    judged: await judgedReceipt(ports.rules, tx, card),
    outage: input.outage === null ? null : await outageById(tx, input.outage),
  }));
  if (input.outage !== null && outage === null)
    return refusedInput({
      zh: `没有标识为 “${input.outage.slice(0, 50).toWellFormed()}” 的停机公告；请查询 outages。`,
      en: `There is no declared outage "${input.outage.slice(0, 50).toWellFormed()}"; ask for outages.`,
    });
  const unsupported = refusedGrounds(input, judged);
  if (unsupported !== null) return unsupported;
  if (judged === null || input.contested.length === 0) return put(card, input, judged, null);
  const verdict = counterVerdict(judged, input.contested, card);
  return 'refused' in verdict ? factsRefused(verdict.refused, verdict.facts) : put(card, input, judged, verdict);
}

/** Facts can be contested only where there is a receipt; and grounds that speak of facts name them. */
function refusedGrounds({ grounds, contested }: AppealInput, judged: JudgedReceipt | null): AppealRefusal | null {
  if (judged === null && contested.length > 0)
    return {
      ...refuse(
        'AppealFactsRefused',
        '本牌没有可重算的卡证（人工发出，或所依规则未在此存档），无法列争议事实；请以陈述和佐证申诉。',
        'This card has no receipt that can be computed again (it was issued by hand, or its rules were never in force here), so no fact can be contested; appeal by statement and evidence.',
      ),
      facts: [],
    };
  const aboutFacts = grounds.some((ground) => ground === 'WRONG_DATA' || ground === 'CLOCK_ERROR');
  if (judged === null || contested.length > 0 || !aboutFacts) return null;
  return refusedInput({
    zh: '以数据错误或计时错误为由申诉，须列明争议事实和主张值（contested）；可列事实见 Card.contestableFacts。',
    en: 'An appeal for wrong data or a wrong clock names the contested facts with the values claimed (contested); see Card.contestableFacts.',
  });
}

function put(
  card: Card,
  input: AppealInput,
  judged: JudgedReceipt | null,
  verdict: Extract<CounterVerdict, { readonly receipt: unknown }> | null,
): Prepared {
  const round = card.state === 'SIGNED' ? 1 : 2;
  const replaced = verdict?.receipt.counterfactual?.replaced ?? [];
  const contested = replaced.map(
    ({ path, judged: before, claimed }, index): ContestedFact => ({
      path,
      judged: before as ContestedFact['judged'],
      claimed,
      evidence: kept(input.contested[index]!.evidence),
    }),
  );
  const claimedLevel = verdict?.receipt.level ?? null;
  const content: AppealContent = {
    ...{ appeal: appealId(card.id, round), number: `SS-${card.number.slice(3)}-${round}`, round },
    ...{ grounds: [...new Set(input.grounds)], statement: input.statement.trim() },
    ...{ document: input.document, outage: input.outage, contested, evidence: input.evidence.map(kept) },
    ...{ asJudged: judged?.hash ?? null, asClaimed: verdict?.stored.hash ?? null, claimedLevel },
    computed: claimedLevel === null ? null : decisionFrom(card.level, claimedLevel),
  };
  return { content, claimed: verdict?.stored ?? null };
}

function kept({ name, sha256 }: AppealInput['evidence'][number]) {
  return { name: name.trim(), sha256: sha256.toLowerCase() };
}

/**
 * The first round while the card waits for its answer (after its limit the card stands accepted, and the table of life refuses), the second within
 * its days after the first decision; there is no third.
 */
function refusedRound(
  { card, course, at }: OpenAct,
  content: AppealContent | null,
  ports: Ports,
): AppealRefusal | null {
  const round = course.appeals.length + 1;
  if (round > 2)
    return refuse(
      'AppealRoundsUsed',
      `牌 ${card.number} 已经过申诉和复核两轮，决定为终局，请提交整改方案。`,
      `Card ${card.number} has been through both rounds, the decision is final; hand in a rectification plan.`,
    );
  if (content === null || content.round !== round)
    return {
      ...refuse(
        'CardTransitionRefused',
        `牌 ${card.number} 的状态在办理期间发生变化，现为 ${card.state}；请重新查看后再提交。`,
        `Card ${card.number} changed meanwhile and is ${card.state}; look at it again before you go on.`,
      ),
      state: card.state,
    };
  if (round === 1) return null;
  const endedAt = secondRoundUntil(course.appeals[0]!.decidedAt ?? at, card.division, ports.rules.current());
  if (endedAt === null || at < endedAt) return null;
  const until = new Date(endedAt).toISOString();
  return {
    ...refuse(
      'AppealTooLate',
      `牌 ${card.number} 的复核申请期限已于 ${until} 届满。`,
      `The time to ask for a second round for card ${card.number} was over at ${until}.`,
    ),
    endedAt,
  };
}
