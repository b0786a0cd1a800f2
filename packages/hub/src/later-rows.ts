import { gunzipSync, gzipSync } from 'node:zlib';
import type { DomainArrival } from '@gnomon/province';

const ROWS_A_PAGE = 1_000;

/**
 * Rows whose time is still to come, in the order of arrival and kept small: pages of compressed lines, of which one is open at a time. Months of rows as objects were a
 * quarter of the process's heap.
 */
export function keepSmall(arrivals: readonly DomainArrival[]): Iterable<DomainArrival> {
  const sorted = arrivals.toSorted(byArrival);
  const pages: Buffer[] = [];
  for (let from = 0; from < sorted.length; from += ROWS_A_PAGE)
    pages.push(gzipSync(JSON.stringify(sorted.slice(from, from + ROWS_A_PAGE)), { level: 1 }));
  return {
    *[Symbol.iterator]() {
      for (const page of pages) yield* JSON.parse(gunzipSync(page).toString('utf8')) as DomainArrival[];
    },
  };
}

/** Two sequences, the first of them in any order, as one in the order of arrival; of what arrives together, the first's comes first. */
export function* inOrder(first: readonly DomainArrival[], second: Iterable<DomainArrival>): Generator<DomainArrival> {
  const waiting = first.toSorted(byArrival);
  let next = 0;
  for (const arrival of second) {
    for (; (waiting[next]?.receivedAt ?? Number.POSITIVE_INFINITY) <= arrival.receivedAt; next += 1)
      yield waiting[next] as DomainArrival;
    yield arrival;
  }
  yield* waiting.slice(next);
}

function byArrival(one: DomainArrival, other: DomainArrival): number {
  return one.receivedAt - other.receivedAt;
}
