import type { ActContent } from '../../src/card.ts';
import type { CardState } from '../../src/words.ts';
import { replaced, silentFrom } from '../duties-oracle.ts';
import { change } from './change.ts';
import { computedFrom } from './claims.ts';
import { type Deed, JUDGING, LINES } from './lines.ts';
import { type Decision, type Model, type ModelCard, note } from './model.ts';
import { ABOVE, nameOf, type Person, type Role, rolesOf, sees } from './people.ts';
import { dueDay, over } from './wall.ts';

/** What comes of a try: the name of the answer, and the cards that changed when it went through. */
export interface Answer {
  readonly name: string;
  readonly changed: ReadonlySet<ModelCard>;
}

const NOTHING: ReadonlySet<ModelCard> = new Set();

/** Somebody tries something with a card, now. */
export function attempt(model: Model, card: ModelCard, person: Person, deed: Deed): Answer {
  const refused = atTheDoor(person, deed) ?? refusal(model, card, person, deed);
  if (refused !== null) return { name: refused, changed: NOTHING };
  enterSilence(model, card);
  const isAppeal = deed.kind === 'APPEALED' || JUDGING.has(deed.kind);
  return { name: isAppeal ? 'AppealPayload' : 'CardPayload', changed: change(model, card, person, deed) };
}

/** What would go through on this card, and by whom. */
export function isPossible(model: Model, card: ModelCard, person: Person, deed: Deed): boolean {
  return atTheDoor(person, deed) === null && refusal(model, card, person, deed) === null;
}

/** What looks possible to somebody who knows his part and the card's state, and nothing of what was done before. */
export function isPlausible(model: Model, card: ModelCard, person: Person, deed: Deed): boolean {
  const { by, from } = LINES[deed.kind];
  const roles = sees(model, person, card) ? rolesOf(model, person, card) : [];
  return from.includes(card.state) && by.some((role) => roles.includes(role));
}

/** An agency whose time to answer is over has accepted, from that very instant. */
export function enterSilence(model: Model, card: ModelCard): boolean {
  if (!isSilent(model, card)) return false;
  card.state = 'ACCEPTED';
  note(card, 'ACCEPTED_BY_SILENCE', silentFrom(storyParts(card)));
  return true;
}

function isSilent({ now }: Model, card: ModelCard): boolean {
  const waits = card.state === 'ISSUED' || card.state === 'SIGNED';
  return waits && !card.finding.isLoop && card.issuedAt !== null && silentFrom(storyParts(card)) <= now;
}

const storyParts = ({ level, issuedAt, entries }: ModelCard) => ({ level, issuedAt: issuedAt!, events: entries });

/** What is said before anybody looks at the card. */
function atTheDoor(person: Person, { kind, isBad }: Deed): string | null {
  if (person === 'NOBODY') return 'UNAUTHENTICATED';
  const asksViewerAlone = kind === 'CONFIRMED' || kind === 'DECLINED' || kind === 'APPEALED' || JUDGING.has(kind);
  if (person === 'OPERATOR' && !asksViewerAlone) return 'FORBIDDEN';
  return isBad ? 'CardInputRefused' : null;
}

function refusal(model: Model, card: ModelCard, person: Person, deed: Deed): string | null {
  const { by, from } = LINES[deed.kind];
  if (!sees(model, person, card)) return JUDGING.has(deed.kind) ? 'AppealNotFound' : 'CardNotFound';
  const roles = rolesOf(model, person, card);
  if (!by.some((role) => roles.includes(role))) return 'CardNotYours';
  // Claims are looked into before anything is decided.
  const isClaim = deed.kind === 'APPEALED' && deed.claim !== null && from.includes(card.state);
  if (isClaim && (card.finding.isLoop || !card.byTime)) return 'AppealFactsRefused';
  const state: CardState = isSilent(model, card) ? 'ACCEPTED' : card.state;
  if (!from.includes(state) || isBarred(card, deed)) return 'CardTransitionRefused';
  return deed.kind === 'APPEALED'
    ? refusedRound(model, card)
    : JUDGING.has(deed.kind)
      ? refusedJudge(model, card, person, roles, deed)
      : refusedContent(card, roles, deed);
}

