import { type Account, bodyPlace, cutToTier, placeAbove, type Tier, tierOf, type Viewer } from '@gnomon/identity';

/** What of a card decides who acts on it. */
export interface PlayedCard {
  readonly id: string;
  readonly state: string;
  readonly level: string;
  readonly escalatedTo: Tier | null;
  readonly indicator: { readonly id: string };
  readonly agency: { readonly uscc: string } | null;
  readonly division: { readonly code: string };
}

/** Who acts on a card in the demonstration: its agency's people, and two of the supervision body that has it. */
export interface CardCast {
  readonly staff: Viewer;
  readonly chief: Viewer;
  readonly supervisor: Viewer;
  /** Judges appeals: never who issued the card. */
  readonly judge: Viewer;
}

/** The people of the demonstration, by where they work: the named accounts where there are any, colleagues without a name of their own elsewhere. */
export interface People {
  ofCard(card: PlayedCard): CardCast | null;
  /** The supervision body of the tier of a place, and the chief representative of an agency: for reports. */
  bodyOf(division: string): Viewer;
  chiefOf(uscc: string): Viewer;
}

/** @param accounts the named accounts; whoever is missing among them is made up, and speaks in this process only */
export function createPeople(accounts: readonly Account[]): People {
  const find = (like: Partial<Account>, made: string): Viewer => {
    const named = accounts.find((one) => KEYS.every((key) => (one[key] ?? null) === (like[key] ?? null)));
    const id = named?.id ?? made;
    return {
      ...BASE,
      id,
      name: named?.name ?? { zh: '演示人员', en: 'Somebody of the demonstration' },
      ...like,
    } as Viewer;
  };
  const agency = (uscc: string, post: 'CHIEF' | 'STAFF') =>
    find({ role: 'AGENCY', agency: uscc, post }, `${post.toLowerCase()}-${uscc}`);
  const body = (division: string, post?: 'CHIEF') =>
    find(
      { role: 'SUPERVISOR', tier: tierOf(division), division, ...(post === undefined ? {} : { post }) },
      `supervisor-${division}`,
    );
  const second = (first: Viewer): Viewer => ({ ...first, id: `${first.id}-2` });
  const ofBody = (judged: string): CardCast => {
    const tier = tierOf(judged);
    const above =
      tier === 'REGION'
        ? find({ role: 'AUDITOR', tier, division: judged, post: 'SUPERIOR' }, 'superior')
        : body(placeAbove(judged));
    return { staff: body(judged), chief: body(judged, 'CHIEF'), supervisor: above, judge: second(above) };
  };
  return {
    ofCard(card) {
      const { agency: of, division, escalatedTo, indicator } = card;
      if (indicator.id === 'XX-06') return ofBody(division.code);
      // A finding about a person is for people to look at.
      if (of === null || indicator.id === 'XX-07') return null;
      const supervisor = body(cutToTier(division.code, escalatedTo ?? tierOf(division.code)));
      const judge = second(supervisor);
      return { staff: agency(of.uscc, 'STAFF'), chief: agency(of.uscc, 'CHIEF'), supervisor, judge };
    },
    bodyOf: (division) => body(bodyPlace(division)),
    chiefOf: (uscc) => agency(uscc, 'CHIEF'),
  };
}

const KEYS = ['role', 'tier', 'division', 'agency', 'post'] as const;
const BASE = {
  ...{ tier: null, agency: null, division: null, sources: [], purpose: null },
  expiresAt: Number.MAX_SAFE_INTEGER,
} as const;
