import { TIERS, type Tier } from './types.ts';

/** Length of a division code by the tier of its supervision body. */
const CODE_LENGTHS: Readonly<Record<Tier, number>> = { REGION: 2, LEAGUE: 4, BANNER: 6 };

/** The tier of a place: the region's own, a league's or a banner's (and everything below it). */
export function tierOf(division: string): Tier {
  if (division.length <= CODE_LENGTHS.REGION) return 'REGION';
  return division.length <= CODE_LENGTHS.LEAGUE ? 'LEAGUE' : 'BANNER';
}

/** One tier up; the region has none above, and is its own. */
export function tierAbove(tier: Tier): Tier {
  return TIERS[Math.max(0, TIERS.indexOf(tier) - 1)]!;
}

/** The place of this tier in which a place lies: `150121100` at the tier of leagues is `1501`. A place above that tier stays as it is. */
export function cutToTier(division: string, tier: Tier): string {
  return division.slice(0, CODE_LENGTHS[tier]);
}

/** The place whose supervision body is a place's own: a town's is its banner. */
export function bodyPlace(division: string): string {
  return cutToTier(division, tierOf(division));
}

/** The place one tier up: a banner's, and a town's, is its league; a league's, and the region's, is the region. */
export function placeAbove(division: string): string {
  return cutToTier(division, tierAbove(tierOf(division)));
}
