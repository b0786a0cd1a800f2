import { basicItemCode } from '@gnomon/reference';
import { type Facts, type Pack, packUntil, type SubjectScope } from '@gnomon/rule-engine';
import {
  type Advanced,
  type Arrival,
  advance,
  type FactSource,
  type Horizon,
  NO_DELAY,
  type RulesInForce,
  type Signal,
} from '@gnomon/subgraph-kit';
import { pushHorizon } from './lateness.ts';
import { periodEnd } from './period-end.ts';
import type { SubjectState } from './subject-state.ts';
import { writeLevels } from './tally-book.ts';
import type { RecordPlace } from './types.ts';

/** What judging needs beside the subject. */
export interface Judging {
  readonly rules: RulesInForce;
  /** Domain of rules that name none. */
  readonly domain: string;
}

/** What a subject's record says of it now. */
export interface SubjectNews {
  readonly place: RecordPlace;
  readonly source: string | null;
  readonly delayed: boolean;
  readonly sources: readonly FactSource[];
  readonly tallyDay: string | null;
  readonly arrival: Arrival;
}

/** Judges a subject on new facts, its timers that were due before them first. Changes the state in place. */
export function judgeNews(state: SubjectState, judging: Judging, news: SubjectNews): readonly Signal[] {
  // Timers that were due before the news are told from what was known then, down to the rows that their receipts name.
  const passed = (state.dueAt ?? Infinity) <= news.arrival.at ? passTime(state, judging, news.arrival.at) : [];
  const before = stepOf(state);
  state.place = news.place;
  state.source = news.source;
  state.delayed = news.delayed;
  state.sources = news.sources;
  state.tallyDay = news.tallyDay;
  return [...passed, ...step(state, judging, before, news.arrival, news.arrival.at)];
}

/** Lets time pass for a subject up to `until`. */
export function passTime(state: SubjectState, judging: Judging, until: number): readonly Signal[] {
  return step(state, judging, stepOf(state), null, until);
}

/** Puts other facts in the place of a subject's own without anything having come, and lets time pass up to `until`. */
export function judgeAnew(state: SubjectState, judging: Judging, news: SubjectNews, until: number): readonly Signal[] {
  const passed = (state.dueAt ?? Infinity) < until ? passTime(state, judging, until - 1) : [];
  const before = { ...stepOf(state), facts: news.arrival.facts, dueAt: until };
  Object.assign(state, { place: news.place, source: news.source, delayed: news.delayed, sources: news.sources });
  state.tallyDay = news.tallyDay;
  return [...passed, ...step(state, judging, { ...before, place: news.place }, null, until)];
}

/**
 * A subject that what is known now does not give any more: under present data it never was. Its timers up to `at` run, then
 * every verdict is corrected.
 */
export function judgeGone(state: SubjectState, judging: Judging, at: number): readonly Signal[] {
  const passed = passTime(state, judging, at);
  const { pack } = judging.rules;
  const nothing: Pack = {
    ...pack,
    judgeSubject: () => ({ verdicts: [], until: Infinity, levels: new Map() }),
    judgeRule: () => [],
  };
  const gone = { rules: { ...judging.rules, pack: nothing }, domain: judging.domain };
  return [...passed, ...step(state, gone, stepOf(state), { facts: {}, at }, at)];
}

/** What a step starts from; taken before the state is changed. */
interface Before {
  readonly place: RecordPlace;
  readonly facts: Facts;
  readonly dueAt: number | null;
}

function stepOf({ place, facts, dueAt }: SubjectState): Before {
  return { place, facts, dueAt };
}

function step(
  state: SubjectState,
  judging: Judging,
  before: Before,
  arrival: Arrival | null,
  until: number,
): readonly Signal[] {
  const { place } = state;
  const endedAt = state.record === null ? periodEnd(arrival?.facts ?? before.facts) : (state.endedAt ?? null);
  const rules = endedAt === null ? judging.rules : { ...judging.rules, pack: packUntil(judging.rules.pack, endedAt) };
  const horizon = state.delayed ? pushHorizon(rules.calendar) : NO_DELAY;
  const advanced = advance({
    pack: rules.pack,
    calendar: rules.calendarFor(place.division),
    scope: scopeOf(place),
    subject: {
      domain: judging.domain,
      kind: state.kind,
      type: state.type,
      id: state.id,
      agency: place.agency,
      division: place.division,
      item: place.item,
      source: state.source,
    },
    previous:
      state.revision === 0 && state.judgedTo === null
        ? null
        : {
            facts: before.facts,
            standing: state.standing,
            scope: scopeOf(before.place),
            judgedTo: state.judgedTo ?? -Infinity,
            ...timerOf(state, before.dueAt, horizon),
          },
    arrival,
    until,
    horizon,
    sources: () => state.sources,
  });
  keep(state, advanced);
  return advanced.signals;
}

/** The timer that runs now: for its own next turn, or earlier where it was armed anew (other rules, another calendar). */
function timerOf(state: SubjectState, dueAt: number | null, horizon: Horizon): { dueAt: number; wakeAt: number } {
  const wakeAt = dueAt ?? Infinity;
  const known = Number.isFinite(wakeAt) ? Math.max(horizon.of(wakeAt), state.judgedTo ?? -Infinity) : Infinity;
  return { dueAt: Math.min(state.turnAt ?? Infinity, known), wakeAt };
}

function keep(state: SubjectState, advanced: Advanced): void {
  state.facts = advanced.facts;
  state.standing = advanced.standing;
  state.turnAt = finite(advanced.dueAt);
  state.dueAt = finite(advanced.wakeAt);
  state.judgedTo = finite(advanced.judgedTo);
  if (advanced.levels !== null) state.levels = writeLevels(advanced.levels);
  state.fault = null;
  state.changed = true;
}

function scopeOf({ division, agency, department, item }: RecordPlace): SubjectScope {
  return { division, agency, department, item: basicItemCode(item ?? '') };
}

function finite(instant: number): number | null {
  return Number.isFinite(instant) ? instant : null;
}
