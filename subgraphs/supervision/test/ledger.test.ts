import { describe, expect, test } from 'vitest';
import { brokenLink } from '../src/history.ts';
import { type CardHolding, SIGNAL_WORDS, type SignalWord, signalWord } from '../src/ledger.ts';
import type { Signal } from '../src/signal.ts';
import { OPEN_CARD_STATES } from '../src/words.ts';
import { emptyLedger, type Kept, moveCard, postAll } from './post-all.ts';
import { signalOf } from './signals.ts';

type Start = CardHolding | 'WARNED' | 'YELLOW_ENDED_WARNED';

const rose = (level: Signal['level'], previousLevel: Signal['level'] = 'NONE', issue: Signal['issue'] = 'AUTO') =>
  signalOf({ kind: 'ROSE', level, previousLevel, issue, knownAt: 1 });
const fell = (level: Signal['level'], previousLevel: Signal['level']) =>
  signalOf({ kind: 'FELL', level, previousLevel, knownAt: 2 });

/** Signals by which each start is reached; `CLOSE`: the open card is reviewed and closed. */
const PATHS: Readonly<Record<Start, readonly (Signal | 'CLOSE')[]>> = {
  NONE: [],
  WARNED: [rose('WARNING')],
  YELLOW: [rose('WARNING'), rose('YELLOW', 'WARNING')],
  YELLOW_ENDED: [rose('WARNING'), rose('YELLOW', 'WARNING'), fell('NONE', 'YELLOW')],
  YELLOW_ENDED_WARNED: [rose('YELLOW'), fell('NONE', 'YELLOW'), rose('WARNING')],
  YELLOW_CLOSED: [rose('WARNING'), rose('YELLOW', 'WARNING'), 'CLOSE'],
  RED: [rose('YELLOW'), rose('RED', 'YELLOW')],
  RED_ENDED: [rose('YELLOW'), rose('RED', 'YELLOW'), fell('NONE', 'RED')],
  RED_CLOSED: [rose('YELLOW'), rose('RED', 'YELLOW'), 'CLOSE'],
};

/**
 * What stands after one more signal, said by hand: warnings, then cards, each as level and state in the order in which
 * they arose; `~` marks a card whose condition has ended. `=`: as before.
 */
