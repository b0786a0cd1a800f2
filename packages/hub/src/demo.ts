import { setTimeout as delay } from 'node:timers/promises';
import { openIssuer } from '@gnomon/identity';
import { type Arrival, liveProvince, provinceMonth } from '@gnomon/province';
import type { Settings } from '@gnomon/subgraph-kit';
import { DEMO_SEED, demoCalendar, demoCast, demoViewers } from './demo-world.ts';
import { importHistory } from './import-history.ts';
import type { Hub } from './open-hub.ts';
import { publishWorld } from './publish-world.ts';
import { pushArrivals } from './push-arrivals.ts';

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;
const HISTORY_DAYS = 35;
const HISTORY_ITEMS = 2_500;
const HISTORY_BATCH = 'demo-history';
const TOKEN_SECONDS = 3600;
/** Half of what a banner of a hundred thousand people sees in its busiest hour, so that a reader can follow. */
const DEFAULT_ITEMS_A_MINUTE = 20;
const DEFECT_RATE = 0.15;
const LONGEST_WAIT_MS = 500;

/**
 * The demonstration: agencies and items are published, the weeks before now are taken in as history (once), then people keep
 * coming at a steady pace (`GNOMON_PACE`, work items a minute) until the signal aborts.
 */
export async function runDemo(
  hub: Hub,
  settings: Settings,
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<void> {
  const cast = demoCast();
  const calendar = demoCalendar(hub.rules);
  const viewerOf = demoViewers();
  await publishWorld(
    hub,
    {
      agencies: [...cast.supervisors, ...cast.agencies],
      items: cast.items,
      sources: cast.sources.map((source) => ({ ...source, registeredAt: new Date(now()).toISOString() })),
    },
    viewerOf('operator'),
  );
  hub.log.info({ agencies: cast.agencies.length, items: cast.items.length }, 'the demonstration world is published');

  const history = provinceMonth({
    seed: DEMO_SEED,
    cast,
    calendar,
    from: dateOf(now() - HISTORY_DAYS * DAY_MS),
    to: dateOf(now() - DAY_MS),
    items: HISTORY_ITEMS,
    defectRate: 0.04,
    disorder: { late: 0.05, shuffled: 0.03, doubled: 0.02 },
    aggregates: false,
  });
  const past = history.arrivals.filter((arrival) => arrival.receivedAt <= now());
  const issuer = await openIssuer(settings.identityFolder);
  const token = await issuer.issueToken(viewerOf('operator'), { ttlSeconds: TOKEN_SECONDS });
  await importHistory({ hubUrl: hub.url, token, batch: HISTORY_BATCH, signal }, past);
  hub.log.info({ rows: past.length }, 'the weeks before are taken in; people keep coming');

  const everyMs = 60_000 / pace(process.env.GNOMON_PACE);
  let waiting: Arrival[] = [];
  for (const arrival of liveProvince({
    seed: DEMO_SEED,
    cast,
    calendar,
    from: now(),
    everyMs,
    defectRate: DEFECT_RATE,
  })) {
    while (arrival.receivedAt > now() && !signal.aborted) {
      for (const [source, rows] of Map.groupBy(waiting, ({ row }) => String(row.data_source))) {
        const viewer = viewerOf(`source-${source}`);
        await pushArrivals(hub, rows, { viewer, batch: `live-${dateOf(now())}`, chunk: null });
      }
      waiting = [];
      await pause(Math.min(LONGEST_WAIT_MS, arrival.receivedAt - now()), signal);
    }
    if (signal.aborted) return;
    waiting.push(arrival);
  }
}

function pace(value: string | undefined): number {
  const items = value === undefined || value === '' ? DEFAULT_ITEMS_A_MINUTE : Number(value);
  if (items > 0 && items <= 60_000) return items;
  throw new Error(
    `GNOMON_PACE 应为每分钟办件数（大于 0，至多 60000）· GNOMON_PACE: work items a minute above 0, at most 60000, were expected, ${JSON.stringify(value)} came`,
  );
}

function dateOf(instant: number): string {
  return new Date(instant + OFFSET_MS).toISOString().slice(0, 10);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(Math.max(1, ms), undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
