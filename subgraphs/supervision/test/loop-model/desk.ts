import type { Tier } from '@gnomon/identity';
import { checkDays, confirmTurns, dutyTurns, replaced, turnsOf } from '../duties-oracle.ts';
import {
  ENDED,
  type Entry,
  FELL,
  type Finding,
  findingOf,
  type Model,
  type ModelCard,
  type Signal,
  type Subject,
} from './model.ts';
import { ABOVE, AGENCY } from './people.ts';
import { indicatorCourses } from './repeats.ts';
import { reportSheets, sideOf } from './reports.ts';
import { arrive, blankSheet, type Course, courseOf, passTime, type Sheet, type Told } from './teller.ts';

/*
 * The desk at which deadlines are judged: a sheet for each card, for each duty that it gave rise to, and for the agency with its indicator. What is
 * written on them is told, and waits to be taken over.
 */

/** Something that is told of a thing, with whose matter it becomes. */
export interface Saying {
  readonly subject: Subject;
  readonly told: Told;
  /** The tier that has what comes of it, and the body that this judges. */
  readonly tier: Tier;
  readonly body?: Tier;
}

/** Judges the cards that changed, closed ones of the same subject beside them, and what the agency drew. */
export function judge(
  model: Model,
  changed: ReadonlySet<ModelCard>,
  warned: ReadonlySet<Finding>,
  entered: Entered,
): void {
  const own = [...changed].filter(({ finding }) => !finding.isLoop);
  const beside = own
    .flatMap((card) => siblingsOf(model, card))
    .filter((card) => !changed.has(card) && card.state === 'CLOSED');
  const sayings = [...new Set([...own, ...beside])].flatMap((card) => [
    ...(card.issuedAt === null ? [] : judgeCard(model, card)),
    ...judgeDuties(model, card),
  ]);
  tell(model, [...sayings, ...judgeIndicators(model, own, warned, entered)]);
}

/** How many entries each card had before the change. */
export type Entered = ReadonlyMap<ModelCard, number>;

/** Time passes at the desk: whatever turned until now is told. */
export function passAll(model: Model): void {
  const sayings: Saying[] = [];
  const { tier } = model.place;
  const pass = (subject: Subject, sheet: Sheet, of: Tier) => {
    for (const told of passTime(sheet, model.now)) sayings.push({ subject, told, tier: of });
  };
  const passDuty = (card: ModelCard, duty: string, sheet: Sheet) => {
    const body = card.dutyBodies.get(duty)!;
    for (const told of passTime(sheet, model.now))
      sayings.push({ subject: { kind: 'duty', card, duty }, told, tier: ABOVE[body], body });
  };
  for (const { cards } of model.findings)
    for (const card of cards) {
      pass({ kind: 'card', card }, card.sheet, tier);
      for (const [duty, sheet] of card.duties) passDuty(card, duty, sheet);
    }
  for (const [rule, sheet] of model.indicators) pass(indicatorOf(rule), sheet, tier);
  for (const { subject, sheet, body } of reportSheets(model))
    for (const told of passTime(sheet, model.now)) sayings.push({ subject, told, ...sideOf(model, body) });
  tell(model, sayings);
}

/** Instants at which something will turn, soonest first. */
export function comingTurns(model: Model): readonly number[] {
  const sheets = model.findings.flatMap(({ cards }) =>
    cards.flatMap(({ sheet, duties }) => [sheet, ...duties.values()]),
  );
  const reports = reportSheets(model).map(({ sheet }) => sheet);
  const coming = [...sheets, ...model.indicators.values(), ...reports].flatMap(({ courses }) =>
    [...courses.values()].flatMap((course) => course.map(({ from }) => from).filter((from) => from > model.now)),
  );
  return [...new Set(coming)].sort((a, b) => a - b);
}

const indicatorOf = (rule: string): Subject => ({ kind: 'agency-indicator', name: `${AGENCY}:${rule}` });

function siblingsOf(model: Model, { finding }: ModelCard): readonly ModelCard[] {
  return model.findings
    .filter(({ rule, subject }) => rule === finding.rule && nameOf(subject) === nameOf(finding.subject))
    .flatMap(({ cards }) => cards);
}

