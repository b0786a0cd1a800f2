import { isWithin, may, type Tier, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { appendToOutbox } from '@gnomon/store';
import type { Ports, RequestContext } from '@gnomon/subgraph-kit';
import { Book } from './book.ts';
import type { Card } from './card.ts';
import { feedEntries } from './feed-entries.ts';
import { STRONGER_DECLINED } from './reasons.ts';
import { lockLedger, writeBook } from './store/book.ts';
import { cardsForUpdate } from './store/cards-for-update.ts';
import type { CardState } from './words.ts';

/** What came of a step: the card, or a named refusal; the names are GraphQL types. */
export type Decision =
  | { readonly __typename: 'CardPayload'; readonly card: Card }
  | { readonly __typename: 'CardNotFound' | 'CardNotYours' | 'CardInputRefused'; readonly message: Bilingual }
  | { readonly __typename: 'CardTransitionRefused'; readonly message: Bilingual; readonly state: CardState };

/** A supervisor's step on a held card. */
export type Step =
  | { readonly kind: 'CONFIRM'; readonly card: string; readonly note: string | null }
  | { readonly kind: 'DECLINE'; readonly card: string; readonly reason: string };

const NOTE_LIMIT = 500;
const SHORTEST_REASON = 4;

/**
 * Confirms or declines a card that is held for confirmation. For the supervision body of the card's own level; its
 * subtree alone is not enough, because a body guides the levels below and does not act in their place (Art. 6).
 */
export async function decide(
  ports: Pick<Ports, 'database' | 'time'>,
  request: RequestContext,
  step: Step,
): Promise<Decision> {
  const faulty = checkText(step);
  if (faulty !== null) return { __typename: 'CardInputRefused', message: faulty };
  return ports.database.transaction(async (tx) => {
    await lockLedger(tx);
    const found = await cardsForUpdate(tx, step.card);
    const card = found.find(({ id }) => id === step.card);
    if (card === undefined || !isWithin(request.scope, visibleParts(card))) return notFound(step.card);
    const refused = refuse(request.viewer, card);
    if (refused !== null) return refused;
    const book = new Book({ findings: [], warnings: [], cards: found });
    const decided = apply(book, card, step, request.viewer!.id, ports.time.now());
    await writeBook(tx, book);
    await appendToOutbox(tx, feedEntries(book.changes().entries));
    return { __typename: 'CardPayload', card: decided };
  });
}

function apply(book: Book, card: Card, step: Step, by: string, at: number): Card {
  const said = { at, by, signal: null };
  if (step.kind === 'CONFIRM') {
    const reason = step.note === null ? null : { zh: step.note, en: step.note };
    return book.putCard({ ...card, state: 'ISSUED', issuedAt: at }, { ...said, kind: 'CONFIRMED', reason });
  }
  const reason = { zh: step.reason, en: step.reason };
  const closed: Card = { ...card, state: 'DECLINED', closedAt: at, closeReason: reason };
  const declined = book.putCard(closed, { ...said, kind: 'DECLINED', reason });
  const weaker = card.supersedes === null ? null : book.card(card.supersedes);
  if (weaker?.state === 'SUPERSEDED' && weaker.supersededBy === card.id) {
    const state = weaker.issuedAt === null ? 'DRAFT' : 'ISSUED';
    const again: Card = { ...weaker, state, closedAt: null, closeReason: null, supersededBy: null };
    book.putCard(again, { ...said, kind: 'REINSTATED', reason: STRONGER_DECLINED });
  }
  return declined;
}

function refuse(viewer: Viewer | null, card: Card): Decision | null {
  const tier = tierOf(card.division);
  if (!may(viewer, 'ACT_ON_CARDS') || viewer?.tier !== tier) {
    const message = {
      zh: `牌 ${card.number} 由${TIER_NAMES[tier].zh}监督主体办理，当前账户不是该级监督人员。`,
      en: `Card ${card.number} is for the supervision body of the ${TIER_NAMES[tier].en}; this account is not its staff.`,
    };
    return { __typename: 'CardNotYours', message };
  }
  if (card.state === 'DRAFT') return null;
  const message = {
    zh: `牌 ${card.number} 当前状态为 ${card.state}，只有待发（DRAFT）的牌可以确认或不予发牌。`,
    en: `Card ${card.number} is ${card.state}; only a held card (DRAFT) can be confirmed or declined.`,
  };
  return { __typename: 'CardTransitionRefused', message, state: card.state };
}

const TIER_NAMES: Readonly<Record<Tier, Bilingual>> = {
  REGION: { zh: '自治区级', en: 'region' },
  LEAGUE: { zh: '盟市级', en: 'league or city' },
  BANNER: { zh: '旗县（市、区）级', en: 'banner, county or district' },
};

function tierOf(division: string): Tier {
  if (division.length <= 2) return 'REGION';
  return division.length <= 4 ? 'LEAGUE' : 'BANNER';
}

/** What of a card its scope is tested on; see the policy `held` of the database. */
function visibleParts(card: Card) {
  const { division, agency, source } = card;
  return card.issuedAt === null ? { division, agency: null, source: null } : { division, agency, source };
}

function notFound(id: string): Decision {
  const shown = id.slice(0, 40);
  const message = {
    zh: `没有标识为 “${shown}” 的牌，或当前账户无权查看。请核对牌标识（Card.id）。`,
    en: `No card "${shown}" is visible to this account; check the card's id.`,
  };
  return { __typename: 'CardNotFound', message };
}

function checkText(step: Step): Bilingual | null {
  const value = step.kind === 'CONFIRM' ? step.note : step.reason;
  if (value === null) return null;
  const shortest = step.kind === 'CONFIRM' ? 0 : SHORTEST_REASON;
  const length = value.trim().length;
  if (length >= shortest && length <= NOTE_LIMIT && value.isWellFormed() && !value.includes('\u0000')) return null;
  const name = step.kind === 'CONFIRM' ? { zh: '备注', en: 'note' } : { zh: '理由', en: 'reason' };
  return {
    zh: `${name.zh}应为 ${shortest} 至 ${NOTE_LIMIT} 个字符，收到 ${length} 个字符。`,
    en: `The ${name.en} must have ${shortest} to ${NOTE_LIMIT} characters of text; ${length} came.`,
  };
}
