import type { StoryEvent } from './duties-story.ts';
import { afterOffice, dueDay, laterBy, officeTime, over, type Pause, whenLeft } from './loop-model/wall.ts';

/*
 * The deadlines of a card as a clerk with a wall calendar would keep them: day after day, from the entries that were made until
 * then, with nothing of the clocks that are judged. It knows XX-01 (the signing, the answer), XX-02, XX-03 and XX-05, and XX-06 for a duty.
 */

/** A card as the clerk knows it. */
export interface CardStory {
  /** The level with which it was issued. */
  readonly level: 'YELLOW' | 'RED';
  /** When it was issued; the events begin there or before. */
  readonly issuedAt: number;
  readonly events: readonly StoryEvent[];
  /** When it came to its end; `null` while it is open. */
  readonly endedAt: number | null;
  /** It was revoked, withdrawn …: it was not due. */
  readonly fell: boolean;
  /** When the same subject broke the same rule again after the closing. */
  readonly relapsedAt: number | null;
}

/** From when on each level holds: `-Infinity` for always, `Infinity` for never. The higher one goes first. */
export interface Turns {
  readonly warning: number;
  readonly yellow: number;
  readonly red: number;
}

const NEVER = Infinity;
const LIMITS = {
  YELLOW: { answer: 5, plan: 3, progress: 5, observe: 10, check: 2 },
  RED: { answer: 3, plan: 2, progress: 2, observe: 30, check: 1 },
} as const;
const HOUR_MS = 3_600_000;

/** What the clerk expects of a card, by rule and occurrence. */
export function turnsOf(story: CardStory): ReadonlyMap<string, Turns> {
  if (story.fell) return new Map();
  const found = new Map([
    ['XX-01', signing(story)],
    ['XX-01 ANSWER', answer(story)],
    ['XX-02', planning(story)],
    ...rectifying(story),
  ]);
  const observed = observing(story);
  return observed === null ? found : found.set('XX-05', observed);
}

/** When a card that nobody answers counts as accepted. */
export function silentFrom(story: Pick<CardStory, 'level' | 'issuedAt' | 'events'>): number {
  return over(dueDay(story.issuedAt, LIMITS[story.level].answer, replaced(story.events)));
}

/** What the clerk expects of a duty of a supervision body (XX-06). */
export function dutyTurns(start: number, days: number, doneAt: number | null, pauses: readonly Pause[]): Turns {
  const due = dueDay(start, days, pauses);
  const by = upTo(doneAt);
  return {
    warning: doneAt === null ? whenLeft(due, 1) : NEVER,
    yellow: by(over(due)),
    red: by(over(laterBy(due, days))),
  };
}

/** What the clerk expects of the confirmation of a held red card: four working hours, a warning with one of them left (XX-06). */
export function confirmTurns(start: number, doneAt: number | null): Turns {
  const by = upTo(doneAt);
  return {
    warning: doneAt === null ? afterOffice(start, 3 * HOUR_MS) : NEVER,
    yellow: by(afterOffice(start, 4 * HOUR_MS + 1)),
    red: by(afterOffice(start, 8 * HOUR_MS + 1)),
  };
}

/** Working days in which the supervision body checks a plan. */
export const checkDays = (level: CardStory['level']): number => LIMITS[level].check;

/** Stretches in which a stronger card stood in its place. */
export function replaced(events: readonly StoryEvent[]): readonly Pause[] {
  const back = events.filter(({ kind }) => kind === 'REINSTATED');
  return events
    .filter(({ kind }) => kind === 'SUPERSEDED')
    .flatMap(({ at }, index) => (index < back.length ? [{ from: at, to: back[index]!.at }] : []));
}

