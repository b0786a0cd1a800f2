import type { CardLevel } from '../../src/words.ts';
import { type Finding, findingOf, isOpen, type Model, type ModelCard, newCard, note } from './model.ts';
import { declare } from './outages.ts';
import { nameOf, PEOPLE, type Person, rolesOf, sees } from './people.ts';

/* Acts beside those on a card, as the model has them. */

const NOTHING: ReadonlySet<ModelCard> = new Set();
const DAY_MS = 86_400_000;
/** What a card by hand stands on: apart from what the rules say, and each place's apart. */
export const byHand = ({ place }: Model): string => `by-hand:${place.division}`;

/** A supervision body issues a card by hand: one matter gets one card. */
export function issueByHand(
  model: Model,
  { subject, person, level, isBad }: { subject: string; person: Person; level: CardLevel; isBad: boolean },
): { readonly name: string; readonly changed: ReadonlySet<ModelCard> } {
  const refused = atTheDoor(person) ?? (isBad ? 'CardInputRefused' : null);
  if (refused !== null) return { name: refused, changed: NOTHING };
  const { now, place } = model;
  if (!rolesOf(model, person, { tier: place.tier, body: null }).includes('BODY'))
    return { name: 'CardNotYours', changed: NOTHING };
  const of = (occurrence: string) => findingOf(model, { kind: 'work-item', name: subject }, 'WI-03', occurrence);
  if ([...of('').cards, ...of(byHand(model)).cards].some(isOpen)) return { name: 'CardAlreadyOpen', changed: NOTHING };
  const card = newCard(of(byHand(model)), {
    ...{ level, turnedAt: now, state: 'ISSUED', tier: place.tier, under: null, byTime: false },
    ...{ issuedAt: now, issuedBy: nameOf(person) },
  });
  note(card, 'ISSUED_BY_HAND', now, nameOf(person));
  return { name: 'CardPayload', changed: new Set([card]) };
}

/** The agency has seen a warning, once and while it stands. */
export function acknowledge(model: Model, { warnings }: Finding, person: Person): string {
  const refused = atTheDoor(person);
  if (refused !== null) return refused;
  const isOwn = person === 'STAFF' || person === 'CHIEF';
  if (!isOwn && person !== 'PARTNER' && !sees(model, person, null)) return 'WarningNotFound';
  if (!isOwn) return 'WarningNotYours';
  const open = warnings.find(({ state }) => state === 'ISSUED');
  if (open === undefined || open.acknowledgedBy !== null) return 'WarningTransitionRefused';
  open.acknowledgedBy = nameOf(person);
  open.entries.push({ kind: 'WARNING_ACKNOWLEDGED', at: model.now });
  return 'WarningPayload';
}

/** A supervision body declares an outage for its own place. */
export function declareBy(
  model: Model,
  person: Person,
  { from, to, source }: { from: number; to: number | null; source: string | null },
) {
  const refused = refusedDeclarer(person);
  if (refused !== null) return { name: refused, changed: NOTHING };
  const isHere = person !== 'OTHER_BANNER';
  const outage = {
    tier: isHere ? PEOPLE[person]!.tier : null,
    source,
    from,
    to: to ?? from + 31 * DAY_MS,
    excused: [],
  };
  return {
    name: 'OutagePayload',
    changed: declare(model, { ...outage, by: PEOPLE[person]!.division!, declaredAt: model.now }),
  };
}

/** The body of the same place ends the outage that was declared last; what it has excused stays so. */
export function endBy(model: Model, person: Person, at: number): string {
  // Of two that were declared at once, the one that began later.
  const last = model.outages.toSorted((a, b) => a.declaredAt - b.declaredAt || a.from - b.from).at(-1)!;
  if (refusedDeclarer(person) !== null) return refusedDeclarer(person)!;
  if (PEOPLE[person]!.division !== last.by) return 'OutageNotYours';
  if (at <= last.from || at > last.to || last.excused.some((turnedAt) => turnedAt >= at)) return 'OutageInputRefused';
  last.to = at;
  return 'OutagePayload';
}

function refusedDeclarer(person: Person): string | null {
  if (person === 'NOBODY') return 'UNAUTHENTICATED';
  return PEOPLE[person]!.role === 'SUPERVISOR' ? null : 'OutageNotYours';
}

function atTheDoor(person: Person): string | null {
  return person === 'NOBODY' ? 'UNAUTHENTICATED' : person === 'OPERATOR' ? 'FORBIDDEN' : null;
}
