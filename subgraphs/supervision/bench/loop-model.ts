/*
 * The loop against the naive model, for as many steps as one likes: people's acts, late data, machines that stop before a commit, two at once.
 *   node subgraphs/supervision/bench/loop-model.ts --steps 100000 --seed 1
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '@gnomon/store';
import { happenings, openLoopRun } from '../test/loop-run.ts';
import { openWorld } from '../test/world.ts';

/** Steps on the same subjects; then others begin, so that comparing stays cheap. */
const RUN_STEPS = 500;

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const total = Number(values.steps);
const seed = Number(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const server = await startEmbeddedServer({ folder, settings: { fsync: 'off', synchronous_commit: 'off' } });
process.env.TEST_DATABASE_URL = server.url;
const world = await openWorld();
const began = performance.now();
let went = 0;
let cards = 0;
try {
  for (let done = 0; done < total; done += RUN_STEPS) {
    const run = openLoopRun(world, `bench-${done}`);
    for (const step of happenings(Math.min(RUN_STEPS, total - done), seed + done)) await run.step(step);
    const found = await run.finish();
    went += found.went;
    cards += found.cards;
  }
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    `${total} 步，${went} 次办理成功，${cards} 张牌，与模型 0 处不符 · ${total} steps, ${went} acts went through, ${cards} cards, 0 differences from the model (${seconds.toFixed(0)} s)\n`,
  );
} finally {
  await world.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
