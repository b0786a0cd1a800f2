import { dayOf, formatDay } from '@gnomon/working-time';

/** What a source's day counts (DP-01 … DP-11). All are sums but `lateMaxWorkdays`, which is a maximum. */
export interface SourceCounts {
  rows: number;
  refused: number;
  late: number;
  lateMaxWorkdays: number;
  missing: number;
  codeRows: number;
  badCodes: number;
  identifierRows: number;
  badIdentifiers: number;
  childRows: number;
  /** Child rows of this day whose parent came more than 24 hours after them. */
  orphans: number;
  duplicates: number;
  /** Work items whose first accept row came on this day, and whose first result row did. */
  acceptRows: number;
  resultRows: number;
  itemsTouched: number;
  acceptedItems: number;
  unlisted: number;
  disorder: number;
  mismatch: number;
}

export function zeroCounts(): SourceCounts {
  return {
    rows: 0,
    refused: 0,
    late: 0,
    lateMaxWorkdays: 0,
    missing: 0,
    codeRows: 0,
    badCodes: 0,
    identifierRows: 0,
    badIdentifiers: 0,
    childRows: 0,
    orphans: 0,
    duplicates: 0,
    acceptRows: 0,
    resultRows: 0,
    itemsTouched: 0,
    acceptedItems: 0,
    unlisted: 0,
    disorder: 0,
    mismatch: 0,
  };
}

/** Adds `more` to `counts` in place; parts that are absent count nothing. */
export function addCounts(counts: SourceCounts, more: Partial<SourceCounts>): void {
  for (const name of Object.keys(counts) as (keyof SourceCounts)[]) {
    const value = more[name] ?? 0;
    counts[name] = name === 'lateMaxWorkdays' ? Math.max(counts[name], value) : counts[name] + value;
  }
}

/** Counts of several sources and days. */
export interface CountBook {
  of(source: string, day: string): SourceCounts;
  entries(): Iterable<{ readonly source: string; readonly day: string; readonly counts: SourceCounts }>;
}

export function createCountBook(): CountBook {
  const pages = new Map<string, { source: string; day: string; counts: SourceCounts }>();
  return {
    of(source, day) {
      const key = `${source} ${day}`;
      let page = pages.get(key);
      if (page === undefined) {
        page = { source, day, counts: zeroCounts() };
        pages.set(key, page);
      }
      return page.counts;
    },
    entries: () => pages.values(),
  };
}

let lastDay = 0;
let lastText = '';
/** The civil date (China) of an instant as `YYYY-MM-DD`; the last one is remembered, because rows of a chunk share it. */
export function dateOf(instant: number): string {
  const day = dayOf(instant);
  if (day !== lastDay) {
    lastDay = day;
    lastText = formatDay(day);
  }
  return lastText;
}