const nameOf = (subject: Subject): string => ('name' in subject ? subject.name : '');

function judgeCard(model: Model, card: ModelCard): readonly Saying[] {
  const relapsedAt = card.state === 'CLOSED' ? relapseOf(model, card) : null;
  const fell = FELL.has(card.state);
  const endedAt = ENDED.has(card.state) ? card.endedAt : null;
  const coursesBy = (instant: number) => {
    const by = (at: number | null) => (at !== null && at <= instant ? at : null);
    const events = instant === Infinity ? card.entries : doneBy(card.entries, instant);
    const story = { level: card.level, issuedAt: card.issuedAt!, events, fell };
    const turns = turnsOf({ ...story, endedAt: by(endedAt), relapsedAt: by(relapsedAt) });
    return new Map([...turns].map(([name, turn]): [string, Course] => [name, courseOf(turn)]));
  };
  const falseAt = card.entries.find(({ kind }) => kind === 'FALSE_REPORT_FOUND')?.at ?? -Infinity;
  const happenedAt = relapsedAt === null ? model.now : Math.max(relapsedAt, falseAt);
  const news = { courses: coursesBy(Infinity), at: model.now, origin: Math.min(model.now, card.issuedAt!), happenedAt };
  const told = arrive(card.sheet, { ...news, before: coursesBy });
  return told.map((one) => ({ subject: { kind: 'card', card }, told: one, tier: model.place.tier }));
}

/**
 * What counts as done by an instant. Nothing reaches back, but for a second appeal, which takes the plan that is owed away, and an extension
 * that was asked for by then.
 */
function doneBy(entries: readonly Entry[], instant: number): readonly Entry[] {
  const past = entries.filter(({ at }) => at <= instant);
  const isThere = (wanted: string) => past.some(({ kind }) => kind === wanted);
  const also = [
    ...(isThere('APPEAL_SUSTAINED') ? ['APPEALED'] : []),
    ...(isThere('EXTENSION_ASKED') ? ['EXTENSION_GRANTED'] : []),
  ];
  return entries.filter((entry) => past.includes(entry) || also.includes(entry.kind));
}

/** When the same subject broke the same rule again after the closing. */
function relapseOf(model: Model, card: ModelCard): number | null {
  const again = siblingsOf(model, card).filter(
    (other) => other !== card && other.turnedAt > card.endedAt! && !FELL.has(other.state),
  );
  return again.length === 0 ? null : Math.min(...again.map(({ turnedAt }) => turnedAt));
}

function judgeDuties(model: Model, card: ModelCard): readonly Saying[] {
  const { entries, level, endedAt, state } = card;
  const pauses = replaced(entries);
  const ended = ENDED.has(state) ? endedAt : null;
  return dutiesOf(card, checkDays(level)).flatMap(({ duty, start, days, done, of }) => {
    const sheet = card.duties.get(duty) ?? blankSheet();
    card.duties.set(duty, sheet);
    card.dutyBodies.set(duty, of);
    const doneAt = done === null ? ended : ended === null ? done : Math.min(done, ended);
    const turns = days === null ? confirmTurns(start, doneAt) : dutyTurns(start, days, doneAt, pauses);
    const courses = new Map([['XX-06', courseOf(turns)]]);
    // A body was right to be warned until it did what it owed: only what is done in the very instant leaves nothing to warn of.
    const known = sheet.courses;
    const before = (instant: number) => (instant === model.now ? courses : known);
    const news = { courses, at: model.now, origin: Math.min(model.now, start), happenedAt: model.now, before };
    const subject = { kind: 'duty' as const, card, duty };
    return arrive(sheet, news).map((told) => ({ subject, told, tier: ABOVE[of], body: of }));
  });
}

