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

const supervisor = (id: string, tier: Tier, division: string, post: 'STAFF' | 'CHIEF' = 'STAFF') =>
  viewerOf('SUPERVISOR', { id, tier, division, post });
const agency = (id: string, post: 'STAFF' | 'CHIEF', uscc: string) => viewerOf('AGENCY', { id, post, agency: uscc });

/** Everybody who could try something: the first six rows can do something, the others cannot. */
export const PEOPLE = {
  ...{ STAFF: agency('staff-1', 'STAFF', AGENCY), CHIEF: agency('chief-1', 'CHIEF', AGENCY) },
  ...{ BANNER: supervisor('banner-1', 'BANNER', '150105'), BANNER_2: supervisor('banner-2', 'BANNER', '150105') },
  ...{ LEAGUE: supervisor('league-1', 'LEAGUE', '1501'), LEAGUE_2: supervisor('league-2', 'LEAGUE', '1501') },
  ...{ REGION: supervisor('region-1', 'REGION', '15'), REGION_2: supervisor('region-2', 'REGION', '15') },
  ...{ BANNER_CHIEF: supervisor('banner-c', 'BANNER', '150105', 'CHIEF') },
  ...{ LEAGUE_CHIEF: supervisor('league-c', 'LEAGUE', '1501', 'CHIEF') },
  ...{ REGION_CHIEF: supervisor('region-c', 'REGION', '15', 'CHIEF') },
  // Whom the region's government named to judge its own supervision body.
  ...{ SUPERIOR: viewerOf('AUDITOR', { id: 'superior-1', tier: 'REGION', division: '15', post: 'SUPERIOR' }) },
  ...{ OTHER_CHIEF: agency('chief-2', 'CHIEF', OTHER_AGENCY), AUDITOR },
  ...{ OTHER_BANNER: supervisor('banner-9', 'BANNER', '150121'), PARTNER: viewerOf('PARTNER', { agency: AGENCY }) },
  ...{ OPERATOR: viewerOf('OPERATOR'), NOBODY: null },
} as const satisfies Readonly<Record<string, Viewer | null>>;
export type Person = keyof typeof PEOPLE;
export const EVERYBODY = Object.keys(PEOPLE) as readonly Person[];
/** Those who do what is to be done with an agency's card; and with a card of the loop, which may be on a supervision body. */
export const ACTIVE = EVERYBODY.slice(0, 8);
export const ACTIVE_IN_LOOP = EVERYBODY.slice(0, 12);
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
  ...{ BANNER_CHIEF: 'BANNER', LEAGUE_CHIEF: 'LEAGUE', REGION_CHIEF: 'REGION' },
};
export const ABOVE: Readonly<Record<Tier, Tier>> = { BANNER: 'LEAGUE', LEAGUE: 'REGION', REGION: 'REGION' };

const LENGTH: Readonly<Record<Tier, number>> = { BANNER: 6, LEAGUE: 4, REGION: 2 };
/** Where a card stands: at the body that it judges, or at the agency's place. */
const placeOf = ({ place }: Model, { body }: Pick<ModelCard, 'body'>): string =>
  body === null ? place.division : place.division.slice(0, LENGTH[body]);

/** Whether somebody sees a card: people of its agency once it was issued, and whoever oversees its place. */
export function sees(model: Model, person: Person, card: ModelCard | null): boolean {
  if (person === 'STAFF' || person === 'CHIEF' || person === 'PARTNER')
    return card === null || (card.issuedAt !== null && card.body === null);
  if (person === 'AUDITOR' || person === 'SUPERIOR') return true;
  const own = person in TIER ? PEOPLE[person]!.division! : null;
  return own !== null && placeOf(model, card ?? { body: null }).startsWith(own);
}

/** What somebody is to a card that he sees: those of the body that it judges answer it, and the tier above has it. */
export function rolesOf(
  model: Model,
  person: Person,
  { tier, body }: Pick<ModelCard, 'tier' | 'body'>,
): readonly Role[] {
  if (person === 'STAFF') return ['STAFF'];
  if (person === 'CHIEF') return ['STAFF', 'CHIEF'];
  if (person === 'SUPERIOR') return body === 'REGION' ? ['BODY', 'BODY_ABOVE'] : [];
  const own = TIER[person];
  if (own === undefined || !placeOf(model, { body }).startsWith(PEOPLE[person]!.division!)) return [];
  if (own === body) return PEOPLE[person]!.post === 'CHIEF' ? ['STAFF', 'CHIEF'] : ['STAFF'];
  if (body === 'REGION') return [];
  const roles: Role[] = [];
  if (own === tier) roles.push('BODY');
  if (own === ABOVE[tier]) roles.push('BODY_ABOVE');
  return roles;
}
