import { openIssuer } from '@gnomon/identity';
import {
  type Arrival,
  type DomainArrival,
  liveDomains,
  liveProvince,
  type NaiveCalendar,
  type ProvinceCast,
} from '@gnomon/province';
import type { Settings } from '@gnomon/subgraph-kit';
import { playArrivals } from './demo-live.ts';
import { demoSeason, keepProgress, nextProgress } from './demo-season.ts';
import { DEMO_SEED, demoCalendar, demoCast, demoViewers, demoWorldAccounts } from './demo-world.ts';
import { rowDomain } from './domains.ts';
import { importAllHistory } from './import-history.ts';
import { inOrder, keepSmall } from './later-rows.ts';
import type { Hub } from './open-hub.ts';
import { playPeople } from './people/play.ts';
import { publishWorld } from './publish-world.ts';

const TOKEN_SECONDS = 3600;
/** Half of what a banner of a hundred thousand people sees in its busiest hour, so that a reader can follow. */
const DEFAULT_ITEMS_A_MINUTE = 20;
const DEFECT_RATE = 0.15;

/**
 * The demonstration: agencies, items and sources are published, the season of all domains is taken in as history up to now, its later
 * rows come when their time has come, people keep coming at a steady pace (`GNOMON_PACE`, work items a minute), and those of the agencies and
 * supervision bodies work on their cards, until the signal aborts. Started again, it goes on where it stopped.
 */
export async function runDemo(
  hub: Hub,
  settings: Settings,
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<void> {
  const cast = demoCast();
  const calendar = demoCalendar(hub.rules);
  const later = await takeHistory(hub, settings, { cast, calendar, signal, now });
  // What the import left behind goes back to the machine now, and not when the heap happens to be full again.
  globalThis.gc?.();
  const begin = now();
  const everyMs = 60_000 / pace(process.env.GNOMON_PACE);
  const people = liveProvince({ seed: DEMO_SEED, cast, calendar, from: begin, everyMs, defectRate: DEFECT_RATE });
  const others = liveDomains({ seed: DEMO_SEED, cast, from: begin });
  const streams = { people: workItems(people), season: inOrder(others.published, later) };
  await Promise.all([
    playArrivals(hub, streams, others.follow, signal, now),
    playPeople(hub, demoWorldAccounts(cast), signal, now),
  ]);
}

/** Publishes the world and takes in what has happened; gives what is still to come. On its own, so that its rows are let go. */
async function takeHistory(
  hub: Hub,
  settings: Settings,
  world: { cast: ProvinceCast; calendar: NaiveCalendar; signal: AbortSignal; now: () => number },
): Promise<Iterable<DomainArrival>> {
  const { cast, calendar, signal, now } = world;
  const operator = demoViewers()('operator');
  const progress = await nextProgress(settings.home, now());
  const season = demoSeason(cast, calendar, progress.months);
  await publishWorld(hub, season, operator);
  hub.log.info(
    { agencies: season.agencies.length, items: season.items.length, months: progress.months },
    'the demonstration world is published',
  );
  const from = progress.from === null ? Number.NEGATIVE_INFINITY : Date.parse(progress.from);
  const until = Date.parse(progress.until);
  const past = season.arrivals
    .filter(({ receivedAt }) => receivedAt > from && receivedAt <= until)
    .map((arrival) => ({ ...arrival, to: rowDomain(arrival.to) }));
  const token = await (await openIssuer(settings.identityFolder)).issueToken(operator, { ttlSeconds: TOKEN_SECONDS });
  await importAllHistory({ hubUrl: hub.url, token, batch: `demo-${until}`, signal }, past);
  await keepProgress(settings.home, { ...progress, isDone: true });
  hub.log.info({ rows: past.length }, 'what happened before is taken in; people keep coming');
  return keepSmall(season.arrivals.filter(({ receivedAt }) => receivedAt > until));
}

function* workItems(people: Iterable<Arrival>): Generator<DomainArrival> {
  for (const arrival of people) yield { ...arrival, to: 'work-items' };
}

function pace(value: string | undefined): number {
  const items = value === undefined || value === '' ? DEFAULT_ITEMS_A_MINUTE : Number(value);
  if (items > 0 && items <= 60_000) return items;
  throw new Error(
    `GNOMON_PACE 应为每分钟办件数（大于 0，至多 60000）· GNOMON_PACE: work items a minute above 0, at most 60000, were expected, ${JSON.stringify(value)} came`,
  );
}
