import { isWithin, may, TIERS, type Tier, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { Card } from '../card.ts';
import type { Actor } from './table.ts';

/** Names of the tiers as people read them. */
export const TIER_NAMES: Readonly<Record<Tier, Bilingual>> = {
  REGION: { zh: '自治区级', en: 'region' },
  LEAGUE: { zh: '盟市级', en: 'league or city' },
  BANNER: { zh: '旗县（市、区）级', en: 'banner, county or district' },
};

/** Names of the actors as people read them. */
export const ACTOR_NAMES: Readonly<Record<Actor, Bilingual>> = {
  HUB: { zh: '平台', en: 'the hub itself' },
  AGENCY: { zh: '被发牌机构的工作人员', en: "staff of the card's agency" },
  CHIEF: { zh: '被发牌机构的首席代表', en: "the chief representative of the card's agency" },
  SUPERVISOR: { zh: '承办该牌的监督主体', en: 'the supervision body that has the card' },
  SUPERVISOR_ABOVE: { zh: '上一级监督主体', en: 'the supervision body one tier above' },
};

/** Rules that judge a supervision body itself: the tier above has their cards (Art. 5, 8). A card of XX-07 stands in that tier's place already. */
const ON_SUPERVISORS = new Set(['XX-06']);

/** The tier of a place: the region's own, a league's or a banner's (and everything below it). */
export function tierOf(division: string): Tier {
  if (division.length <= 2) return 'REGION';
  return division.length <= 4 ? 'LEAGUE' : 'BANNER';
}

/** One tier up; the region has none above. */
export function tierAbove(tier: Tier): Tier {
  return TIERS[Math.max(0, TIERS.indexOf(tier) - 1)]!;
}

/** The tier whose supervision body has the card: to which it was handed over, else its own (Art. 5); one above for cards on supervisors. */
export function supervisingTier(card: Pick<Card, 'division' | 'rule' | 'escalatedTo'>): Tier {
  const own = tierOf(card.division);
  return card.escalatedTo ?? (ON_SUPERVISORS.has(card.rule) ? tierAbove(own) : own);
}

/** What the viewer is to this card; empty when nothing. */
export function actorsOf(viewer: Viewer | null, card: Card): readonly Actor[] {
  if (viewer === null) return [];
  const { division, agency } = card;
  if (viewer.role === 'AGENCY' && viewer.agency === agency)
    return viewer.post === 'CHIEF' ? ['AGENCY', 'CHIEF'] : ['AGENCY'];
  const scope = { all: false, divisions: viewer.division === null ? [] : [viewer.division], agencies: [], sources: [] };
  if (!may(viewer, 'ACT_ON_CARDS') || !isWithin(scope, { division, agency: null, source: null })) return [];
  const tier = supervisingTier(card);
  // A card on a supervision body is answered by that body's own people.
  const isJudged = ON_SUPERVISORS.has(card.rule) && viewer.division === division && viewer.tier === tierOf(division);
  const actors: Actor[] = isJudged ? ['AGENCY', 'CHIEF'] : [];
  if (viewer.tier === tier) actors.push('SUPERVISOR');
  if (viewer.tier === tierAbove(tier)) actors.push('SUPERVISOR_ABOVE');
  return actors;
}
