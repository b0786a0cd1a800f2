import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenLink } from '../src/history.ts';
import type { Signal } from '../src/signal.ts';
import { isOpen } from '../src/words.ts';
import { emptyLedger, type Kept, moveCard, postAll } from './post-all.ts';
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
  how: fc.constantFrom('PLAIN', 'CORRECTED', 'YIELDED', 'RULE_ENDED', 'ACT'),
  act: fc.constantFrom('RECTIFYING', 'CLOSED'),
  issue: fc.constantFrom('AUTO', 'CONFIRM'),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** What people did meanwhile: the open card of a finding goes on in its life, when it was issued. */
interface Act extends Pick<Move, 'rule' | 'subject' | 'occurrence' | 'act'> {
  readonly kind: 'ACT';
}

/** Moves turned into acts, and the signals that the kit would give: a correction to a level is followed by its rise. */
function signalsOf(moves: readonly Move[]): readonly (Signal | Act)[] {
  const levels = new Map<string, Level>();
  const signals: (Signal | Act)[] = [];
  const tell = (parts: Parameters<typeof signalOf>[0]) => signals.push(signalOf({ ...parts, knownAt: signals.length }));
  for (const { rule, subject, occurrence, to, how, issue, act } of moves) {
    if (how === 'ACT') {
      signals.push({ kind: 'ACT', rule, subject, occurrence, act });
      continue;
    }
    const key = `${rule} ${subject} ${occurrence}`;
    const from = levels.get(key) ?? 'NONE';
    const about = { rule, subject, occurrence, issue, previousLevel: from } as const;
    if (to === from) continue;
    levels.set(key, to);
    if (RANK[to] > RANK[from]) tell({ ...about, kind: 'ROSE', level: to });
    else if ((how === 'YIELDED' || how === 'RULE_ENDED') && to === 'NONE')
      tell({ ...about, kind: 'FELL', level: 'NONE', reason: how });
    else if (how === 'CORRECTED' && from !== 'UNKNOWN' && to !== 'UNKNOWN') {
      tell({ ...about, kind: 'CORRECTED', level: to });
      if (to !== 'NONE') tell({ ...about, kind: 'ROSE', level: to, previousLevel: 'NONE' });
    } else tell({ ...about, kind: 'FELL', level: to });
  }
  return signals;
}

/** The naive model: one finding at a time, the whole history at once, no tables and no links. */
function naive(steps: readonly (Signal | Act)[]): { warnings: string[]; cards: string[] } {
  const warnings: string[] = [];
  const cards: { level: Level; state: string; ended: boolean; under: number | null }[] = [];
  let warning = -1;
  let card = -1;
  /** The card that was closed last and whose condition went on, when nothing came after it that counts. */
  const closed = () => {
    const last = cards.findLastIndex(({ state }) => state !== 'WITHDRAWN');
    return card < 0 && cards[last]?.state === 'CLOSED' && !cards[last].ended ? last : -1;
  };
  const close = (from: number, state: string, level: Level) => {
    for (let at: number | null = from; at !== null && at >= 0; at = state === 'WITHDRAWN' ? cards[at]!.under : null) {
      if (at !== from && cards[at]!.state !== 'SUPERSEDED' && cards[at]!.level === level) break;
      cards[at]!.state = state;
    }
    card = -1;
  };
  for (const step of steps) {
    const held = cards[card];
    if (step.kind === 'ACT') {
      if (held !== undefined && held.state !== 'DRAFT') held.state = step.act;
      if (held?.state === 'CLOSED') card = -1;
      continue;
    }
    const { kind, level, previousLevel, reason, issue } = step;
    const done = closed();
    const spoken = held ?? cards[done];
    const isLower = RANK[level] >= RANK.WARNING && spoken !== undefined && RANK[level] < RANK[spoken.level];
    if (kind === 'ROSE' && isLower) spoken.ended = true;
    if (kind === 'ROSE' && level === 'WARNING' && warning < 0) warning = warnings.push('ISSUED') - 1;
    if (kind === 'ROSE' && RANK[level] > RANK.WARNING) {
      if (warning >= 0) warnings[warning] = 'TURNED';
      warning = -1;
      if (spoken !== undefined && RANK[spoken.level] >= RANK[level]) {
        if (spoken.level === level) spoken.ended = false;
      } else {
        const under = card >= 0 ? card : done >= 0 ? done : null;
        if (card >= 0) close(card, 'SUPERSEDED', level);
        card = cards.push({ level, state: issue === 'AUTO' ? 'ISSUED' : 'DRAFT', ended: false, under }) - 1;
      }
    }
    const isDecided = level !== 'UNKNOWN';
    const isGone = isDecided && RANK[level] < RANK.WARNING;
    if (kind !== 'ROSE' && isGone && warning >= 0) {
      warnings[warning] = kind === 'CORRECTED' ? 'WITHDRAWN' : reason === 'RULE_ENDED' ? 'EXPIRED' : 'RESOLVED';
      warning = -1;
    }
    if (kind === 'FELL' && spoken !== undefined && !spoken.ended && isDecided && RANK[level] < RANK[spoken.level]) {
      if (reason === 'YIELDED' && held !== undefined) close(card, 'SUPERSEDED', level);
      else spoken.ended = true;
    }
    const speaksOfCard = spoken !== undefined && (!spoken.ended || RANK[previousLevel] >= RANK[spoken.level]);
    if (kind === 'CORRECTED' && speaksOfCard && RANK[level] < RANK[spoken.level])
      close(card >= 0 ? card : done, 'WITHDRAWN', level);
  }
  return { warnings, cards: cards.map(({ level, state, ended }) => `${level} ${state} ${ended}`) };
}

