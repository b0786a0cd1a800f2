import type { Tier } from '@gnomon/identity';
import type { ActKind, CardLevel, CardState } from '../src/words.ts';
import type { Person } from './life-world.ts';

/*
 * The naive model of a card's life, said once more without tables of the code: plain objects that are changed in place, one `switch`, no
 * history, no folding. What it says must come true in the database, step by step.
 */

/** What people can try in the model; an incomplete plan is a try of its own. */
export type Try =
  | Exclude<ActKind, 'CONFIRMED' | 'DECLINED' | 'ISSUED_BY_HAND' | 'ACCEPTED_BY_SILENCE' | 'RAISED'>
  | 'INCOMPLETE_PLAN';

/** A card as the model has it. */
export interface ModelCard {
  state: CardState;
  readonly level: CardLevel;
  ended: boolean;
  tier: Tier;
  before: CardState | null;
  readonly under: ModelCard | null;
  returns: number;
  extension: 'NONE' | 'ASKED' | 'DECIDED';
  sendBacks: number;
  isFalse: boolean;
}

/** A subject: what its domain says of it, and the cards that arose, oldest first. */
export interface ModelSubject {
  level: 'NONE' | CardLevel;
  readonly cards: ModelCard[];
}

const ENDED = new Set<CardState>([
  'CLOSED',
  'REVOKED',
  'DOWNGRADED',
  'EXEMPTED',
  'CANCELLED',
  'SUPERSEDED',
  'WITHDRAWN',
]);
const RANK = { NONE: 0, YELLOW: 1, RED: 2 } as const;
const ABOVE: Readonly<Record<Tier, Tier>> = { BANNER: 'LEAGUE', LEAGUE: 'REGION', REGION: 'REGION' };
const BODY: Readonly<Record<Tier, Person>> = { BANNER: 'SAIHAN', LEAGUE: 'HOHHOT', REGION: 'REGION' };

/** What the domain says next; `isCorrection`: that it had never been higher. */
export function hear(subject: ModelSubject, to: ModelSubject['level'], isCorrection: boolean): void {
  const from = subject.level;
  if (to === from) return;
  subject.level = to;
  const card = spokenOf(subject);
  if (RANK[to] > RANK[from]) rise(subject, to as CardLevel);
  else if (isCorrection) {
    // What the domain says stood is disproved, with all that stood under it; a closed yellow card that still holds was right.
    // Of a card whose condition ended before, a correction of a lower level says nothing.
    const speaks = card !== null && (!card.ended || RANK[from] >= RANK[card.level]);
    if (speaks && RANK[to] < RANK[card.level]) withdraw(card, to);
    if (to !== 'NONE') rise(subject, to);
  } else if (card !== null && RANK[to] < RANK[card.level]) card.ended = true;
}

function rise(subject: ModelSubject, to: CardLevel): void {
  const card = spokenOf(subject);
  const open = card !== null && !ENDED.has(card.state);
  if (card !== null && RANK[card.level] >= RANK[to]) {
    if (card.level === to) card.ended = false;
    else card.ended = true;
    return;
  }
  if (card !== null && open) {
    card.before = card.state;
    card.state = 'SUPERSEDED';
  }
  subject.cards.push({
    ...{ state: 'ISSUED', level: to, ended: false, tier: 'BANNER', before: null, under: card },
    ...{ returns: 0, extension: 'NONE', sendBacks: 0, isFalse: false },
  });
}

/** The open card, or the last that counts when it was closed while its condition held. */
function spokenOf({ cards }: ModelSubject): ModelCard | null {
  const open = cards.find(({ state }) => !ENDED.has(state));
  if (open !== undefined) return open;
  const last = cards.findLast(({ state }) => state !== 'WITHDRAWN');
  return last?.state === 'CLOSED' && !last.ended ? last : null;
}

function withdraw(card: ModelCard, to: ModelSubject['level']): void {
  card.state = 'WITHDRAWN';
  card.before = null;
  const { under } = card;
  if (under === null) return;
  if (under.state === 'SUPERSEDED' || (under.state === 'CLOSED' && under.level !== to)) withdraw(under, to);
}