/** `days`: how many it may take; `null` for a confirmation, which has working hours. */
function dutiesOf(card: ModelCard, checking: number) {
  const { appeals, entries } = card;
  const plans = entries.filter(({ kind }) => kind === 'PLAN_SUBMITTED');
  const checks = entries.filter(({ kind }) => kind === 'PLAN_RETURNED' || kind === 'PLAN_APPROVED');
  const results = entries.filter(({ kind }) => kind === 'RESULT_REPORTED');
  const back = entries.filter(({ kind }) => kind === 'RESULT_SENT_BACK');
  const closed = entries.find(({ kind }) => kind === 'CLOSED');
  const duty = (about: string, n: number, start: number, days: number | null, done: number | null | undefined) => ({
    ...{ duty: `${about}-${n + 1}`, start, days, done: done ?? null, of: card.tier },
  });
  const holders = holdersOf(card);
  return [
    ...holders.map(({ at, of }, n) => ({ ...duty('confirm', n, at, null, holders[n + 1]?.at ?? card.issuedAt), of })),
    ...appeals.map(({ at, decidedAt, isExtended }, n) => ({
      ...duty('appeal', n, at, isExtended ? 10 : 5, decidedAt),
      of: n === 0 ? card.tier : ABOVE[card.tier],
    })),
    ...plans.map(({ at }, n) => duty('plan-check', n, at, checking, checks[n]?.at)),
    ...results.map(({ at }, n) => duty('review', n, at, 5, back[n]?.at ?? closed?.at)),
  ];
}

/** From when on each body had a red card that waited for its confirmation. */
function holdersOf({ ownTier, level, entries, issuedAt }: ModelCard) {
  const held = entries.find(({ kind }) => kind === 'HELD');
  if (held === undefined || level !== 'RED') return [];
  const moves = entries.filter(({ kind, at }) => kind === 'ESCALATED' && (issuedAt === null || at <= issuedAt));
  const holders = [{ at: held.at, of: ownTier }];
  for (const { at } of moves) holders.push({ at, of: ABOVE[holders.at(-1)!.of] });
  return holders;
}

/** Entries by which a card begins to count as a repetition. */
const STANDS = new Set(['ACCEPTED', 'ACCEPTED_BY_SILENCE', 'APPEAL_SUSTAINED']);
/** Entries that change nothing about it. */
const NO_NEWS = new Set(['ISSUED', 'HELD', 'SIGNED']);

function judgeIndicators(
  model: Model,
  own: readonly ModelCard[],
  warned: ReadonlySet<Finding>,
  entered: Entered,
): readonly Saying[] {
  const news = new Map<string, number>();
  const add = (rule: string, at: number) => news.set(rule, Math.max(news.get(rule) ?? -Infinity, at));
  for (const card of own) {
    const fresh = card.entries.slice(entered.get(card) ?? 0);
    if (fresh.some(({ kind }) => !NO_NEWS.has(kind)))
      add(card.finding.rule, Math.max(-Infinity, ...fresh.filter(({ kind }) => STANDS.has(kind)).map(({ at }) => at)));
  }
  for (const { rule, isLoop, warnings } of warned) if (!isLoop) add(rule, warnings.at(-1)!.turnedAt);
  return [...news].flatMap(([rule, at]) => {
    const sheet = model.indicators.get(rule) ?? blankSheet();
    model.indicators.set(rule, sheet);
    const happenedAt = at === -Infinity ? model.now : at;
    const courses = indicatorCourses(model, rule);
    const said = arrive(sheet, { courses, at: model.now, origin: happenedAt, happenedAt });
    return said.map((told) => ({ subject: indicatorOf(rule), told, tier: model.place.tier }));
  });
}

/** Tells, in order of time; it waits to be taken over. */
export function tell(model: Model, sayings: readonly Saying[]): void {
  for (const { subject, told, tier, body = null } of sayings.toSorted((a, b) => a.told.knownAt - b.told.knownAt)) {
    const [rule = '', occurrence = ''] = told.name.split(' ');
    const { kind, level, previous, turnedAt, knownAt, byTime } = told;
    const signal: Signal = {
      ...{ finding: findingOf(model, subject, rule, occurrence), kind, level, previous, turnedAt, knownAt },
      ...{ issue: isHeld(rule, level) ? 'CONFIRM' : 'AUTO', byTime, tier, body },
    };
    model.told.push(signal);
    model.waiting.loop.push(signal);
  }
}

/** Which cards of the loop wait for a confirmation. */
function isHeld(rule: string, level: Signal['level']): boolean {
  return level === 'RED' || (level === 'YELLOW' && (rule === 'XX-04' || rule === 'XX-05'));
}
