import { parseArgs } from 'node:util';
import { SCENES } from '@gnomon/province';
import type { Road } from './planted-month.ts';
import { runPlantedSeason, type SeasonRun } from './planted-season.ts';
import { compareWithTruth } from './standing.ts';

/**
 * The planted truth of all domains: `node packages/hub/bench/season-truth.ts --seed 7`. Three months, live and as history, in order and
 * with a fifth of the rows late, shuffled or doubled: each run must find what was planted, nothing else, at the same instants.
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '8000' },
    clean: { type: 'string', default: '300' },
    defects: { type: 'string', default: '0.02' },
    seed: { type: 'string', default: '7' },
    minutes: { type: 'string', default: '15' },
    road: { type: 'string' },
    order: { type: 'string' },
    scenes: { type: 'string' },
    show: { type: 'string', default: '60' },
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
const wanted = values.scenes?.split(',');
const scenes = Object.fromEntries(Object.entries(SCENES).filter(([name]) => wanted?.includes(name) ?? true));
const results: { readonly name: string; readonly lines: readonly string[] }[] = [];
let failed = 0;

for (const order of orders) {
  for (const road of roads as readonly Road[]) {
    const startedAt = performance.now();
    const run = await runPlantedSeason({
      seed: Number(values.seed),
      road,
      items: Number(values.items),
      clean: Number(values.clean),
      defectRate: Number(values.defects),
      disorder: ORDERS[order],
      arriveEveryMs: Number(values.minutes) * 60_000,
      scenes,
    });
    const { truth } = run.season;
    const { missed, extra, wrongInstant } = compareWithTruth(run.found, truth);
    const right = run.found.length - extra.length;
    const precision = run.found.length === 0 ? 0 : right / run.found.length;
    const recall = 1 - missed.length / truth.length;
    const indicators = new Set(truth.map(({ indicator }) => indicator));
    process.stdout.write(
      `${road} ${order}: ${run.rows} rows = ${run.taken} taken + ${run.identical} identical + ${run.setAside} set aside + ${run.refused} refused; ` +
        `planted ${truth.length} of ${indicators.size} indicators, found ${run.found.length}, precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, ` +
        `wrong instants ${wrongInstant.length}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`,
    );
    for (const [name, list] of [
      ['missed', missed],
      ['extra', extra],
      ['wrong instant', wrongInstant],
    ] as const) {
      for (const line of list.slice(0, Number(values.show))) process.stdout.write(`  ${name}: ${line}\n`);
    }
    failed += missed.length + extra.length + wrongInstant.length;
    results.push({ name: `${road} ${order}`, lines: linesOf(run) });
  }
}
const first = results[0]?.lines ?? [];
let differing = 0;
for (const { name, lines } of results.slice(1)) {
  const apart = [
    ...lines.filter((line) => !first.includes(line)).map((line) => `+ ${line}`),
    ...first.filter((line) => !lines.includes(line)).map((line) => `- ${line}`),
  ];
  if (apart.length === 0) continue;
  differing += 1;
  process.stdout.write(`${name} differs from ${results[0]?.name} in ${apart.length}:\n`);
  for (const line of apart.slice(0, Number(values.show))) process.stdout.write(`  ${line}\n`);
}
process.stdout.write(`runs that differ from the first: ${differing}\n`);
process.exitCode = failed + differing > 0 ? 1 : 0;

/** DP-12 is told by batch, and what a batch is differs between the roads. */
function linesOf({ found, withoutKeys }: Pick<SeasonRun, 'found' | 'withoutKeys'>): readonly string[] {
  return found
    .filter(({ indicator }) => indicator !== 'DP-12')
    .map((one) => [one.indicator, withoutKeys(one.subject), one.occurrence, one.level, one.turnedAt].join(' '))
    .sort();
}
