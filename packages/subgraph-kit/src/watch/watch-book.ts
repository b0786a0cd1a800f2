import type { WatchCount } from '@gnomon/store';

/** What became of a row, as accounts name it. */
export type WatchedFate = 'TAKEN' | 'SET_ASIDE' | 'REFUSED' | 'IDENTICAL';

/** Where a source belongs; '' where it is not known. */
export interface WatchedPlace {
  readonly agency: string;
  readonly division: string;
}

/** Counts of one transaction: what came, what was judged, by which rules. */
export interface WatchBook {
  /** A row of a source arrived. */
  row(source: string, at: number, fate: WatchedFate): void;
  /** Rows about an agency were taken from a source. */
  about(source: string, at: number, agency: string): void;
  /** A subject was judged; `rules` as text, `WI-03=W,WI-06=N`, or the rules by name. */
  judged(source: string | null, at: number, kind: string, rules: string | Iterable<string>): void;
  counts(placeOf: (source: string) => WatchedPlace | undefined): readonly WatchCount[];
}

interface Page {
  readonly source: string;
  readonly at: number;
  readonly fates: Record<WatchedFate, number>;
  readonly agencies: Set<string>;
  readonly kinds: Record<string, number>;
  readonly rules: Record<string, number>;
  /** Subjects of a chunk mostly share their rules: counted whole, and taken apart once at the end. */
  readonly levels: Map<string, number>;
  completeTo: number;
}

const MINUTE_MS = 60_000;

export function createWatchBook(): WatchBook {
  const pages = new Map<string, Page>();
  const pageOf = (source: string, at: number): Page => {
    const minute = Math.floor(at / MINUTE_MS);
    const key = `${minute} ${source}`;
    let page = pages.get(key);
    if (page === undefined) {
      const fates = { TAKEN: 0, SET_ASIDE: 0, REFUSED: 0, IDENTICAL: 0 };
      page = {
        source,
        at: minute * MINUTE_MS,
        fates,
        agencies: new Set(),
        kinds: {},
        rules: {},
        levels: new Map(),
        completeTo: at,
      };
      pages.set(key, page);
    }
    if (at > page.completeTo) page.completeTo = at;
    return page;
  };
  return {
    row(source, at, fate) {
      pageOf(source, at).fates[fate] += 1;
    },
    about(source, at, agency) {
      if (agency !== '') pageOf(source, at).agencies.add(agency);
    },
    judged(source, at, kind, rules) {
      const page = pageOf(source ?? '', at);
      page.kinds[kind] = (page.kinds[kind] ?? 0) + 1;
      if (typeof rules === 'string') page.levels.set(rules, (page.levels.get(rules) ?? 0) + 1);
      else for (const rule of rules) page.rules[rule] = (page.rules[rule] ?? 0) + 1;
    },
    counts: (placeOf) => [...pages.values()].map((page) => countOf(page, placeOf(page.source))),
  };
}

function countOf(
  { source, at, fates, agencies, kinds, rules, levels, completeTo }: Page,
  place?: WatchedPlace,
): WatchCount {
  const { TAKEN: taken, SET_ASIDE: setAside, REFUSED: refused, IDENTICAL: identical } = fates;
  return {
    ...{ source, at, kinds, completeTo, taken, setAside, refused, identical },
    received: taken + setAside + refused + identical,
    division: place?.division ?? '',
    agency: place?.agency ?? '',
    agencies: [...agencies],
    rules: ruleCounts(rules, levels),
  };
}

function ruleCounts(rules: Readonly<Record<string, number>>, levels: ReadonlyMap<string, number>) {
  const counts: Record<string, number> = { ...rules };
  for (const [text, n] of levels)
    for (const entry of text === '' ? [] : text.split(',')) {
      const rule = entry.slice(0, entry.indexOf('='));
      counts[rule] = (counts[rule] ?? 0) + n;
    }
  return counts;
}
