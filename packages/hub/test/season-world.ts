import { type DomainArrival, type ProvinceSeason, provinceSeason, SCENES } from '@gnomon/province';
import { openKeyedHash } from '@gnomon/records';
import { createClient, openDatabase } from '@gnomon/store';
import { pino } from 'pino';
import { type FoundSignal, standing } from '../bench/standing.ts';
import { endOfWindow } from '../bench/windows.ts';
import { type RowDomain, rowDomain } from '../src/domains.ts';
import { type HistoryAccount, importAllHistory } from '../src/import-history.ts';
import {
  demoCalendar,
  demoCast,
  demoViewers,
  type Hub,
  type HubOptions,
  publishWorld,
  pushArrivals,
} from '../src/index.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';

const WINDOW_MS = 12 * 3_600_000;
const BEFORE = Date.parse('2026-03-31T12:00:00+08:00');

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

/** What a season came to when its rows were pushed as time went by. */
export interface SeasonRun {
  readonly season: ProvinceSeason;
  readonly found: readonly FoundSignal[];
  readonly account: HistoryAccount;
}

export async function openSeasonHub(options: Partial<HubOptions> = {}): Promise<SeasonHub> {
  let present = BEFORE;
  const world = await openListeningHub({ time: { now: () => present }, background: false, ...options });
  const season = smallSeason(world.hub);
  await publishWorld(world.hub, season, demoViewers()('operator'));
  await world.hub.settle();
  present = season.readAt;
  const token = await world.token('operator');
  await importAllHistory({ hubUrl: world.hub.url, token, batch: 'season' }, arrivalsOf(season));
  await world.hub.settle();
  return { ...world, season, kept: await keptRows(world.hub) };
}

/** The same season pushed row by row as time goes by. */
export async function liveSeason(): Promise<SeasonRun> {
  let present = BEFORE;
  const world = await openListeningHub({ time: { now: () => present }, background: false });
  const season = smallSeason(world.hub);
  await publishWorld(world.hub, season, demoViewers()('operator'));
  await world.hub.settle();
  const account = { rows: 0, taken: 0, identical: 0, setAside: 0, refused: 0 };
  const base = demoViewers()('source-115');
  for (const [at, rows] of Map.groupBy(arrivalsOf(season), ({ receivedAt }) => receivedAt)) {
    present = at;
    for (const [key, part] of Map.groupBy(rows, ({ to, row }) => `${to}\n${row.data_source}\n${row.cd_batch}`)) {
      const [to, source, batch] = key.split('\n') as [string, string, string];
      const viewer = { ...base, id: `source-${source}`, sources: [source] };
      const told = await pushArrivals(world.hub, part, { viewer, batch, chunk: null, to: rowDomain(to) });
      for (const name of Object.keys(account) as (keyof typeof account)[]) account[name] += told[name];
    }
    await world.hub.settle();
  }
  present = season.readAt;
  await world.hub.settle();
  const found = await standing(world.hub);
  const truth = await withKeys(world.hub, season.truth);
  await world.close();
  return { season: { ...season, truth }, found, account };
}

/** The rows in windows of half a day, none of them beyond the instant at which everything is read. */
function arrivalsOf(season: ProvinceSeason): readonly (DomainArrival & { readonly to: RowDomain })[] {
  return season.arrivals.map((arrival) => ({
    ...arrival,
    receivedAt: Math.min(endOfWindow(arrival.receivedAt, WINDOW_MS), season.readAt),
    to: rowDomain(arrival.to),
  }));
}

function smallSeason(hub: Hub): ProvinceSeason {
  return provinceSeason({
    seed: 7,
    cast: demoCast(),
    calendar: demoCalendar(hub.rules),
    months: ['2026-04', '2026-05', '2026-06'],
    items: 40,
    clean: 5,
    defectRate: 0.02,
    disorder: { late: 0.08, shuffled: 0.06, doubled: 0.06 },
    scenes: SCENES,
  });
}

/** The truth with the hub's own keys in place of `{key X}`: persons are known to it by a keyed hash only. */
async function withKeys(hub: Hub, truth: ProvinceSeason['truth']): Promise<ProvinceSeason['truth']> {
  const log = pino({ level: 'silent' });
  const database = await openDatabase({ url: hub.databaseUrl, schema: 'reviews', applicationName: 'truth', log });
  const keyOf = await openKeyedHash(database);
  await database.close();
  return truth.map((one) => ({
    ...one,
    subject: one.subject.replace(/\{key ([^}]*)\}/g, (_, text: string) => keyOf(text)),
  }));
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
