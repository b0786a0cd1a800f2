import type { PushedRow, TimedRow } from './case.ts';
import type { CastSource } from './cast.ts';
import { at, dateText, dayOf, instantText, type NaiveCalendar } from './naive-calendar.ts';
import type { Random } from './random.ts';

/** A row at the instant at which it reaches the hub. */
export interface Arrival {
  readonly receivedAt: number;
  readonly row: PushedRow;
}

/** Shares of rows, 0 to 1, that come late (within what rules allow), out of order, or twice. */
export interface Disorder {
  readonly late: number;
  readonly shuffled: number;
  readonly doubled: number;
}

const MINUTE = 60_000;
/** A source declares its totals at the end of a day; nothing else of the day comes after. */
const TOTALS_MINUTE = 1435;
const LAST_MINUTE = 1425;

/**
 * Rows in order of arrival, with each source's control total for every day. A live source pushes within minutes, another
 * one in the night after the event; the disorder stays inside what the push rules allow.
 */
export function arrange(world: Arranged): readonly Arrival[] {
  const live = new Set(world.sources.filter((source) => source.ownPlatform).map((source) => source.id));
  const arrivals = [...world.fixed, ...sent(world, live)];
  arrivals.push(...controlTotals(arrivals, world));
  return arrivals.sort(byArrival);
}

/** The same without control totals: what other domains' sources push. */
export function arrangeRows(world: Omit<Arranged, 'silentFrom' | 'declareMore'>): readonly Arrival[] {
  const live = new Set(world.sources.filter((source) => source.ownPlatform).map((source) => source.id));
  return [...world.fixed, ...sent(world, live)].sort(byArrival);
}

/** What rows, sources and days an arrangement is made from. */
export interface Arranged {
  readonly rows: readonly TimedRow[];
  /** Rows whose arrival is set by who wrote them. */
  readonly fixed: readonly Arrival[];
  /** Sources that send nothing, not even totals, from a day on. */
  readonly silentFrom: ReadonlyMap<string, number>;
  /** Accepted items that a source declares beyond those it sent, by `source day`. */
  readonly declareMore: ReadonlyMap<string, number>;
  readonly sources: readonly CastSource[];
  /** First day of a source that was not there from the first day on. */
  readonly sourceFrom?: ReadonlyMap<string, number>;
  readonly calendar: NaiveCalendar;
  readonly days: readonly number[];
  readonly readAt: number;
  readonly random: Random;
  readonly disorder: Disorder;
}

function sent(world: Omit<Arranged, 'silentFrom' | 'declareMore'>, live: ReadonlySet<string>): Arrival[] {
  const arrivals: Arrival[] = [];
  for (const { eventAt, row } of world.rows) {
    const receivedAt = arrivalOf(eventAt, live.has(String(row.data_source)), world);
    if (receivedAt > world.readAt) continue;
    arrivals.push({ receivedAt, row });
    if (world.random.chance(world.disorder.doubled))
      arrivals.push({ receivedAt: sameDay(receivedAt + world.random.int(1, 20) * MINUTE, receivedAt), row });
  }
  return arrivals;
}

function byArrival(one: Arrival, other: Arrival): number {
  return one.receivedAt - other.receivedAt || (guid(one) < guid(other) ? -1 : 1);
}

function arrivalOf(
  eventAt: number,
  isLive: boolean,
  world: { random: Random; disorder: Disorder; calendar: NaiveCalendar },
): number {
  const { random, disorder } = world;
  const isLate = random.chance(disorder.late);
  const isShuffled = random.chance(disorder.shuffled);
  if (isLive) {
    // Two working hours are allowed; the steady delay keeps the order, the shuffled one does not.
    const minutes = isLate ? random.int(30, 100) : isShuffled ? random.int(1, 25) : 2;
    return sameDay(eventAt + minutes * MINUTE, eventAt);
  }
  const night = at(dayOf(eventAt) + 1, 60);
  const orderly = night + (eventAt - at(dayOf(eventAt))) / 8;
  if (!isLate && !isShuffled) return Math.floor(orderly);
  // Within a day of each other, so that no row waits longer for its parent than an orphan may.
  return random.int(night, at(dayOf(eventAt) + 1, LAST_MINUTE));
}

/** Not beyond the evening of the day, before the day's total is declared. */
function sameDay(instant: number, of: number): number {
  return Math.min(instant, at(dayOf(of), LAST_MINUTE));
}

function controlTotals(arrivals: readonly Arrival[], world: Arranged): Arrival[] {
  const counted = new Map<string, { accepted: number; finished: number }>();
  const seen = new Set<string>();
  for (const { receivedAt, row } of [...arrivals].sort((one, other) => one.receivedAt - other.receivedAt)) {
    if (row.table !== 'up_pro_accept' && row.table !== 'up_pro_result') continue;
    // A work item counts on the day on which its first accept row and its first result row are sent.
    const item = `${row.table} ${row.data_source} ${row.project_no}`;
    if (seen.has(item)) continue;
    seen.add(item);
    const key = `${row.data_source} ${dateText(dayOf(receivedAt))}`;
    const entry = counted.get(key) ?? { accepted: 0, finished: 0 };
    counted.set(key, entry);
    entry[row.table === 'up_pro_accept' ? 'accepted' : 'finished'] += 1;
  }
  const lastDay = dayOf(world.readAt) - 1;
  const firstDay = world.days[0] as number;
  const days = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index);
  const firstOf = (source: CastSource): number => world.sourceFrom?.get(source.id) ?? firstDay;
  return world.sources
    .filter((source) => source.exempt === null && !(world.silentFrom.get(source.id) === firstOf(source)))
    .flatMap((source) =>
      days
        .filter((day) => day >= firstOf(source))
        .filter((day) => day < (world.silentFrom.get(source.id) ?? Number.POSITIVE_INFINITY))
        .map((day): Arrival => {
          const date = dateText(day);
          const total = counted.get(`${source.id} ${date}`);
          const receivedAt = at(day, TOTALS_MINUTE);
          return {
            receivedAt,
            row: {
              table: 'up_control_total',
              row_guid: `T-${source.id}-${date}`,
              cd_batch: `${source.id}-${date}`,
              cd_operation: 'I',
              cd_time: instantText(receivedAt),
              data_source: source.id,
              day: date,
              accepted: (total?.accepted ?? 0) + (world.declareMore.get(`${source.id} ${date}`) ?? 0),
              finished: total?.finished ?? 0,
            },
          };
        }),
    );
}

function guid(arrival: Arrival): string {
  return String(arrival.row.row_guid ?? '');
}
