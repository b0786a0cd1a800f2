import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer } from '@gnomon/identity';
import { type Arrival, type Disorder, type ProvinceMonth, provinceMonth } from '@gnomon/province';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import {
  demoCalendar,
  demoCast,
  demoViewers,
  importHistory,
  openHub,
  publishWorld,
  pushArrivals,
} from '../src/index.ts';
import { type FoundSignal, standing } from './standing.ts';
import { endOfWindow, windowsOf } from './windows.ts';

/** How the month reaches the hub: as it happens, or all at once afterwards with the instants of its arrival. */
export type Road = 'live' | 'batch';

export interface MonthRun {
  readonly month: ProvinceMonth;
  /** What stands at the end: cards that are issued or held, and warnings. */
  readonly found: readonly FoundSignal[];
  readonly rows: number;
  readonly taken: number;
  readonly identical: number;
  readonly setAside: number;
  readonly refused: number;
}
const WINDOW_MS = 15 * 60_000;
const LIVE_ROWS = 4_000;

/** Takes a simulated month through the whole hub, with the time set by hand, and reads what stands at its end. */
export async function runPlantedMonth(options: {
  readonly items: number;
  readonly road: Road;
  readonly seed: number;
  readonly disorder: Disorder;
  readonly defectRate?: number;
  readonly databaseUrl?: string;
  /** False: only what shows on single work items is planted. */
  readonly aggregates?: boolean;
  /**
   * Rows arrive together, as one batch of each source, every so many milliseconds, on both roads at the same instants: a live run
   * has fewer steps then, and both find the same to the instant. Left out, live rows come by the quarter of an hour and imported
   * ones when they came.
   */
  readonly arriveEveryMs?: number;
  readonly onProgress?: (text: string) => void;
}): Promise<MonthRun> {
  const home = mkdtempSync(join(tmpdir(), 'gnomon-month-'));
  let present = Date.parse('2026-03-31T12:00:00+08:00');
  const settings = readEnvironment({ ...process.env, PORT: '0', GNOMON_HOME: home }, 0);
  const hub = await openHub({
    settings,
    time: { now: () => present },
    background: false,
    listen: options.road === 'batch',
    log: pino({ level: process.env.LOG_LEVEL ?? 'error' }, pino.destination(2)),
    ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
  });
  try {
    const viewerOf = demoViewers();
    const month = provinceMonth({
      seed: options.seed,
      cast: demoCast(),
      calendar: demoCalendar(hub.rules),
      from: '2026-04-01',
      to: '2026-04-30',
      items: options.items,
      defectRate: options.defectRate ?? 0.02,
      disorder: options.disorder,
      aggregates: options.aggregates ?? true,
    });
    const every = options.arriveEveryMs;
    const arrivals =
      every === undefined
        ? month.arrivals
        : month.arrivals.map(({ receivedAt, row }) => ({ receivedAt: endOfWindow(receivedAt, every), row }));
    await publishWorld(hub, month, viewerOf('operator'));
    await hub.settle();

    const account = { rows: 0, taken: 0, identical: 0, setAside: 0, refused: 0 };
    const batchesOf = (rows: Arrival[]): Map<string, Arrival[]> =>
      every === undefined ? byBatch(rows) : new Map([[`until-${present}`, rows]]);
    const add = (part: typeof account): void => {
      for (const key of Object.keys(account) as (keyof typeof account)[]) account[key] += part[key];
    };
    if (options.road === 'live') {
      for (const window of windowsOf(arrivals, every ?? WINDOW_MS)) {
        present = window.at;
        for (const [source, rows] of bySource(window.arrivals)) {
          for (let start = 0; start < rows.length; start += LIVE_ROWS) {
            const viewer = { ...viewerOf('source-115'), id: `source-${source}`, sources: [source] };
            for (const [batch, part] of batchesOf(rows.slice(start, start + LIVE_ROWS)))
              add(await pushArrivals(hub, part, { viewer, batch, chunk: null }));
          }
        }
        await hub.settle();
        options.onProgress?.(new Date(present).toISOString());
      }
    } else {
      present = month.readAt;
      const issuer = await openIssuer(settings.identityFolder);
      const token = await issuer.issueToken(viewerOf('operator'), { ttlSeconds: 3600 });
      add(await importHistory({ hubUrl: hub.url, token, batch: 'month' }, arrivals));
    }
    present = month.readAt;
    await hub.settle();
    return { month, found: await standing(hub), ...account };
  } finally {
    await hub.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function bySource(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  return Map.groupBy(arrivals, ({ row }) => String(row.data_source));
}

function byBatch(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  return Map.groupBy(arrivals, ({ row }) => String(row.cd_batch));
}
