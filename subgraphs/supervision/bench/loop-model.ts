/*
 * The loop against the naive model, for as many steps as one likes: everybody's acts, time, late data, machines that stop, two at once.
 *   node subgraphs/supervision/bench/loop-model.ts --steps 100000 --seed 1
 *   … --seed 1 --from 60 --steps 24000                                      goes on at a stretch: several processes share a walk
 *   … --seed 1 --steps 10000 --reports                                      feedback reports and talks between
 *   node subgraphs/supervision/bench/loop-model.ts --seed 1 --stretch 17     goes one stretch again, and shortens it when it fails
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '@gnomon/store';
import { STRETCH, stretch } from '../test/loop-model/stretch.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    steps: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    stretch: { type: 'string' },
    reports: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: true },
  },
});
const seed = Number(values.seed);
const first = Number(values.stretch ?? values.from);
const count = values.stretch === undefined ? Math.ceil(Number(values.steps) / STRETCH) : 1;
const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const server = await startEmbeddedServer({ folder, settings: { fsync: 'off', synchronous_commit: 'off' } });
process.env.TEST_DATABASE_URL = server.url;
const began = performance.now();
const sums = { steps: 0, went: 0, inLoop: 0, crashes: 0, cards: 0, entries: 0, told: 0 };
const kinds: Record<string, number> = {};
let failed = 0;
try {
  for (let k = first; k < first + count; k += 1) {
    const found = await stretch(seed, k, {
      reports: values.reports,
      shrinks: values.stretch !== undefined && values.shrink,
    });
    if ('problem' in found) {
      failed += 1;
      process.stdout.write(`${found.problem}\n`);
      if (failed >= 20) break;
    } else {
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += found[name];
      for (const [kind, n] of Object.entries(found.kinds)) kinds[kind] = (kinds[kind] ?? 0) + n;
    }
    if (k % 10 === 9) process.stdout.write(`${seconds()} s ${JSON.stringify(sums)}\n`);
  }
  const { steps, went, inLoop, crashes, cards, entries, told } = sums;
  for (const [kind, n] of Object.entries(kinds).sort()) process.stdout.write(`${String(n).padStart(8)} ${kind}\n`);
  process.stdout.write(
    `${steps} 步，${went} 次办理成功，${inLoop} 次办理闭环牌，${crashes} 次中断，${cards} 张牌，${entries} 条记录，${told} 个时限信号，${failed} 处不符 · ` +
      `${steps} steps, ${went} acts went through, ${inLoop} on cards of the loop, ${crashes} crashes, ${cards} cards, ${entries} entries, ${told} signals of deadlines, ` +
      `${failed} differences (${seconds()} s)\n`,
  );
  if (failed > 0) process.exitCode = 1;
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function seconds(): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}
