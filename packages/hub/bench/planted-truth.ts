import { parseArgs } from 'node:util';
import { type Road, runPlantedMonth } from './planted-month.ts';
import { compareWithTruth, type FoundSignal } from './standing.ts';

/**
 * The planted truth: `node packages/hub/bench/planted-truth.ts --items 50000`. Four runs of one month — live and in one batch, in order
 * and with a fifth of the rows late, shuffled or doubled — each must find what was planted, nothing else, at the same instants.
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '7' },
    road: { type: 'string' },
    order: { type: 'string' },
    show: { type: 'string', default: '40' },
  },
});
const ORDERS = {
  orderly: { late: 0, shuffled: 0, doubled: 0 },
  disorderly: { late: 0.08, shuffled: 0.06, doubled: 0.06 },
} as const;
const roads = (['live', 'batch'] as const).filter((road) => values.road === undefined || values.road === road);
const orders = (['orderly', 'disorderly'] as const).filter(
  (order) => values.order === undefined || values.order === order,
);
const results: FoundSignal[][] = [];
let failed = 0;

for (const order of orders) {
  for (const road of roads as readonly Road[]) {
    const startedAt = performance.now();
    const run = await runPlantedMonth({
      items: Number(values.items),
      road,
      seed: Number(values.seed),
      disorder: ORDERS[order],
    });
    const { truth } = run.month;
    const { missed, extra, wrongInstant } = compareWithTruth(run.found, truth);
    const right = run.found.length - extra.length;
    const precision = run.found.length === 0 ? 0 : right / run.found.length;
    const recall = 1 - missed.length / truth.length;
    process.stdout.write(
      `${road} ${order}: ${run.rows} rows = ${run.taken} taken + ${run.identical} identical + ${run.setAside} set aside + ${run.refused} refused; ` +
        `planted ${truth.length}, found ${run.found.length}, precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, wrong instants ${wrongInstant.length}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`,
    );
    for (const [name, list] of [
      ['missed', missed],
      ['extra', extra],
      ['wrong instant', wrongInstant],
    ] as const) {
      for (const line of list.slice(0, Number(values.show))) process.stdout.write(`  ${name}: ${line}\n`);
    }
    failed += missed.length + extra.length + wrongInstant.length;
    results.push([...run.found]);
  }
}
const text = (found: readonly FoundSignal[]): string =>
  JSON.stringify(
    found
      .filter((one) => one.indicator !== 'DP-12')
      .map((one) => `${one.indicator} ${one.level} ${one.subject} ${one.occurrence}`)
      .sort(),
  );
const different = results.filter((one) => text(one) !== text(results[0] as FoundSignal[])).length;
process.stdout.write(`runs that differ from the first: ${different} of ${results.length}\n`);
process.exitCode = failed + different === 0 ? 0 : 1;
