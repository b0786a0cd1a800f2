import { cutToTier, placeAbove, tierAbove } from '@gnomon/identity';
import type { Card, FeedPayload } from '../card.ts';
import { aboutOf } from '../feed-entries.ts';
import { supervisingTier } from '../life/actors.ts';
import type { FeedKind } from '../words.ts';
import type { Owner, Post } from './words.ts';

/** Who is told when this happens. */
interface Occasion {
  /** Posts of the agency. */
  readonly agency: readonly Post[];
  /** Its leader as well: of red cards, or of any. */
  readonly leader: 'RED' | 'ALWAYS' | 'NEVER';
  /** The supervision body that has the card, or the one above it. */
  readonly supervisors: 'OWN' | 'ABOVE' | 'NONE';
}

const NOBODY: Occasion = { agency: [], leader: 'NEVER', supervisors: 'NONE' };
const AGENCY: Occasion = { agency: ['CONTACT', 'CHIEF'], leader: 'RED', supervisors: 'NONE' };
const GRAVE: Occasion = { agency: ['CONTACT', 'CHIEF'], leader: 'ALWAYS', supervisors: 'OWN' };
const SUPERVISORS: Occasion = { agency: [], leader: 'NEVER', supervisors: 'OWN' };

/** Who is told of what. Exhaustive: a new kind of entry without a line here does not compile. */
export const OCCASIONS: Readonly<Record<FeedKind, Occasion>> = {
  // A warning asks for no answer; who does the work is told while there is time.
  WARNING_ISSUED: { agency: ['CONTACT'], leader: 'NEVER', supervisors: 'NONE' },
  WARNING_RESOLVED: NOBODY,
  WARNING_TURNED: NOBODY,
  WARNING_WITHDRAWN: { agency: ['CONTACT'], leader: 'NEVER', supervisors: 'NONE' },
  WARNING_ACKNOWLEDGED: NOBODY,
  WARNING_EXPIRED: NOBODY,
  ISSUED: AGENCY,
  HELD: SUPERVISORS,
  CONFIRMED: AGENCY,
  DECLINED: NOBODY,
  SUPERSEDED: AGENCY,
  WITHDRAWN: AGENCY,
  REINSTATED: AGENCY,
  CONDITION_ENDED: NOBODY,
  RECURRED: { agency: ['CONTACT', 'CHIEF'], leader: 'NEVER', supervisors: 'NONE' },
  LINKED: NOBODY,
  ISSUED_BY_HAND: AGENCY,
  SIGNED: NOBODY,
  ACCEPTED: NOBODY,
  ACCEPTED_BY_SILENCE: AGENCY,
  APPEALED: SUPERVISORS,
  APPEAL_SUSTAINED: AGENCY,
  APPEAL_REVOKED: AGENCY,
  APPEAL_DOWNGRADED: AGENCY,
  APPEAL_EXTENDED: AGENCY,
  PLAN_SUBMITTED: SUPERVISORS,
  PLAN_RETURNED: AGENCY,
  PLAN_APPROVED: AGENCY,
  PROGRESS_REPORTED: NOBODY,
  EXTENSION_ASKED: SUPERVISORS,
  EXTENSION_GRANTED: AGENCY,
  EXTENSION_REFUSED: AGENCY,
  RESULT_REPORTED: SUPERVISORS,
  RESULT_SENT_BACK: AGENCY,
  CLOSED: AGENCY,
  FALSE_REPORT_FOUND: { agency: ['CONTACT', 'CHIEF'], leader: 'ALWAYS', supervisors: 'ABOVE' },
  RAISED: GRAVE,
  ESCALATED: GRAVE,
  ORDERED: GRAVE,
  CANCELLED: AGENCY,
  EXEMPTED: AGENCY,
};

/** Kinds by which a card begins to bind: when nobody can be told of one, that is recorded too. */
const BEGINNINGS: ReadonlySet<FeedKind> = new Set(['ISSUED', 'CONFIRMED', 'ISSUED_BY_HAND', 'REINSTATED']);

/** A list of recipients, and whom on it an entry concerns. */
export interface Addressee extends Owner {
  readonly posts: readonly Post[];
  /** Whether it is to be recorded when there is nobody on the list. */
  readonly mustBeTold: boolean;
}

/** Whose people are told of an entry of the feed. Of a card that was never issued its agency is told nothing. */
export function addresseesOf(payload: FeedPayload): readonly Addressee[] {
  const { agency, division } = aboutOf(payload);
  const { card, kind } = payload;
  const occasion = OCCASIONS[kind];
  const found: Addressee[] = [];
  const isHidden = card !== null && card.issuedAt === null;
  const leader = occasion.leader === 'ALWAYS' || (occasion.leader === 'RED' && card?.level === 'RED');
  const posts: readonly Post[] = leader ? [...occasion.agency, 'LEADER'] : occasion.agency;
  if (posts.length > 0 && !isHidden)
    found.push({ owner: agency, agency, division, posts, mustBeTold: BEGINNINGS.has(kind) });
  if (card !== null && occasion.supervisors !== 'NONE') {
    const body = bodyOf(card, occasion.supervisors);
    found.push({ owner: body, agency: null, division: body, posts: ['SUPERVISOR'], mustBeTold: false });
  }
  // Five of a kind are a notice to the tier above (XX-04), whether or not there is a card to be handed over.
  if (isNoticeAbove(payload)) {
    const above = placeAbove(division);
    found.push({ owner: above, agency: null, division: above, posts: ['SUPERVISOR'], mustBeTold: false });
  }
  return found;
}

function isNoticeAbove({ kind, warning }: FeedPayload): boolean {
  return kind === 'WARNING_ISSUED' && warning?.rule === 'XX-04' && warning.occurrence === 'NOTICE';
}

/** Division code of the supervision body that has the card, or of the one above it. */
function bodyOf(card: Card, which: 'OWN' | 'ABOVE'): string {
  const tier = supervisingTier(card);
  return cutToTier(card.division, which === 'OWN' ? tier : tierAbove(tier));
}
