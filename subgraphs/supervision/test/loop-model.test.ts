import { expect, test } from 'vitest';
import type { Step } from './loop-model/steps.ts';
import { stretch } from './loop-model/stretch.ts';
import { walk } from './loop-model/walk.ts';

/** `bench/loop-model.ts` goes any number of steps, and says of one that differs how to go it again. */
const STRETCHES = 3;
const SEED = 20_261_124;

test('whatever people, domains, time and crashes do, every card, entry and deadline is where the naive model has it', async () => {
  const sums = { went: 0, inLoop: 0, crashes: 0, cards: 0, told: 0 };
  for (let number = 0; number < STRETCHES; number += 1) {
    const found = await stretch(SEED, number, { reports: number % 2 === 1 });
    if ('problem' in found) throw new Error(found.problem);
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += found[name];
  }
  expect(sums.went).toBeGreaterThan(200);
  expect(sums.inLoop).toBeGreaterThan(30);
  expect(sums.crashes).toBeGreaterThan(5);
  expect(sums.cards).toBeGreaterThan(100);
  expect(sums.told).toBeGreaterThan(200);
});

test('a warning whose rule is in force no more expires, seen or not; chance comes there too rarely', async () => {
  const told = { kind: 'TOLD', isCorrection: false, isHeld: false, isTimed: false, lateMs: 0 } as const;
  const steps: readonly Step[] = [0, 1].flatMap((subject): Step[] => [
    { ...told, subject, to: 'WARNING', isRuleEnded: false },
    { kind: 'SETTLE', part: 'ALL' },
    ...(subject === 0 ? [{ kind: 'SEEN', subject, person: 'STAFF' } as const] : []),
    { kind: 'WAIT', ms: 3_600_000 },
    { ...told, subject, to: 'NONE', isRuleEnded: true },
    { kind: 'SETTLE', part: 'ALL' },
  ]);
  expect(await walk(steps, SEED)).toMatchObject({ steps: steps.length, cards: 0 });
});