function signing({ level, issuedAt, events, endedAt }: CardStory): Turns {
  const pauses = replaced(events);
  const signedAt = soonest(firstOf(events, 'SIGNED'), ownAnswer(events));
  const by = upTo(soonest(signedAt, endedAt));
  const due = dueDay(issuedAt, 1, pauses);
  const days = { warning: whenLeft(due, 0.5), yellow: over(due), red: over(laterBy(due, 1)) };
  const hours = level === 'RED' ? signingHours(issuedAt, pauses) : { warning: NEVER, yellow: NEVER, red: NEVER };
  return {
    warning: signedAt !== null ? NEVER : by(Math.min(days.warning, hours.warning)),
    yellow: by(Math.min(days.yellow, hours.yellow)),
    red: by(Math.min(days.red, hours.red, level === 'RED' ? days.yellow : NEVER)),
  };
}

/** Four working hours; the warning with a fifth of them left, red after twice of them. */
function signingHours(issuedAt: number, pauses: readonly Pause[]): Turns {
  let total = 4 * HOUR_MS;
  for (const { from, to } of pauses) {
    if (officeTime(issuedAt, from) > total) break;
    total += officeTime(from, to);
  }
  return {
    warning: afterOffice(issuedAt, total - 0.8 * HOUR_MS),
    yellow: afterOffice(issuedAt, total + 1),
    red: afterOffice(issuedAt, total + 4 * HOUR_MS + 1),
  };
}

function answer({ level, issuedAt, events, endedAt }: CardStory): Turns {
  const days = LIMITS[level].answer;
  const answeredAt = ownAnswer(events);
  const by = upTo(soonest(answeredAt, endedAt));
  const due = dueDay(issuedAt, days, replaced(events));
  return {
    warning: answeredAt === null && endedAt === null ? whenLeft(due, 0.2 * days) : NEVER,
    yellow: by(over(due)),
    red: by(over(laterBy(due, days))),
  };
}

/** From the acceptance, the silence, or the appeal's rejection; the clock stands still while a plan waits for its check. */
function planning(story: CardStory): Turns {
  const { level, events, endedAt } = story;
  const owedFrom = planOwedFrom(story);
  if (owedFrom === null) return { warning: NEVER, yellow: NEVER, red: NEVER };
  const plans = events.filter(({ kind }) => kind === 'PLAN_SUBMITTED');
  const returns = events.filter(({ kind }) => kind === 'PLAN_RETURNED');
  const checks = returns.map(({ at }, index) => ({ from: plans[index]!.at, to: at }));
  const waiting = plans.length > returns.length ? plans.at(-1)!.at : null;
  const due = dueDay(owedFrom, LIMITS[level].plan, [...replaced(events), ...checks]);
  const by = upTo(soonest(waiting, endedAt));
  const incomplete = returns.length > 0 && plans.slice(1).some(({ content }) => isIncomplete(content));
  return {
    warning: waiting === null && endedAt === null ? whenLeft(due, 1) : NEVER,
    yellow: incomplete ? -Infinity : by(over(due)),
    // Five working days from the due day on; what is handed in beyond it and returned gains no time.
    red: returns.length >= 2 ? -Infinity : by(over(laterBy(due, 5))),
  };
}

function planOwedFrom(story: CardStory): number | null {
  let owed: number | null = null;
  let answered = false;
  for (const { kind, at } of story.events) {
    if (kind === 'ACCEPTED' || kind === 'ACCEPTED_BY_SILENCE' || kind === 'APPEAL_SUSTAINED') owed = at;
    if (kind === 'APPEALED') owed = null;
    answered ||= kind === 'ACCEPTED' || kind === 'ACCEPTED_BY_SILENCE' || kind === 'APPEALED';
  }
  return answered ? owed : silentFrom(story);
}

function isIncomplete(content: StoryEvent['content']): boolean {
  return ['content', 'measures', 'limitWorkdays', 'responsible'].some((name) => content?.[name] == null);
}