/** What was done before bars some acts. */
function isBarred(card: ModelCard, { kind }: Deed): boolean {
  const isTop = ABOVE[card.tier] === card.tier;
  if (kind === 'PLAN_RETURNED') return card.returns >= 2;
  if (kind === 'EXTENSION_ASKED') return card.extension !== 'NONE';
  if (kind === 'EXTENSION_GRANTED' || kind === 'EXTENSION_REFUSED') return card.extension !== 'ASKED';
  if (kind === 'RESULT_SENT_BACK') return card.sendBacks >= 2 && isTop;
  if (kind === 'ESCALATED') return isTop;
  return kind === 'FALSE_REPORT_FOUND' && card.isFalse;
}

function refusedContent(card: ModelCard, roles: readonly Role[], { kind, days, isOdd }: Deed): string | null {
  const most = card.level === 'YELLOW' ? 10 : 5;
  const isWrong =
    (kind === 'PLAN_SUBMITTED' && days > most) ||
    (kind === 'INCOMPLETE_PLAN' && card.returns >= 2) ||
    (kind === 'ORDERED' && isOdd && !roles.includes('BODY_ABOVE')) ||
    (kind === 'EXEMPTED' && isOdd);
  return isWrong ? 'CardInputRefused' : null;
}

/** One appeal, and within three working days of its rejection another. */
function refusedRound({ now }: Model, { appeals }: ModelCard): string | null {
  if (appeals.length >= 2) return 'AppealRoundsUsed';
  const first = appeals[0];
  return first !== undefined && now >= over(dueDay(first.decidedAt ?? now, 3)) ? 'AppealTooLate' : null;
}

const DECISIONS: Readonly<Partial<Record<Deed['kind'], Decision>>> = {
  ...{ APPEAL_SUSTAINED: 'SUSTAIN', APPEAL_REVOKED: 'REVOKE', APPEAL_DOWNGRADED: 'DOWNGRADE' },
};

/** The first round is judged by the body that has the card, the second one tier up; never by who issued it, or decided before. */
function refusedJudge(
  model: Model,
  card: ModelCard,
  person: Person,
  roles: readonly Role[],
  { kind, isExplained }: Deed,
): string | null {
  const { length: round } = card.appeals;
  const last = card.appeals[round - 1]!;
  if (!roles.includes(round === 1 ? 'BODY' : 'BODY_ABOVE')) return 'CardNotYours';
  const name = nameOf(person);
  if (card.issuedBy === name || card.appeals.some(({ by }) => by === name)) return 'AppealJudgeExcluded';
  if (kind !== 'APPEAL_EXTENDED') {
    const departs = last.computed !== null && DECISIONS[kind] !== last.computed;
    return departs && !isExplained ? 'AppealDeviationUnexplained' : null;
  }
  const inTime = model.now < over(dueDay(last.at, 5, replaced(card.entries)));
  return card.level === 'YELLOW' && round === 1 && !last.isExtended && inTime ? null : 'AppealNotExtendable';
}

/** What is handed in with an act, as far as anything hangs on it. */
export function contentOf(deed: Deed, card: ModelCard): ActContent | null {
  if (deed.kind === 'APPEALED') return { computed: computedFrom(card, deed.claim) };
  return deed.kind === 'EXTENSION_ASKED' ? { workdays: deed.days } : planOf(deed);
}

/** A plan, whole or with two of its elements missing; `null` for what is none. */
export function planOf({ kind, days }: Deed): ActContent | null {
  if (kind === 'INCOMPLETE_PLAN') return { content: '补办超期办件' };
  if (kind !== 'PLAN_SUBMITTED') return null;
  return {
    content: '补办超期办件',
    measures: '增派人员，逐件清理',
    limitWorkdays: days,
    responsible: '政务服务科科长',
  };
}
