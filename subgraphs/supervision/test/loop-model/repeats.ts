import { FELL, type Model } from './model.ts';
import { type Course, type Level, merged } from './teller.ts';
import { dayAt } from './wall.ts';

/* XX-04 by hand: what an agency drew under one indicator, an incident a day, and for how long it counts. */

const DAY_MS = 86_400_000;
const YELLOW_MS = 90 * DAY_MS;
const WARNING_MS = 30 * DAY_MS;
const UNANSWERED = new Set(['DRAFT', 'ISSUED', 'SIGNED', 'APPEALED', 'SUPERSEDED']);

interface Occasion {
  readonly turnedAt: number;
  readonly at: number;
}

/** The levels of the agency under the rule, and of the notice to the tier above. */
export function indicatorCourses(model: Model, rule: string): ReadonlyMap<string, Course> {
  const yellows = incidents(yellowsOf(model, rule));
  const warnings = incidents(warningsOf(model, rule)).slice(0, 20);
  const until = (list: readonly Occasion[], nth: number, window: number) => {
    const one = list[nth - 1];
    return one === undefined ? -Infinity : one.at + window + 1;
  };
  const main = stretches([
    ['RED', until(yellows, 3, YELLOW_MS)],
    ['YELLOW', until(warnings, 10, WARNING_MS)],
    ['WARNING', until(yellows, 2, YELLOW_MS)],
  ]);
  return new Map([
    ['XX-04', main],
    ['XX-04 NOTICE', stretches([['WARNING', until(yellows, 5, YELLOW_MS)]])],
  ]);
}

/** Levels that hold now and end at an instant; the higher one goes first. */
function stretches(levels: readonly (readonly [Level, number])[]): Course {
  const levelAt = (at: number) => levels.find(([, end]) => at < end)?.[0] ?? 'NONE';
  const instants = [-Infinity, ...levels.map(([, end]) => end).filter(Number.isFinite)].sort((a, b) => a - b);
  return merged([...new Set(instants)].map((from) => ({ from, level: levelAt(from) })));
}

function yellowsOf({ findings }: Model, rule: string): readonly Occasion[] {
  const cards = findings.filter((one) => one.rule === rule && !one.isLoop).flatMap((one) => one.cards);
  return cards
    .filter(({ level, state }) => level === 'YELLOW' && !UNANSWERED.has(state) && !FELL.has(state))
    .flatMap(({ entries, turnedAt }) => {
      const stood = entries.filter(({ kind }) => /^(ACCEPTED|ACCEPTED_BY_SILENCE|APPEAL_SUSTAINED)$/.test(kind));
      return stood.length === 0 ? [] : [{ turnedAt, at: Math.max(...stood.map(({ at }) => at)) }];
    });
}

function warningsOf({ findings, now }: Model, rule: string): readonly Occasion[] {
  const all = findings.filter((one) => one.rule === rule && !one.isLoop).flatMap((one) => one.warnings);
  return all
    .filter(({ state, turnedAt }) => state !== 'WITHDRAWN' && turnedAt > now - YELLOW_MS)
    .map(({ turnedAt }) => ({ turnedAt, at: turnedAt }));
}

/** What turned on one day counts once, by what counted first; newest first. */
function incidents(occasions: readonly Occasion[]): readonly Occasion[] {
  const byDay = Map.groupBy(occasions, ({ turnedAt }) => dayAt(turnedAt));
  return [...byDay.values()].map((all) => all.toSorted((a, b) => a.at - b.at)[0]!).sort((a, b) => b.at - a.at);
}
