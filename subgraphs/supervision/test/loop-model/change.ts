import { contentOf } from './attempt.ts';
import { computedFrom } from './claims.ts';
import { end, warn } from './hear.ts';
import { type Deed, LINES } from './lines.ts';
import { ENDED, type Model, type ModelCard, newCard, note } from './model.ts';
import { ABOVE, nameOf, type Person } from './people.ts';

/** What an act that goes through changes; gives the cards that changed. */
export function change(model: Model, card: ModelCard, person: Person, deed: Deed): ReadonlySet<ModelCard> {
  const { now } = model;
  const { kind } = deed;
  const by = nameOf(person);
  const changed = new Set([card]);
  if (kind === 'RESULT_SENT_BACK' && card.sendBacks >= 2) {
    handOver(card, now, 'hub');
    return changed;
  }
  if (kind === 'ESCALATED') {
    handOver(card, now, by);
    return changed;
  }
  const { to } = LINES[kind];
  if (kind === 'INCOMPLETE_PLAN') note(card, 'PLAN_SUBMITTED', now, by, contentOf(deed, card));
  note(
    card,
    kind === 'INCOMPLETE_PLAN' ? 'PLAN_RETURNED' : kind,
    now,
    kind === 'INCOMPLETE_PLAN' ? 'hub' : by,
    contentOf(deed, card),
  );
  if (to !== null && ENDED.has(to)) end(card, to, now);
  else if (to !== null) card.state = to;
  remember(model, card, by, deed);
  const other =
    kind === 'CANCELLED' || kind === 'DECLINED' ? standAgain(card, now, by) : downgraded(model, card, by, kind);
  if (other !== null) changed.add(other);
  return changed;
}

/** A card goes one tier up. */
export function handOver(card: ModelCard, at: number, by: string): void {
  card.tier = ABOVE[card.tier];
  card.wasHandedOver = true;
  card.sendBacks = 0;
  note(card, 'ESCALATED', at, by);
}

/** The weaker card stands again where it stood, when the stronger one had never been. */
export function standAgain(card: ModelCard, at: number, by: string): ModelCard | null {
  const { under } = card;
  if (under?.state !== 'SUPERSEDED' || under.over !== card) return null;
  Object.assign(under, { state: under.before!, before: null, endedAt: null, over: null });
  note(under, 'REINSTATED', at, by);
  return under;
}

function remember({ now }: Model, card: ModelCard, by: string, deed: Deed): void {
  const { kind } = deed;
  const appeal = card.appeals.at(-1);
  switch (kind) {
    case 'CONFIRMED':
      card.issuedAt = now;
      card.issuedBy = by;
      break;
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
    case 'FALSE_REPORT_FOUND':
      card.isFalse = true;
      break;
    case 'APPEALED':
      card.appeals.push({
        at: now,
        decidedAt: null,
        by: null,
        isExtended: false,
        computed: computedFrom(card, deed.claim),
      });
      break;
    case 'APPEAL_EXTENDED':
      appeal!.isExtended = true;
      break;
    case 'APPEAL_SUSTAINED':
    case 'APPEAL_REVOKED':
    case 'APPEAL_DOWNGRADED':
      appeal!.decidedAt = now;
      appeal!.by = by;
  }
}

/** Of a red card the yellow one stands, and the appeal was its answer; of a yellow one a warning, while its condition holds. */
function downgraded({ now }: Model, card: ModelCard, by: string, kind: Deed['kind']): ModelCard | null {
  if (kind !== 'APPEAL_DOWNGRADED') return null;
  const { finding } = card;
  if (card.level === 'YELLOW') {
    const isWarned = finding.warnings.some(({ state }) => state === 'ISSUED');
    if (!card.conditionEnded && !isWarned) warn(finding, card.turnedAt, now);
    return null;
  }
  const before = card.under?.before ?? null;
  const again = standAgain(card, now, by);
  if (again !== null) {
    const isAnswered = before !== null && !['DRAFT', 'ISSUED', 'SIGNED', 'APPEALED'].includes(before);
    again.issuedAt ??= now;
    if (!isAnswered) answerFor(again, now);
    return again;
  }
  const yellow = newCard(finding, {
    ...{ level: 'YELLOW', turnedAt: card.turnedAt, state: 'SIGNED', tier: card.ownTier, body: card.body, under: null },
    ...{ byTime: false, issuedAt: now, conditionEnded: card.conditionEnded },
  });
  note(yellow, 'ISSUED', now);
  answerFor(yellow, now);
  return yellow;
}

function answerFor(card: ModelCard, at: number): void {
  const appeal = card.appeals.at(-1);
  // An appeal that was running against it has nothing left to decide.
  if (appeal !== undefined) appeal.decidedAt ??= at;
  card.state = 'ACCEPTED';
  note(card, 'ACCEPTED', at);
}
