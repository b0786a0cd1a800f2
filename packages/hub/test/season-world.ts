import { type ProvinceSeason, provinceSeason, SCENES } from '@gnomon/province';
import { createClient } from '@gnomon/store';
import { endOfWindow } from '../bench/windows.ts';
import { rowDomain } from '../src/domains.ts';
import { importAllHistory } from '../src/import-history.ts';
import { demoCalendar, demoCast, demoViewers, type Hub, publishWorld } from '../src/index.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';

/** A small season of all domains; what the live road and the history road are given alike. */
export const SMALL_SEASON = {
  seed: 7,
  items: 40,
  clean: 5,
  defectRate: 0.02,
  disorder: { late: 0.08, shuffled: 0.06, doubled: 0.06 },
  arriveEveryMs: 12 * 3_600_000,
} as const;

/** A hub that has taken a small season in as history, on a time that stands still at the season's end. */
export interface SeasonHub extends ListeningHub {
  readonly season: ProvinceSeason;
  /** What the subgraphs keep: whose each record and subject is. */
  readonly kept: readonly KeptRow[];
}
export interface KeptRow {
  readonly domain: string;
  /** Type in the graph, or the kind of a record that is no subject. */
  readonly type: string;
  readonly id: string;
  readonly agency: string;
}

export async function openSeasonHub(): Promise<SeasonHub> {
  let present = Date.parse('2026-03-31T12:00:00+08:00');
  const world = await openListeningHub({ time: { now: () => present }, background: false });
  const season = smallSeason(world.hub);
  await publishWorld(world.hub, season, demoViewers()('operator'));
  await world.hub.settle();
  present = season.readAt;
  const arrivals = season.arrivals.map((arrival) => ({
    ...arrival,
    receivedAt: endOfWindow(arrival.receivedAt, SMALL_SEASON.arriveEveryMs),
    to: rowDomain(arrival.to),
  }));
  const token = await world.token('operator');
  await importAllHistory({ hubUrl: world.hub.url, token, batch: 'season' }, arrivals);
  await world.hub.settle();
  return { ...world, season, kept: await keptRows(world.hub) };
}

function smallSeason(hub: Hub): ProvinceSeason {
  const { seed, items, clean, defectRate, disorder } = SMALL_SEASON;
  const months = ['2026-04', '2026-05', '2026-06'];
  const world = { cast: demoCast(), calendar: demoCalendar(hub.rules), months, scenes: SCENES };
  return provinceSeason({ ...world, seed, items, clean, defectRate, disorder });
}

/** Schemas of the subgraphs that keep records, by their name in the graph. */
const RECORD_SCHEMAS = {
  licences: 'licences',
  reviews: 'reviews',
  bundles: 'bundles',
  engineering: 'engineering',
  centres: 'centres',
};

async function keptRows(hub: Hub): Promise<readonly KeptRow[]> {
  const sql = createClient({ url: hub.databaseUrl, applicationName: 'kept rows', max: 1 });
  const kept: KeptRow[] = [];
  for (const [domain, schema] of Object.entries(RECORD_SCHEMAS)) {
    const rows = await sql<Omit<KeptRow, 'domain'>[]>`
      select type, id, agency from ${sql(schema)}.subject union select kind, id, agency from ${sql(schema)}.record`;
    kept.push(...rows.map((row) => ({ ...row, domain })));
  }
  const items = await sql<Omit<KeptRow, 'domain'>[]>`
    select 'WorkItem' as type, id, agency from work_items.work_item union
    select case kind when 'agency-month' then 'AgencyMonth' else 'AgencyItemMonth' end, id, agency
    from work_items.subject where kind in ('agency-month', 'agency-item-month')`;
  kept.push(...items.map((row) => ({ ...row, domain: 'work-items' })));
  await sql.end();
  return kept;
}