const EXPECTED: Readonly<Record<Start, Readonly<Record<SignalWord, string>>>> = {
  NONE: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: 'W ISSUED',
    ROSE_YELLOW: 'YELLOW ISSUED',
    ROSE_RED: 'RED ISSUED',
    FELL_NONE: '=',
    FELL_UNKNOWN: '=',
    FELL_WARNING: '=',
    FELL_YELLOW: '=',
    YIELDED: '=',
    RULE_ENDED: '=',
    CORRECTED_NONE: '=',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: '=',
    CORRECTED_YELLOW: '=',
    CORRECTED_RED: '=',
  },
  WARNED: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: '=',
    ROSE_YELLOW: 'W TURNED, YELLOW ISSUED',
    ROSE_RED: 'W TURNED, RED ISSUED',
    FELL_NONE: 'W RESOLVED',
    FELL_UNKNOWN: '=',
    FELL_WARNING: '=',
    FELL_YELLOW: '=',
    YIELDED: 'W RESOLVED',
    RULE_ENDED: 'W EXPIRED',
    CORRECTED_NONE: 'W WITHDRAWN',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: '=',
    CORRECTED_YELLOW: '=',
    CORRECTED_RED: '=',
  },
  YELLOW: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: 'W TURNED, W ISSUED, YELLOW ISSUED ~',
    ROSE_YELLOW: '=',
    ROSE_RED: 'W TURNED, YELLOW SUPERSEDED, RED ISSUED',
    FELL_NONE: 'W TURNED, YELLOW ISSUED ~',
    FELL_UNKNOWN: '=',
    FELL_WARNING: 'W TURNED, YELLOW ISSUED ~',
    FELL_YELLOW: '=',
    YIELDED: 'W TURNED, YELLOW SUPERSEDED',
    RULE_ENDED: 'W TURNED, YELLOW ISSUED ~',
    CORRECTED_NONE: 'W TURNED, YELLOW WITHDRAWN',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: 'W TURNED, YELLOW WITHDRAWN',
    CORRECTED_YELLOW: '=',
    CORRECTED_RED: '=',
  },
  YELLOW_ENDED: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: 'W TURNED, W ISSUED, YELLOW ISSUED ~',
    ROSE_YELLOW: 'W TURNED, YELLOW ISSUED',
    ROSE_RED: 'W TURNED, YELLOW SUPERSEDED ~, RED ISSUED',
    FELL_NONE: '=',
    FELL_UNKNOWN: '=',
    FELL_WARNING: '=',
    FELL_YELLOW: '=',
    YIELDED: '=',
    RULE_ENDED: '=',
    CORRECTED_NONE: '=',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: '=',
    CORRECTED_YELLOW: '=',
    CORRECTED_RED: '=',
  },
  YELLOW_ENDED_WARNED: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: '=',
    ROSE_YELLOW: 'W TURNED, YELLOW ISSUED',
    ROSE_RED: 'W TURNED, YELLOW SUPERSEDED ~, RED ISSUED',
    FELL_NONE: 'W RESOLVED, YELLOW ISSUED ~',
    FELL_UNKNOWN: '=',
    FELL_WARNING: '=',
    FELL_YELLOW: '=',
    YIELDED: 'W RESOLVED, YELLOW ISSUED ~',
    RULE_ENDED: 'W EXPIRED, YELLOW ISSUED ~',
    CORRECTED_NONE: 'W WITHDRAWN, YELLOW ISSUED ~',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: '=',
    CORRECTED_YELLOW: '=',
    CORRECTED_RED: '=',
  },
  RED: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: 'W ISSUED, YELLOW SUPERSEDED, RED ISSUED ~',
    ROSE_YELLOW: 'YELLOW SUPERSEDED, RED ISSUED ~',
    ROSE_RED: '=',
    FELL_NONE: 'YELLOW SUPERSEDED, RED ISSUED ~',
    FELL_UNKNOWN: '=',
    FELL_WARNING: 'YELLOW SUPERSEDED, RED ISSUED ~',
    FELL_YELLOW: 'YELLOW SUPERSEDED, RED ISSUED ~',
    YIELDED: 'YELLOW SUPERSEDED, RED SUPERSEDED',
    RULE_ENDED: 'YELLOW SUPERSEDED, RED ISSUED ~',
    CORRECTED_NONE: 'YELLOW WITHDRAWN, RED WITHDRAWN',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: 'YELLOW WITHDRAWN, RED WITHDRAWN',
    CORRECTED_YELLOW: 'YELLOW WITHDRAWN, RED WITHDRAWN',
    CORRECTED_RED: '=',
  },
  RED_ENDED: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: 'W ISSUED, YELLOW SUPERSEDED, RED ISSUED ~',
    ROSE_YELLOW: '=',
    ROSE_RED: 'YELLOW SUPERSEDED, RED ISSUED',
    FELL_NONE: '=',
    FELL_UNKNOWN: '=',
    FELL_WARNING: '=',
    FELL_YELLOW: '=',
    YIELDED: '=',
    RULE_ENDED: '=',
    CORRECTED_NONE: '=',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: '=',
    CORRECTED_YELLOW: '=',
    CORRECTED_RED: '=',
  },
  YELLOW_CLOSED: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: 'W TURNED, W ISSUED, YELLOW CLOSED ~',
    ROSE_YELLOW: '=',
    ROSE_RED: 'W TURNED, YELLOW CLOSED, RED ISSUED',
    FELL_NONE: 'W TURNED, YELLOW CLOSED ~',
    FELL_UNKNOWN: '=',
    FELL_WARNING: 'W TURNED, YELLOW CLOSED ~',
    FELL_YELLOW: '=',
    YIELDED: 'W TURNED, YELLOW CLOSED ~',
    RULE_ENDED: 'W TURNED, YELLOW CLOSED ~',
    CORRECTED_NONE: 'W TURNED, YELLOW WITHDRAWN',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: 'W TURNED, YELLOW WITHDRAWN',
    CORRECTED_YELLOW: '=',
    CORRECTED_RED: '=',
  },
  RED_CLOSED: {
    ROSE_UNKNOWN: '=',
    ROSE_WARNING: 'W ISSUED, YELLOW SUPERSEDED, RED CLOSED ~',
    ROSE_YELLOW: 'YELLOW SUPERSEDED, RED CLOSED ~',
    ROSE_RED: '=',
    FELL_NONE: 'YELLOW SUPERSEDED, RED CLOSED ~',
    FELL_UNKNOWN: '=',
    FELL_WARNING: 'YELLOW SUPERSEDED, RED CLOSED ~',
    FELL_YELLOW: 'YELLOW SUPERSEDED, RED CLOSED ~',
    YIELDED: 'YELLOW SUPERSEDED, RED CLOSED ~',
    RULE_ENDED: 'YELLOW SUPERSEDED, RED CLOSED ~',
    CORRECTED_NONE: 'YELLOW WITHDRAWN, RED WITHDRAWN',
    CORRECTED_UNKNOWN: '=',
    CORRECTED_WARNING: 'YELLOW WITHDRAWN, RED WITHDRAWN',
    CORRECTED_YELLOW: 'YELLOW WITHDRAWN, RED WITHDRAWN',
    CORRECTED_RED: '=',
  },
};