/** What comes of a try: the name of the answer; the card is changed when it goes through. */
export function attempt(card: ModelCard, person: Person, kind: Try): string {
  const line = LINES[kind];
  const actors = actorsOf(card, person);
  if (actors === null) return 'CardNotFound';
  if (!line.by.some((actor) => actors.includes(actor))) return 'CardNotYours';
  if (!line.from.includes(card.state) || isBarred(card, kind)) return 'CardTransitionRefused';
  if (kind === 'INCOMPLETE_PLAN' && card.returns >= 2) return 'CardInputRefused';
  change(card, kind, line.to);
  return 'CardPayload';
}

type ModelActor = 'STAFF' | 'CHIEF' | 'BODY' | 'BODY_ABOVE';

function actorsOf(card: ModelCard, person: Person): readonly ModelActor[] | null {
  if (person === 'OTHER_CHIEF') return null;
  if (person === 'STAFF') return ['STAFF'];
  if (person === 'CHIEF') return ['STAFF', 'CHIEF'];
  const actors: ModelActor[] = [];
  if (BODY[card.tier] === person) actors.push('BODY');
  if (BODY[ABOVE[card.tier]] === person) actors.push('BODY_ABOVE');
  return actors;
}

function isBarred(card: ModelCard, kind: Try): boolean {
  const isTop = card.tier === 'REGION';
  if (kind === 'PLAN_RETURNED') return card.returns >= 2;
  if (kind === 'EXTENSION_ASKED') return card.extension !== 'NONE';
  if (kind === 'EXTENSION_GRANTED' || kind === 'EXTENSION_REFUSED') return card.extension !== 'ASKED';
  if (kind === 'RESULT_SENT_BACK') return card.sendBacks >= 2 && isTop;
  if (kind === 'ESCALATED') return isTop;
  return kind === 'FALSE_REPORT_FOUND' && card.isFalse;
}

function change(card: ModelCard, kind: Try, to: CardState | null): void {
  const isThird = kind === 'RESULT_SENT_BACK' && card.sendBacks >= 2;
  if (to !== null && !isThird) card.state = to;
  switch (isThird ? 'ESCALATED' : kind) {
    case 'PLAN_RETURNED':
    case 'INCOMPLETE_PLAN':
      card.returns += 1;
      break;
    case 'EXTENSION_ASKED':
      card.extension = 'ASKED';
      break;
    case 'EXTENSION_GRANTED':
    case 'EXTENSION_REFUSED':
      card.extension = 'DECIDED';
      break;
    case 'RESULT_SENT_BACK':
      card.sendBacks += 1;
      break;
    case 'ESCALATED':
      card.tier = ABOVE[card.tier];
      card.sendBacks = 0;
      break;
    case 'FALSE_REPORT_FOUND':
      card.isFalse = true;
      break;
    case 'CANCELLED':
      if (card.under?.state === 'SUPERSEDED') {
        card.under.state = card.under.before!;
        card.under.before = null;
      }
  }
}

interface Line {
  readonly by: readonly ModelActor[];
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
const JUDGES: readonly ModelActor[] = ['BODY', 'BODY_ABOVE'];
const LINES: Readonly<Record<Try, Line>> = {
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
  ESCALATED: { by: ['BODY_ABOVE'], from: OPEN, to: null },
  ORDERED: { by: JUDGES, from: OPEN, to: null },
  CANCELLED: { by: ['BODY'], from: OPEN, to: 'CANCELLED' },
  EXEMPTED: { by: ['BODY'], from: OPEN, to: 'EXEMPTED' },
};

/** What would go through on this card, and by whom. */
export function possible(card: ModelCard): readonly (readonly [Person, Try])[] {
  const people: readonly Person[] = ['STAFF', 'CHIEF', 'SAIHAN', 'HOHHOT', 'REGION'];
  return people.flatMap((person) =>
    TRIES.filter((kind) => attempt({ ...card, under: null }, person, kind) === 'CardPayload').map(
      (kind) => [person, kind] as const,
    ),
  );
}

/** Everything that can be tried. */
export const TRIES = Object.keys(LINES) as readonly Try[];
