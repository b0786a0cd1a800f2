import { setImmediate as breathe } from 'node:timers/promises';
import { countJudgements } from '@gnomon/rule-engine';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { type Change, changesBetween, type Outcome } from './outcomes.ts';

/** What a rehearsal found over one domain's history. */
export interface RehearsalFindings {
  readonly changes: readonly Change[];
  /** Records of which the history was judged again. */
  readonly subjects: number;
  /** Warnings and cards under the present rules, and under the draft. */
  readonly cardsBefore: number;
  readonly cardsAfter: number;
  /** How often a subject was judged, over both sides; each time by all rules of its kind. */
  readonly judgements: number;
  readonly seconds: number;
  readonly before: RulesInForce;
  readonly after: RulesInForce;
}

/** A stretch of history that can be gone through under any rules. */
export interface Replay {
  /** How many records or aggregates it is about. */
  readonly subjects: number;
  outcomes(rules: RulesInForce): readonly Outcome[];
}

/**
 * Judges kept histories twice, under the present rules and under the draft, as if each had held all the time, and compares what they come
 * to. Nothing is written. Between batches others get their turn.
 */
export async function rehearse(
  rules: { readonly before: RulesInForce; readonly after: RulesInForce },
  batches: AsyncIterable<readonly Replay[]>,
): Promise<RehearsalFindings> {
  const [before, after] = [counting(rules.before), counting(rules.after)];
  const changes: Change[] = [];
  let [subjects, cardsBefore, cardsAfter, spentMs] = [0, 0, 0, 0];
  for await (const batch of batches) {
    const startedAt = performance.now();
    for (const replay of batch) {
      const [old, next] = [replay.outcomes(before.rules), replay.outcomes(after.rules)];
      cardsBefore += old.length;
      cardsAfter += next.length;
      subjects += replay.subjects;
      changes.push(...changesBetween(old, next));
    }
    spentMs += performance.now() - startedAt;
    await breathe();
  }
  return {
    ...{ changes, subjects, cardsBefore, cardsAfter },
    judgements: before.judged() + after.judged(),
    seconds: spentMs / 1000,
    before: rules.before,
    after: rules.after,
  };
}

function counting(rules: RulesInForce): { readonly rules: RulesInForce; judged(): number } {
  const { pack, judged } = countJudgements(rules.pack);
  return { rules: { ...rules, pack }, judged };
}