describe.each(Object.keys(PATHS) as Start[])('from %s', (start) => {
  test.each([...SIGNAL_WORDS])('%s leads where the table of this test says', (word) => {
    const kept = emptyLedger();
    walk(kept, PATHS[start], 1_000);
    const before = summary(kept);
    postAll(kept, [signalFor(word)], 2_000);
    const expected = EXPECTED[start][word];
    expect(summary(kept)).toBe(expected === '=' ? before : expected);
    for (const id of kept.cards.keys()) expect(brokenLink(kept.events.filter(({ card }) => card === id))).toBeNull();
  });
});

test('a card whose condition ended is withdrawn when a correction names its own level', () => {
  const kept = emptyLedger();
  walk(kept, PATHS.YELLOW_ENDED);
  postAll(kept, [signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'YELLOW' })]);
  expect(summary(kept)).toBe('W TURNED, YELLOW WITHDRAWN ~');
});

test('a rule that asks for confirmation gives a held card without a date of issue', () => {
  const kept = emptyLedger();
  postAll(kept, [rose('YELLOW', 'NONE', 'CONFIRM')], 7);
  const [card] = kept.cards.values();
  expect(card).toMatchObject({ state: 'DRAFT', issuedAt: null, createdAt: 7 });
  expect(kept.entries.map(({ kind }) => kind)).toEqual(['HELD']);
});

test('a stronger card and the one it superseded name one another', () => {
  const kept = emptyLedger();
  walk(kept, PATHS.RED);
  const [yellow, red] = kept.cards.values();
  expect(yellow!.supersededBy).toBe(red!.id);
  expect(red!.supersedes).toBe(yellow!.id);
});

test('a card that a correction disproved carries the reason and the correcting signal, and a later rise makes a new card', () => {
  const kept = emptyLedger();
  const correction = signalOf({
    kind: 'CORRECTED',
    level: 'NONE',
    previousLevel: 'YELLOW',
    message: { zh: '更正', en: 'Late suspension' },
  });
  postAll(kept, [rose('YELLOW'), correction, signalOf({ kind: 'ROSE', level: 'YELLOW', knownAt: 9 })]);
  const [first, second] = kept.cards.values();
  expect(first).toMatchObject({ state: 'WITHDRAWN' });
  expect(first!.closeReason!.en).toContain('Late suspension');
  expect(kept.events.find(({ kind }) => kind === 'WITHDRAWN')).toMatchObject({ signal: correction.id, by: 'hub' });
  expect(second).toMatchObject({ state: 'ISSUED' });
});

test.each(['before', 'after'])(
  'a card that yielded names the card that took precedence, which was told %s it',
  (order) => {
    const stronger = signalOf({ kind: 'ROSE', level: 'RED', rule: 'WI-04' });
    const gaveWay = signalOf({ kind: 'FELL', level: 'NONE', previousLevel: 'YELLOW', reason: 'YIELDED' });
    const kept = emptyLedger();
    postAll(kept, [rose('YELLOW')]);
    for (const signal of order === 'before' ? [stronger, gaveWay] : [gaveWay, stronger]) postAll(kept, [signal]);
    const yielded = [...kept.cards.values()].find(({ rule }) => rule === 'WI-03')!;
    const red = [...kept.cards.values()].find(({ rule }) => rule === 'WI-04')!;
    expect(yielded).toMatchObject({ state: 'SUPERSEDED', supersededBy: red.id });
    expect(red.state).toBe('ISSUED');
  },
);

test('a rise to NONE and a fall to RED mean nothing and change nothing', () => {
  expect(signalWord({ kind: 'ROSE', level: 'NONE', reason: null })).toBeNull();
  expect(signalWord({ kind: 'FELL', level: 'RED', reason: null })).toBeNull();
  const kept = emptyLedger();
  postAll(kept, [signalOf({ kind: 'ROSE', level: 'NONE' })]);
  expect(summary(kept)).toBe('');
});

