import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer } from '@gnomon/identity';
import { type Arrival, type Disorder, type Finding, type ProvinceMonth, provinceMonth } from '@gnomon/province';
import { readEnvironment, requestContext } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import {
  demoCalendar,
  demoCast,
  demoViewers,
  type Hub,
  importHistory,
  openHub,
  publishWorld,
  pushArrivals,
} from '../src/index.ts';

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
export interface FoundSignal {
  readonly indicator: string;
  /** Type of the subject in the graph, for example `WorkItem`. */
  readonly type: string;
  readonly subject: string;
  readonly occurrence: string;
  readonly level: string;
  readonly turnedAt: string;
  readonly message: string;
}

const WINDOW_MS = 15 * 60_000;
const LIVE_ROWS = 4_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;

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
      add(await importHistory(hub.url, token, arrivals, 'month'));
    }
    present = month.readAt;
    await hub.settle();
    return { month, found: await standing(hub), ...account };
  } finally {
    await hub.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Last millisecond of the window in which an instant lies; windows count from midnight in China. */
function endOfWindow(instant: number, windowMs: number): number {
  return Math.ceil((instant + CHINA_OFFSET_MS + 1) / windowMs) * windowMs - CHINA_OFFSET_MS - 1;
}

function* windowsOf(arrivals: readonly Arrival[], windowMs: number): Generator<{ at: number; arrivals: Arrival[] }> {
  let from = 0;
  while (from < arrivals.length) {
    const at = endOfWindow((arrivals[from] as Arrival).receivedAt, windowMs);
    let to = from;
    while (to < arrivals.length && (arrivals[to] as Arrival).receivedAt <= at) to += 1;
    yield { at, arrivals: arrivals.slice(from, to) };
    from = to;
  }
}

function bySource(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  return Map.groupBy(arrivals, ({ row }) => String(row.data_source));
}

function byBatch(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  return Map.groupBy(arrivals, ({ row }) => String(row.cd_batch));
}

async function standing(hub: Hub): Promise<FoundSignal[]> {
  const fields = 'indicator { id } subject { __typename id } occurrence turnedAt message { zh }';
  const cards = await allPages(hub, 'cards', `level ${fields}`, { state: ['ISSUED', 'DRAFT'] });
  const warnings = await allPages(hub, 'warnings', fields, { state: ['ISSUED'] });
  return [...cards, ...warnings.map((one) => ({ ...one, level: 'WARNING' }))].map((node) => {
    const one = node as {
      indicator: { id: string };
      subject: { __typename: string; id: string };
      occurrence: string;
      level: string;
      turnedAt: string;
      message: { zh: string };
    };
    return {
      indicator: one.indicator.id,
      type: one.subject.__typename,
      subject: one.subject.id,
      occurrence: one.occurrence,
      level: one.level,
      turnedAt: one.turnedAt,
      message: one.message.zh,
    };
  });
}

async function allPages(hub: Hub, field: 'cards' | 'warnings', selection: string, filter: object): Promise<object[]> {
  const type = field === 'cards' ? 'CardFilter' : 'WarningFilter';
  const query = `query All($filter: ${type}, $after: String) { ${field}(filter: $filter, first: 200, after: $after) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`;
  const nodes: object[] = [];
  for (let after: string | null = null; ; ) {
    const viewer = demoViewers()('auditor-region');
    const result = await hub.gateway.execute({
      query,
      variables: { filter, after },
      context: requestContext(viewer, 'read'),
    });
    const page = (
      result.data as Record<string, { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string } }> | null
    )?.[field];
    if (result.errors !== undefined || page === undefined) throw new Error(JSON.stringify(result.errors));
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}

/** What differs between what stands and what was planted; both lists empty means precision and recall of one. */
export function compareWithTruth(
  found: readonly FoundSignal[],
  truth: readonly Finding[],
): { readonly missed: readonly string[]; readonly extra: readonly string[]; readonly wrongInstant: readonly string[] } {
  const key = (one: { indicator: string; subject: string; level: string }): string =>
    `${one.indicator} ${one.level} ${one.subject}`;
  const foundBy = new Map(found.map((one) => [key(one), one]));
  const planted = new Set(truth.map(key));
  return {
    missed: truth.filter((one) => !foundBy.has(key(one))).map(key),
    extra: found.filter((one) => !planted.has(key(one))).map((one) => `${key(one)} ${one.turnedAt} ${one.message}`),
    wrongInstant: truth.flatMap((one) => {
      const match = foundBy.get(key(one));
      if (match === undefined || one.turnedAt === null || Date.parse(match.turnedAt) === Date.parse(one.turnedAt))
        return [];
      return [`${key(one)}: ${match.turnedAt}, planted ${one.turnedAt}`];
    }),
  };
}
