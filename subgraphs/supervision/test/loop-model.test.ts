import { afterAll, beforeAll, expect, test } from 'vitest';
import { happenings, openLoopRun } from './loop-run.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** `bench/loop-model.ts` plays as many steps as one likes. */
const STEPS = 500;
const SEED = 20_261_123;

test('whatever people, domains and crashes do, the cards are where the naive model has them, and no entry of a history is lost', async () => {
  const run = openLoopRun(world, 'model');
  for (const step of happenings(STEPS, SEED)) await run.step(step);
  const { went, cards, entries } = await run.finish();
  expect(went).toBeGreaterThan(STEPS / 3);
  expect(cards).toBeGreaterThan(10);
  expect(entries).toBeGreaterThan(went);
});