function rectifying({ level, events, endedAt }: CardStory): readonly (readonly [string, Turns])[] {
  const approvedAt = firstOf(events, 'PLAN_APPROVED');
  if (approvedAt === null) return [];
  const results = events.filter(({ kind }) => kind === 'RESULT_REPORTED');
  const back = events.filter(({ kind }) => kind === 'RESULT_SENT_BACK');
  const inAt = results.length > back.length ? results.at(-1)!.at : null;
  const reviews = back.map(({ at }, index) => ({ from: results[index]!.at, to: at }));
  const limit = planLimit(events);
  const due = dueDay(approvedAt, limit, [...replaced(events), ...reviews]);
  const by = upTo(soonest(inAt, endedAt));
  const { missed, since } = progressOf(events, approvedAt, LIMITS[level].progress, inAt);
  const reportDue = (times: number) => by(over(dueDay(since, times * LIMITS[level].progress)));
  const turns = {
    warning:
      inAt === null && endedAt === null ? Math.min(whenLeft(due, Math.max(1, 0.2 * limit)), reportDue(1)) : NEVER,
    yellow: missed >= 2 ? -Infinity : reportDue(2 - missed),
    red: by(over(due)),
  };
  return [
    ['XX-03', turns],
    ['XX-03 HANDOVER', { warning: by(over(laterBy(due, 5))), yellow: NEVER, red: NEVER }],
  ];
}

/** Working days of the plan in force, with the extension that was granted. */
function planLimit(events: readonly StoryEvent[]): number {
  const plan = events.findLast(({ kind }) => kind === 'PLAN_SUBMITTED')!;
  const granted = events.some(({ kind }) => kind === 'EXTENSION_GRANTED');
  const asked = events.find(({ kind }) => kind === 'EXTENSION_ASKED');
  return Number(plan.content!.limitWorkdays) + (granted ? Number(asked!.content!.workdays) : 0);
}

/** How many reports were missed before the one that is due, and since when that one is waited for. */
function progressOf(events: readonly StoryEvent[], approvedAt: number, days: number, inAt: number | null) {
  let missed = 0;
  let since = approvedAt;
  const waiting = inAt === null ? null : events.findLast(({ kind }) => kind === 'RESULT_REPORTED');
  for (const event of events) {
    const { kind, at } = event;
    const isReport = kind === 'PROGRESS_REPORTED' || (kind === 'RESULT_REPORTED' && event !== waiting);
    if (isReport) for (let n = 1; over(dueDay(since, days * n)) <= at; n += 1) missed += 1;
    const begins = isReport || kind === 'RESULT_SENT_BACK' || kind === 'REINSTATED';
    if (begins && at > since) since = at;
  }
  return { missed, since };
}

function observing({ level, events, relapsedAt }: CardStory): Turns | null {
  const closedAt = firstOf(events, 'CLOSED');
  if (closedAt === null) return null;
  const relapsed = relapsedAt !== null && relapsedAt < over(dueDay(closedAt, LIMITS[level].observe));
  const isFalse = events.some(({ kind }) => kind === 'FALSE_REPORT_FOUND');
  return { warning: NEVER, yellow: relapsed ? -Infinity : NEVER, red: isFalse ? -Infinity : NEVER };
}

/** When the agency itself first did something: silence is no answer. */
function ownAnswer(events: readonly StoryEvent[]): number | null {
  return firstOf(events, 'ACCEPTED', 'APPEALED', 'PLAN_SUBMITTED');
}

function firstOf(events: readonly StoryEvent[], ...kinds: readonly string[]): number | null {
  return events.find(({ kind }) => kinds.includes(kind))?.at ?? null;
}

function soonest(...instants: readonly (number | null)[]): number | null {
  const found = instants.filter((at) => at !== null);
  return found.length === 0 ? null : Math.min(...found);
}

/** What would come after an end never comes; at the very instant of the end it still does. */
function upTo(stop: number | null): (instant: number) => number {
  return (instant) => (stop === null || instant <= stop ? instant : NEVER);
}
