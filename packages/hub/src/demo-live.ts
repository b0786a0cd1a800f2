import { setTimeout as delay } from 'node:timers/promises';
import type { DomainArrival } from '@gnomon/province';
import { demoViewers } from './demo-world.ts';
import { rowDomain } from './domains.ts';
import type { Hub } from './open-hub.ts';
import { pushArrivals } from './push-arrivals.ts';

const OFFSET_MS = 8 * 3_600_000;
const LONGEST_WAIT_MS = 500;

/**
 * Pushes rows when their time comes, each domain's in the name of each source, until they end or the signal aborts. `streams` are each in
 * order of arrival; the first one must not end while the others go on.
 */
export async function playArrivals(
  hub: Hub,
  streams: { readonly people: Iterable<DomainArrival>; readonly season: Iterable<DomainArrival> },
  follow: (arrival: DomainArrival) => readonly DomainArrival[],
  signal: AbortSignal,
  now: () => number,
): Promise<void> {
  const viewerOf = demoViewers();
  const extra = new Map<string, { accepted: number; finished: number }>();
  let waiting: DomainArrival[] = [];
  const season = streams.season[Symbol.iterator]();
  let next = season.next();
  const pushDue = async (): Promise<void> => {
    const due = waiting.filter(({ receivedAt }) => receivedAt <= now());
    waiting = waiting.filter((arrival) => !due.includes(arrival));
    for (; next.done !== true && next.value.receivedAt <= now(); next = season.next())
      due.push(withLive(next.value, extra));
    due.sort((one, other) => rank(one) - rank(other) || one.receivedAt - other.receivedAt);
    for (const [key, rows] of Map.groupBy(due, ({ to, row }) => `${to}\n${row.data_source}`)) {
      const [to, source] = key.split('\n') as [string, string];
      const viewer = viewerOf(`source-${source}`);
      await pushArrivals(hub, rows, { viewer, batch: `live-${dateOf(now())}`, chunk: null, to: rowDomain(to) });
    }
  };
  for (const arrival of streams.people) {
    count(arrival, extra);
    waiting.push(arrival, ...follow(arrival));
    while (arrival.receivedAt > now() && !signal.aborted) {
      await pushDue();
      await pause(Math.min(LONGEST_WAIT_MS, arrival.receivedAt - now()), signal);
    }
    if (signal.aborted) return;
  }
}

/** Work items that people bring besides the season's: their source declares them too. */
function count({ receivedAt, row }: DomainArrival, extra: Map<string, { accepted: number; finished: number }>): void {
  const name = row.table === 'up_pro_accept' ? 'accepted' : row.table === 'up_pro_result' ? 'finished' : null;
  if (name === null) return;
  const key = `${row.data_source} ${dateOf(receivedAt)}`;
  const entry = extra.get(key) ?? { accepted: 0, finished: 0 };
  extra.set(key, entry);
  entry[name] += 1;
}

function withLive(
  arrival: DomainArrival,
  extra: ReadonlyMap<string, { readonly accepted: number; readonly finished: number }>,
): DomainArrival {
  const { row } = arrival;
  const more = extra.get(`${row.data_source} ${row.day}`);
  if (row.table !== 'up_control_total' || more === undefined) return arrival;
  return {
    ...arrival,
    row: {
      ...row,
      accepted: Number(row.accepted) + more.accepted,
      finished: Number(row.finished) + more.finished,
    },
  };
}

function rank({ to }: DomainArrival): number {
  return to === 'work-items' ? 0 : 1;
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
