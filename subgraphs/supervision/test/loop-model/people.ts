import { makeCreditCode } from '@gnomon/identifiers';
import type { Tier, Viewer } from '@gnomon/identity';
import { AUDITOR, viewerOf } from '../world.ts';
import type { Model, ModelCard } from './model.ts';

/** The agency of the walk, another one, and the supervision bodies that the registry has published. */
export const AGENCY = makeCreditCode('11150105MB0000701');
const OTHER_AGENCY = makeCreditCode('11150105MB0000702');
export const BODIES: readonly (readonly [uscc: string, division: string])[] = [
  [makeCreditCode('11150105MB0000711'), '150105'],
  [makeCreditCode('11150100MB0000712'), '1501'],
  [makeCreditCode('11150000MB0000713'), '15'],
];

const supervisor = (id: string, tier: Tier, division: string) => viewerOf('SUPERVISOR', { id, tier, division });
const agency = (id: string, post: 'STAFF' | 'CHIEF', uscc: string) => viewerOf('AGENCY', { id, post, agency: uscc });

/** Everybody who could try something: the first three rows can do something, the others cannot. */
export const PEOPLE = {
  ...{ STAFF: agency('staff-1', 'STAFF', AGENCY), CHIEF: agency('chief-1', 'CHIEF', AGENCY) },
  ...{ BANNER: supervisor('banner-1', 'BANNER', '150105'), BANNER_2: supervisor('banner-2', 'BANNER', '150105') },
  ...{ LEAGUE: supervisor('league-1', 'LEAGUE', '1501'), LEAGUE_2: supervisor('league-2', 'LEAGUE', '1501') },
  ...{ REGION: supervisor('region-1', 'REGION', '15'), REGION_2: supervisor('region-2', 'REGION', '15') },
  ...{ OTHER_CHIEF: agency('chief-2', 'CHIEF', OTHER_AGENCY), AUDITOR },
  ...{ OTHER_BANNER: supervisor('banner-9', 'BANNER', '150121'), PARTNER: viewerOf('PARTNER', { agency: AGENCY }) },
  ...{ OPERATOR: viewerOf('OPERATOR'), NOBODY: null },
} as const satisfies Readonly<Record<string, Viewer | null>>;
export type Person = keyof typeof PEOPLE;
export const EVERYBODY = Object.keys(PEOPLE) as readonly Person[];
/** Those who do what is to be done. */
export const ACTIVE = EVERYBODY.slice(0, 8);
export const nameOf = (person: Person): string => PEOPLE[person]?.id ?? '';

/** What somebody is to a card. */
export type Role = 'STAFF' | 'CHIEF' | 'BODY' | 'BODY_ABOVE';
const TIER: Readonly<Partial<Record<Person, Tier>>> = {
  ...{
    BANNER: 'BANNER',
    BANNER_2: 'BANNER',
    LEAGUE: 'LEAGUE',
    LEAGUE_2: 'LEAGUE',
    REGION: 'REGION',
    REGION_2: 'REGION',
  },
};
export const ABOVE: Readonly<Record<Tier, Tier>> = { BANNER: 'LEAGUE', LEAGUE: 'REGION', REGION: 'REGION' };

/** Whether somebody sees a card: people of its agency once it was issued, and whoever oversees its place. */
export function sees({ place }: Model, person: Person, card: ModelCard | null): boolean {
  if (person === 'STAFF' || person === 'CHIEF' || person === 'PARTNER') return card === null || card.issuedAt !== null;
  if (person === 'AUDITOR') return true;
  const own = person in TIER ? PEOPLE[person]!.division! : null;
  return own !== null && place.division.startsWith(own);
}

/** What somebody is to a card that he sees. */
export function rolesOf(model: Model, person: Person, tier: Tier): readonly Role[] {
  if (person === 'STAFF') return ['STAFF'];
  if (person === 'CHIEF') return ['STAFF', 'CHIEF'];
  const own = TIER[person];
  if (own === undefined || !sees(model, person, null)) return [];
  const roles: Role[] = [];
  if (own === tier) roles.push('BODY');
  if (own === ABOVE[tier]) roles.push('BODY_ABOVE');
  return roles;
}
