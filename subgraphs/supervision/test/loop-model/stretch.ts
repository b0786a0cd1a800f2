import { Differs } from './compare.ts';
import { type Step, stepsOf } from './steps.ts';
import { type Walked, walk } from './walk.ts';

/** Steps in one world; then another begins, so that each can be gone again by itself. */
export const STRETCH = 400;

/** Goes a stretch of a seed. When it fails, `problem` says all that one needs to go it again; shortened when asked. */
export async function stretch(
  seed: number,
  number: number,
  {
    shrinks = false,
    reports = false,
    steps: count = STRETCH,
  }: { readonly shrinks?: boolean; readonly reports?: boolean; readonly steps?: number } = {},
): Promise<Walked | { readonly problem: string }> {
  const own = seed * 1_000_003 + number;
  const steps = stepsOf(count, own, reports);
  const problem = await problemOf(steps, own);
  if (problem === null || typeof problem === 'object') return problem as Walked;
  const shortest = shrinks ? await shrink(steps, own) : null;
  const list =
    shortest === null
      ? ''
      : `\nshortest of ${shortest.steps.length} steps: ${shortest.problem}\n${shortest.steps.map((step) => JSON.stringify(step)).join('\n')}`;
  return {
    problem: `--seed ${seed} --stretch ${number}${reports ? ' --reports' : ''} 不符 · differs: ${problem}${list}`,
  };
}

/** How often a shorter walk is tried. */
const TRIES = 120;

/** Leaves steps out while it still fails: halves first, then smaller pieces. */
async function shrink(steps: readonly Step[], seed: number) {
  let shortest = { steps, problem: '' };
  let left = TRIES;
  for (let size = Math.ceil(steps.length / 2); size >= 1 && left > 0; ) {
    let found = false;
    for (let from = 0; from < shortest.steps.length && left > 0; ) {
      const shorter = shortest.steps.toSpliced(from, size);
      left -= 1;
      const problem = await problemOf(shorter, seed);
      if (typeof problem === 'string') {
        shortest = { steps: shorter, problem };
        found = true;
      } else from += size;
    }
    if (!found || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return shortest;
}

async function problemOf(steps: readonly Step[], seed: number): Promise<Walked | string> {
  try {
    return await walk(steps, seed);
  } catch (error) {
    if (error instanceof Differs) return error.message;
    const { cause } = error as Error;
    return `${String(error)} ${cause instanceof Error ? (cause.stack ?? cause.message) : ''}`;
  }
}