/** Signals and acts in order; signals between two acts are posted in batches of these sizes. */
function play(kept: Kept, steps: readonly (Signal | Act)[], sizes: readonly number[]): void {
  let batch: Signal[] = [];
  let turn = 0;
  const post = () => {
    postAll(kept, batch);
    batch = [];
    turn += 1;
  };
  for (const step of steps) {
    if (step.kind !== 'ACT') {
      batch.push(step);
      if (batch.length >= sizes[turn % sizes.length]!) post();
      continue;
    }
    post();
    const isMine = (row: { rule: string; subject: string; occurrence: string }) => keyOf(row) === keyOf(step);
    const open = [...kept.cards.values()].find((card) => isMine(card) && isOpen(card.state));
    if (open !== undefined && open.state !== 'DRAFT') moveCard(kept, open.id, step.act);
  }
  post();
}

const history = fc.array(move, { maxLength: 60 });

test('random histories leave the ledger as the naive model does, however they are cut into batches', () => {
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), (moves, sizes) => {
      const signals = signalsOf(moves);
      const kept = emptyLedger();
      play(kept, signals, sizes);
      for (const [, mine] of Map.groupBy(signals, (signal) => keyOf(signal))) {
        const expected = naive(mine);
        const isMine = (row: { rule: string; subject: string; occurrence: string }) => keyOf(row) === keyOf(mine[0]!);
        expect([...kept.warnings.values()].filter(isMine).map(({ state }) => state)).toEqual(expected.warnings);
        expect(
          [...kept.cards.values()]
            .filter(isMine)
            .map(({ level, state, conditionEndedAt }) => `${level} ${state} ${conditionEndedAt !== null}`),
        ).toEqual(expected.cards);
        const last = mine.findLast((step) => step.kind !== 'ACT');
        const finding = JSON.stringify([mine[0]!.subject, mine[0]!.rule, mine[0]!.occurrence]);
        expect(kept.findings.get(finding)?.level).toBe(last?.level);
      }
    }),
    { numRuns: 4000 },
  );
});

test('no random history leaves two open cards of a finding, a broken history, or a card without a reason for its end', () => {
  fc.assert(
    fc.property(history, (moves) => {
      const kept = emptyLedger();
      for (const step of signalsOf(moves)) {
        play(kept, [step], [1]);
        const open = [...kept.cards.values()].filter(({ state }) => isOpen(state));
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
