import type { ActKind, CardState } from '../../src/words.ts';
import type { ClaimName } from './claims.ts';
import type { Role } from './people.ts';

/** What people can try with a card; an incomplete plan is a try of its own. */
export type Try = Exclude<ActKind, 'ISSUED_BY_HAND' | 'ACCEPTED_BY_SILENCE' | 'RAISED'> | 'INCOMPLETE_PLAN';

/** Something that somebody tries, with what he hands in. */
export interface Deed {
  readonly kind: Try;
  /** Working days of a plan or an extension. */
  readonly days: number;
  /** What is handed in is no good in itself. */
  readonly isBad: boolean;
  /** What is handed in does not fit this card: an exemption for other days, an order for the body itself. */
  readonly isOdd: boolean;
  /** What an appeal claims of the clock that ran out; `null` for one that contests no fact. */
  readonly claim: ClaimName | null;
  /** A decision says why it departs from what the claims come to. */
  readonly isExplained: boolean;
}

interface Line {
  readonly by: readonly Role[];
  readonly from: readonly CardState[];
  readonly to: CardState | null;
}

const OPEN: readonly CardState[] = [
  'ISSUED',
  'SIGNED',
  'ACCEPTED',
  'APPEALED',
  'SUSTAINED',
  'PLANNED',
  'RECTIFYING',
  'RESULT_IN',
];
const JUDGES: readonly Role[] = ['BODY', 'BODY_ABOVE'];

/** Who may do what from where, and where it leads: the table of the dossier, for the model alone. */
export const LINES: Readonly<Record<Try, Line>> = {
  CONFIRMED: { by: ['BODY'], from: ['DRAFT'], to: 'ISSUED' },
  DECLINED: { by: ['BODY'], from: ['DRAFT'], to: 'DECLINED' },
  SIGNED: { by: ['STAFF'], from: ['ISSUED'], to: 'SIGNED' },
  ACCEPTED: { by: ['CHIEF'], from: ['SIGNED'], to: 'ACCEPTED' },
  APPEALED: { by: ['CHIEF'], from: ['SIGNED', 'SUSTAINED'], to: 'APPEALED' },
  APPEAL_EXTENDED: { by: JUDGES, from: ['APPEALED'], to: null },
  APPEAL_SUSTAINED: { by: JUDGES, from: ['APPEALED'], to: 'SUSTAINED' },
  APPEAL_REVOKED: { by: JUDGES, from: ['APPEALED'], to: 'REVOKED' },
  APPEAL_DOWNGRADED: { by: JUDGES, from: ['APPEALED'], to: 'DOWNGRADED' },
  PLAN_SUBMITTED: { by: ['CHIEF'], from: ['ACCEPTED', 'SUSTAINED'], to: 'PLANNED' },
  INCOMPLETE_PLAN: { by: ['CHIEF'], from: ['ACCEPTED', 'SUSTAINED'], to: 'ACCEPTED' },
  PLAN_RETURNED: { by: ['BODY'], from: ['PLANNED'], to: 'ACCEPTED' },
  PLAN_APPROVED: { by: ['BODY'], from: ['PLANNED'], to: 'RECTIFYING' },
  PROGRESS_REPORTED: { by: ['STAFF'], from: ['RECTIFYING'], to: null },
  EXTENSION_ASKED: { by: ['CHIEF'], from: ['RECTIFYING'], to: null },
  EXTENSION_GRANTED: { by: ['BODY'], from: ['RECTIFYING'], to: null },
  EXTENSION_REFUSED: { by: ['BODY'], from: ['RECTIFYING'], to: null },
  RESULT_REPORTED: { by: ['CHIEF'], from: ['RECTIFYING'], to: 'RESULT_IN' },
  RESULT_SENT_BACK: { by: ['BODY'], from: ['RESULT_IN'], to: 'RECTIFYING' },
  CLOSED: { by: ['BODY'], from: ['RESULT_IN'], to: 'CLOSED' },
  FALSE_REPORT_FOUND: { by: JUDGES, from: ['CLOSED'], to: null },
  ESCALATED: { by: ['BODY_ABOVE'], from: ['DRAFT', ...OPEN], to: null },
  ORDERED: { by: JUDGES, from: OPEN, to: null },
  CANCELLED: { by: ['BODY'], from: OPEN, to: 'CANCELLED' },
  EXEMPTED: { by: ['BODY'], from: ['DRAFT', ...OPEN], to: 'EXEMPTED' },
};

/** Everything that can be tried. */
export const TRIES = Object.keys(LINES) as readonly Try[];
/** What is not of the life alone but of an appeal: it has refusals of its own. */
export const JUDGING: ReadonlySet<Try> = new Set<Try>([
  'APPEAL_EXTENDED',
  'APPEAL_SUSTAINED',
  'APPEAL_REVOKED',
  'APPEAL_DOWNGRADED',
]);
