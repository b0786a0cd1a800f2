import { contestableFacts } from '@gnomon/rule-engine';
import { requirePermission } from '@gnomon/subgraph-kit';
import { type Appeal as AppealRow, appealsOf, judgingTier, readAppealId } from '../appeal/appeal.ts';
import { decisionDueAt, secondRoundUntil } from '../appeal/clocks.ts';
import { judgedReceipt } from '../appeal/counter-verdict.ts';
import type { Card } from '../card.ts';
import { receiptKey, type SupervisionContext } from '../context.ts';
import { outageById } from '../store/outages.ts';
import type { FieldsOf } from './fields-of.ts';

/** An appeal, from its card's history. */
export const Appeal = {
  levelAsClaimed: ({ claimedLevel }: AppealRow) => claimedLevel,
  asJudged: ({ card, asJudged }: AppealRow, _args: unknown, { load }: SupervisionContext) =>
    asJudged === null ? null : load.receipt.load(receiptKey(card.lane, asJudged)),
  asClaimed: ({ card, asClaimed }: AppealRow, _args: unknown, { load }: SupervisionContext) =>
    asClaimed === null ? null : load.receipt.load(receiptKey(card.lane, asClaimed)),
  outage: ({ outage }: AppealRow, _args: unknown, { ports, scope }: SupervisionContext) =>
    outage === null ? null : ports.database.asViewer(scope, (tx) => outageById(tx, outage)),
  judgedBy: ({ card, round }: AppealRow) => judgingTier(card, round),
  decisionDueAt: (appeal: AppealRow, _args: unknown, { ports }: SupervisionContext) =>
    decisionDueAt(appeal, ports.rules.current()),
  secondRoundUntil({ round, decision, card }: AppealRow, _args: unknown, { ports }: SupervisionContext) {
    if (round !== 1 || decision?.decision !== 'SUSTAIN' || card.state !== 'SUSTAINED') return null;
    return secondRoundUntil(decision.at, card.division, ports.rules.current());
  },
  __resolveReference: ({ id }: { readonly id: string }, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    return appealById(id, context);
  },
} satisfies FieldsOf<'Appeal'>;

/** What a card has by its appeals. */
export const cardAppeals = {
  appeals: async (card: Card, _args: unknown, { load }: SupervisionContext) =>
    appealsOf(card, await load.history.load(card.id)),
  async contestableFacts(card: Card, _args: unknown, { ports, scope }: SupervisionContext) {
    const judged = await ports.database.asViewer(scope, (tx) => judgedReceipt(ports.rules, tx, card));
    return judged === null ? null : contestableFacts(judged.receipt, judged.pack);
  },
};

/** An appeal that the viewer may see, by its identifier; `null` when there is none. */
export async function appealById(id: string, { load }: SupervisionContext): Promise<AppealRow | null> {
  const named = readAppealId(id);
  const card = named === null ? null : await load.card.load(named.card);
  if (card === null) return null;
  return appealsOf(card, await load.history.load(card.id)).find((appeal) => appeal.id === id) ?? null;
}
