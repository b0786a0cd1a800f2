import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer } from '@gnomon/identity';
import {
  type Arrival,
  type Disorder,
  type DomainArrival,
  type ProvinceSeason,
  provinceSeason,
  SCENES,
  type SeasonOptions,
} from '@gnomon/province';
import { openKeyedHash } from '@gnomon/records';
import { openDatabase } from '@gnomon/store';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { type RowDomain, rowDomain } from '../src/domains.ts';
import { type HistoryAccount, importAllHistory } from '../src/import-history.ts';
import { demoCalendar, demoCast, demoViewers, type Hub, openHub, publishWorld, pushArrivals } from '../src/index.ts';
import type { Road } from './planted-month.ts';
import { type FoundSignal, standing } from './standing.ts';
import { endOfWindow, windowsOf } from './windows.ts';

/** Rows that one push carries. */
const LIVE_ROWS = 4_000;

/** What a season came to. */
export interface SeasonRun extends HistoryAccount {
  readonly season: ProvinceSeason;
  readonly found: readonly FoundSignal[];
  /** A subject's id as another hub would have it: keyed hashes are a hub's own, `{key X}` stands in their place. */
  readonly withoutKeys: (subject: string) => string;
}

/**
 * Takes three simulated months of all domains through the whole hub, with the time set by hand, and reads what stands at their end.
 * Rows arrive together at the end of each window of `arriveEveryMs`, on both roads at the same instants.
 */
export async function runPlantedSeason(options: {
  readonly seed: number;
  readonly road: Road;
  readonly items: number;
  readonly clean: number;
  readonly defectRate: number;
  readonly disorder: Disorder;
  readonly arriveEveryMs: number;
  readonly scenes?: SeasonOptions['scenes'];
  readonly databaseUrl?: string;
  readonly onProgress?: (text: string) => void;
}): Promise<SeasonRun> {
  const home = mkdtempSync(join(tmpdir(), 'gnomon-season-'));
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
    const season = provinceSeason({
      seed: options.seed,
      cast: demoCast(),
      calendar: demoCalendar(hub.rules),
      months: ['2026-04', '2026-05', '2026-06'],
      items: options.items,
      defectRate: options.defectRate,
      clean: options.clean,
      disorder: options.disorder,
      scenes: options.scenes ?? SCENES,
    });
    const arrivals = season.arrivals.map((arrival) => ({
      ...arrival,
      receivedAt: endOfWindow(arrival.receivedAt, options.arriveEveryMs),
      to: rowDomain(arrival.to),
    }));
    await publishWorld(hub, season, viewerOf('operator'));
    await hub.settle();
    const account = { rows: 0, taken: 0, identical: 0, setAside: 0, refused: 0 };
    const add = (part: HistoryAccount): void => {
      for (const key of Object.keys(account) as (keyof typeof account)[]) account[key] += part[key];
    };
    if (options.road === 'live') {
      for (const window of windowsOf(arrivals, options.arriveEveryMs)) {
        present = window.at;
        for (const part of await pushWindow(hub, window.arrivals)) add(part);
        await hub.settle();
        options.onProgress?.(new Date(present).toISOString());
      }
    } else {
      present = season.readAt;
      const issuer = await openIssuer(settings.identityFolder);
      const token = await issuer.issueToken(viewerOf('operator'), { ttlSeconds: 7200 });
      add(await importAllHistory({ hubUrl: hub.url, token, batch: 'season' }, arrivals));
    }
    present = season.readAt;
    await hub.settle();
    const { truth, withoutKeys } = await withKeys(hub.databaseUrl, season.truth);
    return { season: { ...season, truth }, found: await standing(hub), withoutKeys, ...account };
  } finally {
    await hub.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** What came in one window: each domain's rows in the name of each source, work items first. */
async function pushWindow(
  hub: Hub,
  arrivals: readonly (DomainArrival & { readonly to: RowDomain })[],
): Promise<readonly HistoryAccount[]> {
  const accounts: HistoryAccount[] = [];
  const base = demoViewers()('source-115');
  const parts = Map.groupBy(arrivals, ({ to, row }) => `${to}\n${String(row.data_source)}\n${String(row.cd_batch)}`);
  for (const [key, rows] of parts) {
    const [to, source, batch] = key.split('\n') as [RowDomain, string, string];
    const viewer = { ...base, id: `source-${source}`, sources: [source] };
    for (let start = 0; start < rows.length; start += LIVE_ROWS) {
      const part: readonly Arrival[] = rows.slice(start, start + LIVE_ROWS);
      accounts.push(await pushArrivals(hub, part, { viewer, batch, chunk: null, to }));
    }
  }
  return accounts;
}

/** The truth with the hub's own keys in place of `{key X}`: persons are known to it by a keyed hash only. */
async function withKeys(
  url: string,
  truth: ProvinceSeason['truth'],
): Promise<{ readonly truth: ProvinceSeason['truth']; readonly withoutKeys: (subject: string) => string }> {
  const database = await openDatabase({
    url,
    schema: 'reviews',
    applicationName: 'truth',
    log: pino({ level: 'silent' }),
  });
  try {
    const keyOf = await openKeyedHash(database);
    const named = new Map<string, string>();
    const keyed = (subject: string): string =>
      subject.replace(/\{key ([^}]*)\}/g, (name, text: string) => {
        named.set(keyOf(text), name);
        return keyOf(text);
      });
    return {
      truth: truth.map((one) => ({ ...one, subject: keyed(one.subject) })),
      withoutKeys: (subject) => [...named].reduce((text, [key, name]) => text.replaceAll(key, name), subject),
    };
  } finally {
    await database.close();
  }
}
