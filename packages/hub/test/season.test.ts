import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareWithTruth, type FoundSignal, standing } from '../bench/standing.ts';
import type { Answer } from './listening-hub.ts';
import { liveSeason, openSeasonHub, type SeasonHub, type SeasonRun } from './season-world.ts';

/**
 * Rows come twice a day here, and say so: late pushes (DP-01), and batches, which differ between the roads (DP-12). Of the few rows of a
 * source's day one that is refused is already a share (DP-03).
 */
const OF_PUSHING = ['DP-01', 'DP-03', 'DP-12'];

let world: SeasonHub;
let live: SeasonRun;
let history: readonly FoundSignal[];
beforeAll(async () => {
  world = await openSeasonHub();
  history = await standing(world.hub);
  live = await liveSeason();
});
afterAll(() => world?.close());

const textsOf = (found: readonly FoundSignal[]): readonly string[] =>
  found
    .filter(({ indicator }) => !OF_PUSHING.includes(indicator))
    .map((one) => [one.indicator, one.type, one.occurrence, one.level, one.turnedAt].join(' '))
    .sort();

describe('a season of all domains, with planted violations of each and a fifth of the rows in disorder', () => {
  test('shows, taken in live, every planted violation at its exact instant, and no other', () => {
    const { truth } = live.season;
    const found = live.found.filter(({ indicator }) => !OF_PUSHING.includes(indicator));
    const planted = truth.filter(({ indicator }) => !OF_PUSHING.includes(indicator));
    expect(compareWithTruth(found, planted)).toEqual({ missed: [], extra: [], wrongInstant: [] });
    expect(new Set(planted.map(({ indicator }) => indicator.slice(0, 2)))).toEqual(
      new Set(['WI', 'DP', 'EL', 'RV', 'OT', 'EP', 'SC', 'CX']),
    );
  });

  test('leaves the same warnings and cards standing when it comes as one history', () => {
    expect(textsOf(history)).toEqual(textsOf(live.found));
  });

  test('accounts for every row', () => {
    const { rows, taken, identical, setAside, refused } = live.account;
    expect(rows).toBe(live.season.arrivals.length);
    expect(taken + identical + setAside + refused).toBe(rows);
  });
});

interface FeedEvent {
  readonly cursor: string;
  readonly level: string;
  readonly domain: string;
  readonly about: {
    readonly indicator: { readonly id: string };
    readonly agency: { readonly uscc: string } | null;
    readonly division: { readonly code: string } | null;
  } | null;
}
interface FeedPage {
  readonly nodes: readonly object[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}
const ABOUT =
  'indicator { id } agency { uscc } division { code } subject { __typename id ... on Licence { status } ... on Review { grade } }';
const EVENTS = `subscription ($after: String, $filter: FeedFilter) {
  supervisionFeed(after: $after, filter: $filter) { cursor level domain card { ${ABOUT} } warning { ${ABOUT} } }
}`;

/** Hears so many events of the feed from its beginning, over a real socket. */
async function hear(filter: object | null, count: number): Promise<readonly FeedEvent[]> {
  const client = createClient({
    url: world.hub.url.replace('http:', 'ws:'),
    connectionParams: { authorization: `Bearer ${await world.token('auditor-region')}` },
    retryAttempts: 0,
  });
  const heard: FeedEvent[] = [];
  type Told = { supervisionFeed: Omit<FeedEvent, 'about'> & { card: FeedEvent['about']; warning: FeedEvent['about'] } };
  for await (const { data, errors } of client.iterate<Told>({
    query: EVENTS,
    variables: { after: 'beginning', filter },
  })) {
    expect(errors).toBeUndefined();
    const { card, warning, ...rest } = data!.supervisionFeed;
    heard.push({ ...rest, about: card ?? warning });
    if (heard.length >= count) break;
  }
  await client.dispose();
  return heard;
}
/** How many entries the feed has, by its pages. */
async function lengthOf(filter: object | null): Promise<number> {
  let count = 0;
  for (let after: string | null = null; ; ) {
    const { data, errors }: Answer<{ supervisionChanges: FeedPage }> = await world.ask<{
      supervisionChanges: FeedPage;
    }>(
      'auditor-region',
      'query ($after: String, $filter: FeedFilter) { supervisionChanges(first: 200, after: $after, filter: $filter) { nodes { cursor } endCursor hasNextPage } }',
      { after, filter },
    );
    expect(errors).toBeUndefined();
    const page: FeedPage = data!.supervisionChanges;
    count += page.nodes.length;
    if (!page.hasNextPage) return count;
    after = page.endCursor;
  }
}

describe('a subscription through the gateway to the licences, reviews and centres of one history', () => {
  const domain = ['LICENCE', 'REVIEW', 'CENTRE'];
  let all: readonly FeedEvent[];
  beforeAll(async () => {
    all = await hear(null, await lengthOf(null));
  });
  const isOf = (event: FeedEvent): boolean => domain.includes(event.domain);
  const busiest = (of: (event: FeedEvent) => string | undefined): string => {
    const counts = new Map<string, number>();
    for (const value of all.filter(isOf).map(of))
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].sort((one, other) => other[1] - one[1])[0]![0];
  };

  test('tells without a filter what happened in every domain, and what supervision itself came to owe', () => {
    expect(new Set(all.map((event) => event.domain))).toEqual(
      new Set([
        ...['DATA_PUSH', 'WORK_ITEM', 'LICENCE', 'REVIEW', 'BUNDLE', 'ENGINEERING', 'CENTRE', 'CONTRADICTION'],
        'LOOP',
      ]),
    );
  });

  test.each<[string, () => object, (event: FeedEvent) => boolean]>([
    ['domain', () => ({}), () => true],
    ['level', () => ({ level: ['RED', 'YELLOW'] }), ({ level }) => level !== 'WARNING'],
    [
      'indicator',
      () => ({ indicator: ['EL-01', 'RV-01', 'SC-01'] }),
      ({ about }) => ['EL-01', 'RV-01', 'SC-01'].includes(about!.indicator.id),
    ],
    [
      'agency',
      () => ({ agency: [busiest(({ about }) => about?.agency?.uscc)] }),
      ({ about }) => about?.agency?.uscc === busiest((event) => event.about?.agency?.uscc),
    ],
    [
      'division and all below it',
      () => ({ division: '1501' }),
      ({ about }) => about?.division?.code.startsWith('1501') === true,
    ],
  ])('filtered by %s, it tells exactly what the filter names, in order', async (_name, filter, fits) => {
    const wanted = all.filter((event) => isOf(event) && fits(event));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(all.length);
    const given = { domain, ...filter() };
    expect(await lengthOf(given)).toBe(wanted.length);
    expect(await hear(given, wanted.length)).toEqual(wanted);
  });
});
