import { isWithin, may, type Tier, tierAbove, tierOf, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { readDaySubject } from '../acts/supervisor-day.ts';
import type { Card, CardEvent } from '../card.ts';
import type { ActKind, FeedKind } from '../words.ts';
import { type Actor, LIFE } from './table.ts';

/** Names of the tiers as people read them. */
export const TIER_NAMES: Readonly<Record<Tier, Bilingual>> = {
  REGION: { zh: '自治区级', en: 'region' },
  LEAGUE: { zh: '盟市级', en: 'league or city' },
  BANNER: { zh: '旗县（市、区）级', en: 'banner, county or district' },
};

/** Names of the actors as people read them. */
export const ACTOR_NAMES: Readonly<Record<Actor, Bilingual>> = {
  HUB: { zh: '平台', en: 'the hub itself' },
  AGENCY: { zh: '被发牌机构（或监督主体）的工作人员', en: "staff of the card's agency or supervision body" },
  CHIEF: {
    zh: '被发牌机构的首席代表（或监督主体的负责人）',
    en: "the chief representative of the card's agency, or the chief of its supervision body",
  },
  SUPERVISOR: { zh: '承办该牌的监督主体', en: 'the supervision body that has the card' },
  SUPERVISOR_ABOVE: { zh: '上一级监督主体', en: 'the supervision body one tier above' },
};

/** The supervision body that a card judges: the division code of that body, and the account whose access is in question (XX-07). */
export interface JudgedBody {
  readonly division: string;
  readonly person: string | null;
}

/** The supervision body that the card judges (XX-06, XX-07), which answers it and does not have it; `null` for a card on an agency. */
export function judgedBody({
  rule,
  division,
  subject,
}: Pick<Card, 'rule' | 'division' | 'subject'>): JudgedBody | null {
  if (rule === 'XX-06') return { division, person: null };
  const day = rule === 'XX-07' ? readDaySubject(subject) : null;
  return day === null ? null : { division: day.division, person: day.viewer };
}

/** Whether the card judges the region's own supervision body, above which no tier stands: whom the region's government named has it. */
function isOnRegion(card: Pick<Card, 'rule' | 'division' | 'subject'>): boolean {
  const judged = judgedBody(card);
  return judged !== null && tierOf(judged.division) === 'REGION';
}

/** The tier whose supervision body has the card: to which it was handed over, else its own (Art. 5); one above for cards on supervisors. */
export function supervisingTier(card: Pick<Card, 'division' | 'rule' | 'escalatedTo' | 'subject'>): Tier {
  const judged = judgedBody(card);
  return card.escalatedTo ?? (judged === null ? tierOf(card.division) : tierAbove(tierOf(judged.division)));
}

/** Who has the card, as people read it. */
export function holderName(card: Pick<Card, 'division' | 'rule' | 'escalatedTo' | 'subject'>): Bilingual {
  if (isOnRegion(card))
    return { zh: '自治区人民政府指定人员', en: "persons whom the region's government has named (post SUPERIOR)" };
  const { zh, en } = TIER_NAMES[supervisingTier(card)];
  return { zh: `${zh}监督主体`, en: `supervision body of the ${en}` };
}

/** What the viewer is to this card; empty when nothing. */
export function actorsOf(viewer: Viewer | null, card: Card): readonly Actor[] {
  if (viewer === null) return [];
  const judged = judgedBody(card);
  // Whose access is in question does nothing about it, on neither side and in no role.
  if (judged?.person === viewer.id) return [];
  if (viewer.role === 'AGENCY' && viewer.agency === card.agency) return answering(viewer);
  const scope = { all: false, divisions: viewer.division === null ? [] : [viewer.division], agencies: [], sources: [] };
  if (!isWithin(scope, { division: card.division, agency: null, source: null })) return [];
  if (isSuperior(viewer)) return isOnRegion(card) ? ['SUPERVISOR', 'SUPERVISOR_ABOVE'] : [];
  if (!may(viewer, 'ACT_ON_CARDS')) return [];
  // A card on a supervision body is answered by that body's own people, and never judged by them.
  if (judged !== null && viewer.division === judged.division && viewer.tier === tierOf(judged.division))
    return answering(viewer);
  return isOnRegion(card) ? [] : supervising(viewer, supervisingTier(card));
}

/** The chief representative answers for an agency, and the chief of a supervision body for that body. */
function answering({ post }: Viewer): readonly Actor[] {
  return post === 'CHIEF' ? ['AGENCY', 'CHIEF'] : ['AGENCY'];
}

function supervising(viewer: Viewer, tier: Tier): readonly Actor[] {
  const actors: Actor[] = [];
  if (viewer.tier === tier) actors.push('SUPERVISOR');
  if (viewer.tier === tierAbove(tier)) actors.push('SUPERVISOR_ABOVE');
  return actors;
}

/** Named by the region's government to judge its supervision body. */
function isSuperior({ role, tier, post }: Viewer): boolean {
  return role === 'AUDITOR' && tier === 'REGION' && post === 'SUPERIOR';
}

/**
 * The other side on which a person stood before: whoever answered a card does not judge it, and whoever judged it does not answer it, even
 * when the account has changed its place meanwhile. `null` when the act is open to this person.
 */
export function otherSide(
  viewer: Viewer,
  kind: ActKind,
  history: readonly Pick<CardEvent, 'kind' | 'by'>[],
): ActKind | null {
  const side = sideOf(kind);
  const acted = history.find(
    ({ kind: done, by }) => by === viewer.id && sideOf(done) !== null && sideOf(done) !== side,
  );
  return side === null || acted === undefined ? null : (acted.kind as ActKind);
}

function sideOf(kind: FeedKind): 'ANSWERS' | 'JUDGES' | null {
  const by: readonly Actor[] = LIFE[kind as ActKind]?.by ?? [];
  if (by.includes('AGENCY') || by.includes('CHIEF')) return 'ANSWERS';
  return by.includes('SUPERVISOR') || by.includes('SUPERVISOR_ABOVE') ? 'JUDGES' : null;
}
