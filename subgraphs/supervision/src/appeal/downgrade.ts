import type { Bilingual } from '@gnomon/rule-engine';
import { dayOf, formatDay } from '@gnomon/working-time';
import type { Card, FindingFields, Warning } from '../card.ts';
import { NO_HASH } from '../history.ts';
import { identify } from '../lane.ts';
import type { OpenAct } from '../life/perform.ts';
import { standingWarning } from '../store/appeals.ts';
import { openCardNumbers } from '../store/card-numbers.ts';
import type { CardState } from '../words.ts';

const DOWNGRADED: Bilingual = {
  zh: '红牌经申诉降为黄牌；申诉即为答复，自此提交整改方案。',
  en: 'The red card was downgraded to a yellow one on appeal; the appeal was its answer, and a plan is owed from now.',
};

/** States in which a yellow card waited for its agency's answer, or for the judgement on it: the appeal against the red card answers for it. */
const UNANSWERED: ReadonlySet<CardState | null> = new Set<CardState | null>([
  null,
  'DRAFT',
  'ISSUED',
  'SIGNED',
  'APPEALED',
]);

/**
 * What stands after a downgrade (降级). Of a red card the yellow one: that which it had superseded, or one of its own. What was not answered yet
 * is answered by the appeal, and owes a plan from the decision on. Of a yellow card a warning, unless its condition has passed.
 */
export async function downgrade(open: OpenAct, done: Card): Promise<void> {
  if (done.level === 'YELLOW') return done.conditionEndedAt === null ? warn(open, done) : undefined;
  const yellow = weakerCard(open) ?? (await newYellow(open, done));
  if (yellow.state === 'SIGNED') answerFor(open, yellow);
}

function weakerCard({ book, card, viewer, at }: OpenAct): Card | null {
  const weaker = card.supersedes === null ? null : book.card(card.supersedes);
  if (weaker?.state !== 'SUPERSEDED' || weaker.supersededBy !== card.id) return null;
  const state = UNANSWERED.has(weaker.stateBefore) ? 'SIGNED' : weaker.stateBefore!;
  const again = { state, closedAt: null, closeReason: null, supersededBy: null } as const;
  return book.putCard(
    { ...weaker, ...again, stateBefore: null, issuedAt: weaker.issuedAt ?? at },
    { at, by: viewer?.id ?? 'hub', kind: 'REINSTATED', reason: DOWNGRADED, signal: null },
  );
}

/** A finding that was red from the beginning has no yellow card behind it. */
async function newYellow({ tx, book, at }: OpenAct, red: Card): Promise<Card> {
  const numbers = await openCardNumbers(tx, formatDay(dayOf(at)), [red.division]);
  const number = numbers.next(red.division);
  await numbers.save();
  const yellow: Card = {
    ...red,
    ...{ id: identify('card', red.lane, `downgraded:${red.id}`), number, level: 'YELLOW', state: 'SIGNED' },
    ...{ createdAt: at, issuedAt: at, closedAt: null, closeReason: null },
    ...{ supersedes: null, supersededBy: null, stateBefore: null },
    // Its receipt would speak of a red card.
    ...{ receiptHash: null, issuedBy: null, escalatedTo: null, raisedAt: null, events: 0, lastHash: NO_HASH },
  };
  const content = { downgradedFrom: red.id };
  return book.putCard(yellow, { at, by: 'hub', kind: 'ISSUED', reason: DOWNGRADED, signal: null, content });
}

function answerFor({ book, at }: OpenAct, yellow: Card): void {
  book.putCard({ ...yellow, state: 'ACCEPTED' }, { at, by: 'hub', kind: 'ACCEPTED', reason: DOWNGRADED, signal: null });
}

async function warn({ tx, book, at }: OpenAct, card: Card): Promise<void> {
  if ((await standingWarning(tx, card)) !== null) return;
  const { lane, domain, rule, ruleVersion, subjectKind, subjectType, subject, occurrence } = card;
  const { agency, division, item, source, turnedAt, knownAt, message, signal } = card;
  const finding: FindingFields = {
    ...{ lane, id: identify('warning', lane, `downgraded:${card.id}`), domain, rule, ruleVersion, subjectKind },
    ...{ subjectType, subject, occurrence, agency, division, item, source, turnedAt, knownAt, message, signal },
    receiptHash: null,
  };
  const warning: Warning = {
    ...finding,
    ...{ state: 'ISSUED', issuedAt: at, endedAt: null, endReason: null, turnedInto: null },
    ...{ acknowledgedAt: null, acknowledgedBy: null },
  };
  book.putWarning(warning, { at, kind: 'WARNING_ISSUED', signal: null });
}
