import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NaiveCalendar, type ProvinceCast, type ProvinceSeason, provinceSeason, SCENES } from '@gnomon/province';
import { DEMO_SEED } from './demo-world.ts';

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;
/** A quarter is begun when it has this much to show; before, the demonstration is in the last one. */
const LEAST_MS = 21 * DAY_MS;
const ITEMS_A_MONTH = 800;
const CLEAN_RECORDS = 60;
const FILE = 'demonstration.json';

/** How far the demonstration of a data folder has come: kept, so that a second start goes on where the first one stopped. */
export interface DemoProgress {
  /** The months of its season, `YYYY-MM`: the same ones at every start, since its rows are made from them. */
  readonly months: readonly string[];
  /** What arrives after `from` (ISO; null: from the beginning) and by `until` is being taken in as history. */
  readonly from: string | null;
  readonly until: string;
  /** Whether that is done; when not, the same rows go into the same batch again. */
  readonly isDone: boolean;
}

/** The season of the demonstration: all domains, clean and planted. */
export function demoSeason(cast: ProvinceCast, calendar: NaiveCalendar, months: readonly string[]): ProvinceSeason {
  return provinceSeason({
    seed: DEMO_SEED,
    cast,
    calendar,
    months,
    items: ITEMS_A_MONTH,
    defectRate: 0.04,
    clean: CLEAN_RECORDS,
    disorder: { late: 0.05, shuffled: 0.03, doubled: 0.02 },
    scenes: SCENES,
  });
}

/** What this start takes in as history: what an earlier one left undone, or what has arrived since. */
export async function nextProgress(home: string, now: number): Promise<DemoProgress> {
  const before = await readProgress(home);
  if (before !== null && !before.isDone) return before;
  const progress: DemoProgress = {
    months: before?.months ?? quarterOf(now - LEAST_MS),
    from: before?.until ?? null,
    until: new Date(now).toISOString(),
    isDone: false,
  };
  await keepProgress(home, progress);
  return progress;
}

/** Keeps how far it has come, as a whole or not at all. */
export async function keepProgress(home: string, progress: DemoProgress): Promise<void> {
  await mkdir(home, { recursive: true });
  const file = join(home, FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(progress, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

async function readProgress(home: string): Promise<DemoProgress | null> {
  try {
    return JSON.parse(await readFile(join(home, FILE), 'utf8')) as DemoProgress;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(
      `${join(home, FILE)} 无法读取，请删除数据目录后重新启动 could not be read; delete the data folder and start again`,
      {
        cause,
      },
    );
  }
}

/** The months of the calendar quarter of an instant, in China. */
export function quarterOf(instant: number): readonly string[] {
  const date = new Date(instant + OFFSET_MS);
  const first = Math.floor(date.getUTCMonth() / 3) * 3 + 1;
  return [0, 1, 2].map((month) => `${date.getUTCFullYear()}-${String(first + month).padStart(2, '0')}`);
}
