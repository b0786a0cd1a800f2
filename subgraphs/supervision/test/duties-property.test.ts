import { type Advanced, advance, type Signal } from '@gnomon/subgraph-kit';
import { DAY_MS } from '@gnomon/working-time';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Card } from '../src/card.ts';
import { cardClocks, pausesOf } from '../src/duties/card-clocks.ts';
import { cardFacts } from '../src/duties/card-facts.ts';
import { loopLimits } from '../src/duties/limits.ts';
import { courseOf } from '../src/life/course.ts';
import type { CardState } from '../src/words.ts';
import { turnsOf } from './duties-oracle.ts';
import { type Story, type StoryEvent, stories } from './duties-story.ts';
import { publishedRules } from './matters.ts';

const { pack, calendar } = publishedRules();
const limits = loopLimits(pack)!;
const OPEN: CardState = 'SIGNED';

const ANSWERS: ReadonlySet<string> = new Set(['ACCEPTED', 'APPEALED']);

function historyOf(events: readonly StoryEvent[]) {
  const card = { issuedAt: events[0]!.at, level: 'YELLOW', raisedAt: null, state: OPEN, closedAt: null } as Card;
  const entries = events.map((event) => ({ ...event, by: 'x', reason: null }));
  return { card, course: courseOf(entries), pauses: pausesOf(entries), relapsedAt: null };
}

function silentFromOf(events: readonly StoryEvent[]): number | null {
  return cardClocks(historyOf(events.slice(0, 1)), calendar, limits).silentFrom;
}

/** As acts are performed: a card that nobody answered in time is accepted by silence before anything else is done with it. */
function performed(events: readonly StoryEvent[]): readonly StoryEvent[] {
  const silentFrom = silentFromOf(events);
  const late = events.findIndex(({ at }) => silentFrom !== null && at >= silentFrom);
  if (silentFrom === null || late === -1 || events.slice(0, late).some(({ kind }) => ANSWERS.has(kind))) return events;
  return [
    ...events.slice(0, late),
    { kind: 'ACCEPTED_BY_SILENCE', at: silentFrom, content: null },
    ...events.slice(late),
  ];
}

/** Judges a story entry by entry, with looks at further instants; gives the signals in order. */
function judge(story: Story, looks: readonly number[]): readonly Signal[] {
  const subject = {
    ...{
      domain: 'LOOP',
      kind: 'card',
      type: 'Card',
      id: 'c1',
      agency: 'a',
      division: '150105',
      item: null,
      source: null,
    },
  };
  const input = { pack, calendar, subject, scope: { division: '150105', agency: 'a', department: '', item: '' } };
  const signals: Signal[] = [];
  let state: Advanced | null = null;
  const step = (until: number, events: readonly StoryEvent[] | null) => {
    const arrival =
      events === null
        ? null
        : { facts: cardFacts(historyOf(performed(events)), calendar, limits), at: until, origin: events[0]!.at };
    state = advance({ ...input, previous: state, arrival, until });
    signals.push(...state.signals);
  };
  const instants = [
    ...story.events.map(({ at }) => at),
    ...looks.filter((at) => at > story.events[0]!.at),
    story.until,
  ];
  for (const now of [...new Set(instants)].sort((a, b) => a - b)) {
    const known = story.events.filter(({ at }) => at <= now);
    // Entries of one instant come one after another.
    const fresh = known.filter(({ at }) => at === now).length;
    for (let n = fresh - 1; n >= 0; n -= 1) step(now, known.slice(0, known.length - n));
    if (fresh === 0) step(now, null);
  }
  return signals;
}

/** What the clerk says at an instant, from what was done by then. */
function clerkSays(events: readonly StoryEvent[], now: number): readonly string[] {
  const done = events.filter(({ at }) => at <= now);
  const turns = turnsOf({
    ...{ level: 'YELLOW', issuedAt: done[0]!.at, events: done, endedAt: null, fell: false, relapsedAt: null },
  });
  return [...turns]
    .flatMap(([name, { warning, yellow, red }]) =>
      red <= now ? [`${name} RED`] : yellow <= now ? [`${name} YELLOW`] : warning <= now ? [`${name} WARNING`] : [],
    )
    .sort();
}

/** The levels as they stand at an instant, after what was known by then. */
function standing(signals: readonly Signal[], now: number): readonly string[] {
  const levels = new Map<string, string>();
  for (const { rule, occurrence, level, knownAt } of signals)
    if (Date.parse(knownAt) <= now) levels.set(`${rule} ${occurrence}`.trim(), level);
  return [...levels]
    .filter(([, level]) => level !== 'NONE')
    .map(([name, level]) => `${name} ${level}`)
    .sort();
}

describe('the deadlines of a card', () => {
  test('are those of a clerk with a wall calendar, at every midnight and after every act', () => {
    let said = 0;
    fc.assert(
      fc.property(stories, (story) => {
        const signals = judge(story, []);
        const instants = story.events.map(({ at }) => at);
        for (let at = story.events[0]!.at; at < story.until; at += DAY_MS) instants.push(at);
        for (const now of instants) {
          const clerk = clerkSays(story.events, now);
          expect(standing(signals, now), new Date(now).toISOString()).toEqual(clerk);
          said += clerk.length;
        }
      }),
      { numRuns: 300, seed: 20261 },
    );
    expect(said).toBeGreaterThan(5_000);
  });

  test('give the same signals however often time is looked at in between', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.integer({ min: 0, max: 120 * DAY_MS }), { maxLength: 12 }), (story, offsets) => {
        const looks = offsets.map((offset) => story.events[0]!.at + offset).filter((at) => at < story.until);
        expect(judge(story, looks)).toEqual(judge(story, []));
      }),
      { numRuns: 200, seed: 20262 },
    );
  });

  test('are the same before and after the silence is entered, so that it makes no difference when that is', () => {
    let silences = 0;
    fc.assert(
      fc.property(stories, ({ events }) => {
        const silentFrom = silentFromOf(events);
        const before = events.filter(({ at }) => at < (silentFrom ?? -Infinity));
        if (silentFrom === null || before.some(({ kind }) => ANSWERS.has(kind))) return;
        silences += 1;
        const entered = [...before, { kind: 'ACCEPTED_BY_SILENCE', at: silentFrom, content: null } as const];
        const facts = (of: readonly StoryEvent[]) => cardFacts(historyOf(of), calendar, limits);
        expect(facts(entered)).toEqual(facts(before));
      }),
      { numRuns: 300, seed: 20263 },
    );
    expect(silences).toBeGreaterThan(60);
  });
});