test.each(OPEN_CARD_STATES)('late data withdraw a card that is %s, with the reason', (state) => {
  const kept = emptyLedger();
  postAll(kept, [rose('YELLOW', 'NONE', state === 'DRAFT' ? 'CONFIRM' : 'AUTO')]);
  const [card] = kept.cards.values();
  if (state !== 'DRAFT') moveCard(kept, card!.id, state);
  postAll(kept, [signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'YELLOW' })], 5_000);
  expect(kept.cards.get(card!.id)).toMatchObject({ state: 'WITHDRAWN', closedAt: 5_000 });
});

test.each(OPEN_CARD_STATES.filter((state) => state !== 'DRAFT'))(
  'a yellow card that is %s is superseded by the red one, which begins its own life, and remembers where it stood',
  (state) => {
    const kept = emptyLedger();
    postAll(kept, [rose('YELLOW')]);
    moveCard(kept, [...kept.cards.keys()][0]!, state);
    postAll(kept, [rose('RED', 'YELLOW')]);
    const [yellow, red] = kept.cards.values();
    expect(yellow).toMatchObject({ state: 'SUPERSEDED', stateBefore: state, supersededBy: red!.id });
    expect(red).toMatchObject({ state: 'ISSUED', supersedes: yellow!.id, events: 1 });
  },
);

test('a yellow card that was closed stays closed when the red one over it is corrected to yellow, and gets no second card', () => {
  const kept = emptyLedger();
  walk(kept, [
    ...[rose('YELLOW'), 'CLOSE' as const, rose('RED', 'YELLOW')],
    signalOf({ kind: 'CORRECTED', level: 'YELLOW', previousLevel: 'RED' }),
    signalOf({ kind: 'ROSE', level: 'YELLOW', knownAt: 9 }),
  ]);
  expect(summary(kept)).toBe('YELLOW CLOSED, RED WITHDRAWN');
});

test('so does one that had been raised to red for being late: its domain had said yellow', () => {
  const kept = emptyLedger();
  walk(kept, [rose('YELLOW'), 'CLOSE']);
  const [card] = kept.cards.values();
  kept.cards.set(card!.id, { ...card!, level: 'RED', raisedAt: 1_000 });
  walk(kept, [
    rose('RED', 'YELLOW'),
    signalOf({ kind: 'CORRECTED', level: 'YELLOW', previousLevel: 'RED' }),
    signalOf({ kind: 'ROSE', level: 'YELLOW', knownAt: 9 }),
  ]);
  expect(summary(kept)).toBe('RED CLOSED, RED WITHDRAWN');
});

test('a yellow card that was closed is withdrawn with the red one over it when neither level had been reached', () => {
  const kept = emptyLedger();
  walk(kept, [
    ...[rose('YELLOW'), 'CLOSE' as const, rose('RED', 'YELLOW')],
    signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'RED' }),
  ]);
  expect(summary(kept)).toBe('YELLOW WITHDRAWN, RED WITHDRAWN');
});

test('a condition that comes again after its card was closed is a new card', () => {
  const kept = emptyLedger();
  walk(kept, [
    rose('YELLOW'),
    'CLOSE',
    fell('NONE', 'YELLOW'),
    signalOf({ kind: 'ROSE', level: 'YELLOW', knownAt: 9 }),
  ]);
  expect(summary(kept)).toBe('YELLOW CLOSED ~, YELLOW ISSUED');
});

/** Signals one after another; at `CLOSE` whatever card is open is closed. */
function walk(kept: Kept, path: readonly (Signal | 'CLOSE')[], at = 0): void {
  for (const step of path)
    if (step !== 'CLOSE') postAll(kept, [step], at);
    else for (const { id, state } of kept.cards.values()) if (state === 'ISSUED') moveCard(kept, id, 'CLOSED', at);
}

function signalFor(word: SignalWord): Signal {
  if (word === 'YIELDED' || word === 'RULE_ENDED')
    return signalOf({ kind: 'FELL', level: 'NONE', reason: word, knownAt: 3 });
  const [kind, level] = word.split('_') as [Signal['kind'], Signal['level']];
  return signalOf({ kind, level, knownAt: 3 });
}

function summary({ warnings, cards }: ReturnType<typeof emptyLedger>): string {
  const ofWarnings = [...warnings.values()].map(({ state }) => `W ${state}`);
  const ofCards = [...cards.values()].map(
    ({ level, state, conditionEndedAt }) => `${level} ${state}${conditionEndedAt === null ? '' : ' ~'}`,
  );
  return [...ofWarnings, ...ofCards].join(', ');
}
