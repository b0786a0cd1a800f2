import { expect, test } from 'vitest';
import { stretch } from './loop-model/stretch.ts';

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
