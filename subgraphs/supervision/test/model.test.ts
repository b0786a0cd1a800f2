import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenLink } from '../src/history.ts';
import type { Signal } from '../src/signal.ts';
import { emptyLedger, postAll } from './post-all.ts';
import { signalOf } from './signals.ts';

const RANK = { NONE: 0, UNKNOWN: 1, WARNING: 2, YELLOW: 3, RED: 4 } as const;
type Level = keyof typeof RANK;
const LEVELS = Object.keys(RANK) as Level[];

/** One move of a finding, as a domain could tell it. */
const move = fc.record({
  rule: fc.constantFrom('WI-03', 'WI-04'),
  subject: fc.constantFrom('115:1', '115:2'),
  occurrence: fc.constantFrom('', 's1'),
  to: fc.constantFrom(...LEVELS),
  how: fc.constantFrom('PLAIN', 'CORRECTED', 'YIELDED'),
  issue: fc.constantFrom('AUTO', 'CONFIRM'),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** Moves turned into the signals that the kit would give: a correction to a level is followed by its rise. */
function signalsOf(moves: readonly Move[]): readonly Signal[] {
  const levels = new Map<string, Level>();
  const signals: Signal[] = [];
  const tell = (parts: Parameters<typeof signalOf>[0]) => signals.push(signalOf({ ...parts, knownAt: signals.length }));
  for (const { rule, subject, occurrence, to, how, issue } of moves) {
    const key = `${rule} ${subject} ${occurrence}`;
    const from = levels.get(key) ?? 'NONE';
    const about = { rule, subject, occurrence, issue, previousLevel: from } as const;
    if (to === from) continue;
    levels.set(key, to);
    if (RANK[to] > RANK[from]) tell({ ...about, kind: 'ROSE', level: to });
    else if (how === 'YIELDED' && to === 'NONE') tell({ ...about, kind: 'FELL', level: 'NONE', reason: 'YIELDED' });
    else if (how === 'CORRECTED' && from !== 'UNKNOWN' && to !== 'UNKNOWN') {
      tell({ ...about, kind: 'CORRECTED', level: to });
      if (to !== 'NONE') tell({ ...about, kind: 'ROSE', level: to, previousLevel: 'NONE' });
    } else tell({ ...about, kind: 'FELL', level: to });
  }
  return signals;
}

/** The naive model: one finding at a time, the whole history at once, no tables and no links. */
function naive(signals: readonly Signal[]): { warnings: string[]; cards: string[] } {
  const warnings: string[] = [];
  const cards: { level: Level; state: string; ended: boolean; under: number | null }[] = [];
  let warning = -1;
  let card = -1;
  const close = (state: string) => {
    for (let at: number | null = card; at !== null && at >= 0; at = state === 'WITHDRAWN' ? cards[at]!.under : null)
      cards[at]!.state = state;
    card = -1;
  };
  for (const { kind, level, previousLevel, reason, issue } of signals) {
    const held = cards[card];
    const isLower = RANK[level] >= RANK.WARNING && held !== undefined && RANK[level] < RANK[held.level];
    if (kind === 'ROSE' && isLower) held.ended = true;
    if (kind === 'ROSE' && level === 'WARNING' && warning < 0) warning = warnings.push('ISSUED') - 1;
    if (kind === 'ROSE' && RANK[level] > RANK.WARNING) {
      if (warning >= 0) warnings[warning] = 'TURNED';
      warning = -1;
      if (held !== undefined && RANK[held.level] >= RANK[level]) {
        if (held.level === level) held.ended = false;
      } else {
        const under = card >= 0 ? card : null;
        if (under !== null) close('SUPERSEDED');
        card = cards.push({ level, state: issue === 'AUTO' ? 'ISSUED' : 'DRAFT', ended: false, under }) - 1;
      }
    }
    const isDecided = level !== 'UNKNOWN';
    const isGone = isDecided && RANK[level] < RANK.WARNING;
    if (kind !== 'ROSE' && isGone && warning >= 0) {
      warnings[warning] = kind === 'FELL' ? 'RESOLVED' : 'WITHDRAWN';
      warning = -1;
    }
    if (kind === 'FELL' && held !== undefined && !held.ended && isDecided && RANK[level] < RANK[held.level]) {
      if (reason === 'YIELDED') close('SUPERSEDED');
      else held.ended = true;
    }
    const speaksOfCard = held !== undefined && (!held.ended || RANK[previousLevel] >= RANK[held.level]);
    if (kind === 'CORRECTED' && speaksOfCard && RANK[level] < RANK[held.level]) close('WITHDRAWN');
  }
  return { warnings, cards: cards.map(({ level, state, ended }) => `${level} ${state} ${ended}`) };
}

const history = fc.array(move, { maxLength: 60 });

test('random histories leave the ledger as the naive model does, however they are cut into batches', () => {
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), (moves, sizes) => {
      const signals = signalsOf(moves);
      const kept = emptyLedger();
      for (let at = 0, turn = 0; at < signals.length; turn += 1) {
        const size = sizes[turn % sizes.length]!;
        postAll(kept, signals.slice(at, at + size));
        at += size;
      }
      for (const [, mine] of Map.groupBy(signals, (signal) => keyOf(signal))) {
        const expected = naive(mine);
        const isMine = (row: { rule: string; subject: string; occurrence: string }) => keyOf(row) === keyOf(mine[0]!);
        expect([...kept.warnings.values()].filter(isMine).map(({ state }) => state)).toEqual(expected.warnings);
        expect(
          [...kept.cards.values()]
            .filter(isMine)
            .map(({ level, state, conditionEndedAt }) => `${level} ${state} ${conditionEndedAt !== null}`),
        ).toEqual(expected.cards);
        expect(kept.findings.get(JSON.stringify([mine[0]!.subject, mine[0]!.rule, mine[0]!.occurrence]))!.level).toBe(
          mine.at(-1)!.level,
        );
      }
    }),
    { numRuns: 400 },
  );
});

test('no random history leaves two open cards of a finding, a broken history, or a card without a reason for its end', () => {
  fc.assert(
    fc.property(history, (moves) => {
      const kept = emptyLedger();
      for (const signal of signalsOf(moves)) {
        postAll(kept, [signal]);
        const open = [...kept.cards.values()].filter(({ state }) => state === 'DRAFT' || state === 'ISSUED');
        expect(new Set(open.map(keyOf)).size).toBe(open.length);
      }
      for (const card of kept.cards.values()) {
        expect(card.closedAt === null).toBe(card.closeReason === null);
        const entries = kept.events.filter((event) => event.card === card.id);
        expect(brokenLink(entries)).toBeNull();
        expect(entries).toHaveLength(card.events);
      }
    }),
    { numRuns: 200 },
  );
});

test('a history whose entry was changed afterwards is found out at that entry', () => {
  const kept = emptyLedger();
  postAll(kept, [
    signalOf({ kind: 'ROSE', level: 'YELLOW' }),
    signalOf({ kind: 'FELL', level: 'NONE', previousLevel: 'YELLOW' }),
  ]);
  const forged = kept.events.map((event) => (event.sequence === 2 ? { ...event, by: 'somebody' } : event));
  expect(brokenLink(kept.events)).toBeNull();
  expect(brokenLink(forged)).toBe(2);
});

function keyOf({ rule, subject, occurrence }: { rule: string; subject: string; occurrence: string }): string {
  return `${rule} ${subject} ${occurrence}`;
}
